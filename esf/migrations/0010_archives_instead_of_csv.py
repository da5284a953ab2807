"""Plain tables bear neither emblem nor maker: what was to become one becomes an archive. Those that are ready stay.

A worker of the previous release that is making one finds its claim gone, and keeps nothing.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def become(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    apps.get_model("esf", "ReportSchedule").objects.filter(format="csv").update(format="zip")
    unmade = apps.get_model("esf", "ReportFile").objects.filter(format="csv", state__in=["WAITING", "MAKING"])
    unmade.update(format="zip", state="WAITING", begun_at=None)


def become_again(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Archives that are ready cannot become plain tables; they last for a week."""
    apps.get_model("esf", "ReportSchedule").objects.filter(format="zip").update(format="csv")
    apps.get_model("esf", "ReportFile").objects.filter(format="zip").update(format="csv", state="FAILED")


class Migration(migrations.Migration):
    dependencies = [("esf", "0009_archives_of_csv")]

    operations = [migrations.RunPython(become, become_again)]
