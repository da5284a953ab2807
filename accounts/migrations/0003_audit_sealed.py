import django.db.models.deletion
from django.db import migrations, models

from accounts import guards


def lay(apps, editor):
    guards.lay(editor.connection)


def lift(apps, editor):
    guards.lift(editor.connection)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_employers"),
    ]

    operations = [
        migrations.AddField(
            model_name="auditentry",
            name="via",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="The token that acted for `actor`, by its key.",
                max_length=60,
            ),
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField()),
                ("sealed_at", models.DateTimeField()),
                ("first_entry", models.BigIntegerField()),
                ("last_entry", models.BigIntegerField()),
                ("count", models.PositiveIntegerField()),
                (
                    "marks",
                    models.TextField(
                        help_text="Eight digits of each entry's hash, in order: they point at a wrong one."
                    ),
                ),
                ("digest", models.CharField(help_text="SHA-256 of the entries.", max_length=64)),
                ("previous", models.CharField(blank=True, help_text="`hash` of the seal before.", max_length=64)),
                ("hash", models.CharField(max_length=64)),
                (
                    "cut_at",
                    models.DateTimeField(
                        blank=True, help_text="When its entries were deleted for their age.", null=True
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        blank=True,
                        help_text="Null: the chain of what belongs to the installation.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("organisation", "number"), name="audit_seal_number_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("organisation", None)),
                        fields=("number",),
                        name="audit_seal_number_once_of_installation",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("count__gte", 1), ("number__gte", 1)), name="audit_seal_holds_something"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("number", 1), ("previous", "")),
                            models.Q(("number__gt", 1), ("previous__regex", "^[0-9a-f]{64}$")),
                            _connector="OR",
                        ),
                        name="audit_seal_follows_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("digest__regex", "^[0-9a-f]{64}$"), ("hash__regex", "^[0-9a-f]{64}$")),
                        name="audit_seal_hashes_form",
                    ),
                ],
                "indexes": [
                    models.Index(condition=models.Q(("cut_at", None)), fields=["sealed_at"], name="audit_seal_uncut")
                ],
            },
        ),
        migrations.AddField(
            model_name="auditentry",
            name="seal",
            field=models.ForeignKey(
                blank=True,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="entries",
                to="accounts.auditseal",
            ),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(condition=models.Q(("seal", None)), fields=["id"], name="audit_unsealed"),
        ),
        migrations.AddIndex(
            model_name="auditentry",
            index=models.Index(
                condition=models.Q(("seal__isnull", False)), fields=["seal", "id"], name="audit_by_seal"
            ),
        ),
        migrations.RunPython(lay, lift),
    ]
