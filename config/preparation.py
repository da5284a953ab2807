"""What must be in order before the first request: schema, words, static files, reference data, the demo."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from accounts.services import finding
from config import reference, translations
from config.demo import fair, loader, redating
from config.guard import THE_DEMOS, made_by_demo
from core.models import Installation
from events.services import search

Say = Callable[[str], object]


def prepare(say: Say) -> None:
    """Bring this installation to where it can serve. Cheap when nothing is to be done.

    :raises ImproperlyConfigured: if the database and the mode (demo or not) do not belong together
    """
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    translations.compile_stale()
    if Installation._meta.db_table in connection.introspection.table_names():  # noqa: SLF001 - documented model API
        _refuse_foreign_database()
    if not schema_is_ready():
        say("Preparing the database …")
        call_command("migrate", verbosity=0, interactive=False)
    reference.load()
    search.index_stale()
    finding.write_stale()
    if settings.DEMO:
        _demo(say)
    else:
        call_command("collectstatic", verbosity=0, interactive=False)


def _refuse_foreign_database() -> None:
    """Before anything is written, migrations included."""
    if settings.DEMO:
        loader.refuse_foreign_database()
    elif made_by_demo():
        raise ImproperlyConfigured(THE_DEMOS)


def schema_is_ready() -> bool:
    executor = MigrationExecutor(connection)
    return not executor.migration_plan(executor.loader.graph.leaf_nodes())


def _demo(say: Say) -> None:
    now = timezone.now()
    if not Installation.objects.exists():
        say("Loading the demo, about ten seconds …")
    loader.load(now=now)
    if days := redating.redate(now=now):
        say(f"The demo's dates moved on by {days} days.")
    fair.open_now(now=now)
