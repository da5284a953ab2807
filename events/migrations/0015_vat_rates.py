"""The rates of value added tax in force: the general one, and the reduced one of culture, sports and food.

Arvonlisäverolaki 1501/1993, 84 § as changed by act 403/2024 (25.5 % from 1 September 2024), and 85 §, whose 14 % is
13.5 % from 1 January 2026.
"""

from datetime import date

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

RATES = (
    ("standard", 2400, date(2013, 1, 1)),
    ("standard", 2550, date(2024, 9, 1)),
    ("reduced", 1400, date(2013, 1, 1)),
    ("reduced", 1350, date(2026, 1, 1)),
)


def write(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    rate = apps.get_model("events", "VatRate")
    rate.objects.bulk_create(
        (rate(kind=kind, basis_points=points, valid_from=day) for kind, points, day in RATES), ignore_conflicts=True
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0014_prices")]

    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
