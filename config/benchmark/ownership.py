"""Whose database it is. The fixture fills an empty one, or its own of an earlier run, and touches no other."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection

from accounts.models import Organisation, Person, User
from config.preparation import schema_is_ready
from core.models import Installation
from events.models import Event

MAIL_DOMAIN = "bench.example"
"""Of every login that the fixture makes. Somebody else's login means somebody else's database."""

NOT_MINE = (
    "This database holds something that bench_fixture did not make, so it is left alone. "
    "Give DATABASE_URL an empty one, made for this."
)
NOT_IN_DEMO_MODE = (
    "bench_fixture measures the product as in production: unset MIITTI_DEMO and give SECRET_KEY, "
    "MIITTI_FIELD_KEYS, ALLOWED_HOSTS, SITE_URL, EMAIL_URL and MAIL_FROM."
)


def refuse_foreign_database() -> None:
    """Stop before anything is written, migrations included.

    :raises ImproperlyConfigured: in demo mode, or if the database is neither empty nor the fixture's own
    """
    if settings.DEMO:
        raise ImproperlyConfigured(NOT_IN_DEMO_MODE)
    if not (_is_empty() or made_by_fixture()):
        raise ImproperlyConfigured(NOT_MINE)


def made_by_fixture() -> bool:
    """Whether an earlier run filled this database, and only visitors have come since."""
    if not schema_is_ready() or not Installation.objects.filter(benchmark=True).exists():
        return False
    return not User.objects.exclude(email__endswith=f"@{MAIL_DOMAIN}").exists()


def clear() -> None:
    """Empty the fixture's own database.

    :raises ImproperlyConfigured: if it is not
    """
    if not made_by_fixture():
        raise ImproperlyConfigured(NOT_MINE)
    call_command("flush", verbosity=0, interactive=False)


def _is_empty() -> bool:
    """No table of ours yet, or nothing in those that people fill."""
    tables = set(connection.introspection.table_names())
    filled_by_people = (Installation, User, Organisation, Person, Event)
    return not any(
        model._meta.db_table in tables and model._default_manager.values("pk").exists()  # noqa: SLF001 - documented
        for model in filled_by_people
    )
