import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("virtualfair", "0003_pitches_move_in")]

    operations = [
        migrations.AlterField(
            model_name="pitch",
            name="room",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="pitches", to="virtualfair.room"
            ),
        ),
        migrations.RemoveConstraint(model_name="pitch", name="pitch_one_at_a_time"),
        migrations.AddConstraint(
            model_name="pitch",
            constraint=models.UniqueConstraint(fields=("room", "starts_at"), name="pitch_one_at_a_time"),
        ),
        migrations.RemoveField(model_name="pitch", name="event"),
    ]
