from django.db import migrations

from accounts import guards


def lay(apps, editor):
    guards.lay(editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_people_by_spellings"),
    ]

    operations = [
        migrations.RunPython(lay, migrations.RunPython.noop),
    ]
