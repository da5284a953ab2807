"""Since when a participation is out of the figures: what was taken out before has its days of grace from now on."""

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils import timezone


def begin(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("esf", "Participation").objects.filter(counted=False).update(not_counted_at=timezone.now())


class Migration(migrations.Migration):
    dependencies = [("esf", "0010_archives_instead_of_csv")]

    operations = [
        migrations.AddField(
            model_name="participation", name="not_counted_at", field=models.DateTimeField(blank=True, null=True)
        ),
        migrations.RunPython(begin, migrations.RunPython.noop),
    ]
