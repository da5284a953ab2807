"""Until now a meeting without a place was online, and an event's cancellation had no time of its own."""

from django.db import migrations
from django.db.models import F


def tell_what_was_implied(apps, schema_editor):
    apps.get_model("events", "Meeting").objects.filter(venue=None).update(mode="remote")
    apps.get_model("events", "Event").objects.filter(status="cancelled").update(cancelled_at=F("changed_at"))


class Migration(migrations.Migration):
    dependencies = [("events", "0002_events_complete")]

    operations = [migrations.RunPython(tell_what_was_implied, migrations.RunPython.noop)]
