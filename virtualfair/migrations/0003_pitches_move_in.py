from django.db import migrations


def move_in(apps, schema_editor):
    """Every fair that has pitches gets a stage, and a stream for it; its pitches move there."""
    Pitch, Room = apps.get_model("virtualfair", "Pitch"), apps.get_model("virtualfair", "Room")
    LiveStream = apps.get_model("core", "LiveStream")
    for event in Pitch.objects.filter(room=None).values_list("event", flat=True).distinct():
        room, _new = Room.objects.get_or_create(event_id=event, kind="stage")
        LiveStream.objects.get_or_create(name=f"room:{room.pk}", defaults={"epoch": "first"})
        Pitch.objects.filter(event_id=event).update(room=room)


class Migration(migrations.Migration):
    dependencies = [("core", "0002_live"), ("virtualfair", "0002_rooms")]

    operations = [migrations.RunPython(move_in, migrations.RunPython.noop)]
