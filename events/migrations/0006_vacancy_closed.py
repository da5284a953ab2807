from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("events", "0005_search")]

    operations = [
        migrations.AddField("vacancy", "closed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddConstraint(
            "vacancy",
            models.CheckConstraint(
                condition=models.Q(("published_at__isnull", False), ("closed_at", None), _connector="OR"),
                name="vacancy_closed_was_published",
            ),
        ),
        migrations.AddConstraint(
            "vacancy",
            models.CheckConstraint(
                condition=models.Q(("published_at__isnull", False), ("filled_at", None), _connector="OR"),
                name="vacancy_filled_was_published",
            ),
        ),
    ]
