import pytest
from django.core.cache import caches
from django.db.backends.postgresql.operations import DatabaseOperations
from django.utils import translation
from hypothesis import HealthCheck, settings
from xdist.scheduler import LoadFileScheduling

from config import translations
from core import compiled, kept
from core.services import mail
from events import shelf
from events.models import Event
from events.services import prices
from registrations.models import Hold, Registration


def pytest_configure():
    """Pages speak the languages of the catalogues as they stand in the tree, from the first test on.

    Nothing is timed: a busy machine may take as long as it likes to draw and to judge an example. PostgreSQL's tables
    are emptied row by row: to truncate 139 tables takes half a second, to delete the few rows of a test milliseconds.
    """
    DatabaseOperations.sql_flush = emptied_by_deleting
    settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.load_profile("untimed")
    translations.compile_stale()


class FileByFile(LoadFileScheduling):
    """A file's tests go to one worker, whichever is free; the browser's all to one, which starts the demo once."""

    def _split_scope(self, nodeid):
        file = super()._split_scope(nodeid)
        return "tests/browser" if file.startswith("tests/browser/") else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return FileByFile(config, log)


def emptied_by_deleting(self, _style, tables, *, reset_sequences=False, allow_cascade=False):
    """Statements for `flush`. References are checked before it ends, so that triggers can be set in its transaction."""
    deleted = [f"DELETE FROM {self.quote_name(table)}" for table in tables]  # noqa: S608 - our own tables
    return [*deleted, "SET CONSTRAINTS ALL IMMEDIATE"]


@pytest.fixture(autouse=True)
def _fresh_cache():
    translation.deactivate()  # an earlier test's last page may have spoken another language
    for cache in caches.all():
        cache.clear()
    compiled.forget()
    kept.forget()
    shelf.clear()
    prices.forget()
    mail.hang_up()


@pytest.fixture
def counters():
    """Hold a pool's counters against the rows they count."""

    def check(event):
        for root in Event.objects.get(pk=event.pk).seat_pools:
            for pool in root.tree_pools:
                _hold_against_rows(pool)
        return event.pools.order_by("pk").first()

    return check


def _hold_against_rows(pool):
    inside = [each.pk for each in pool.tree_pools]
    rows = Registration.objects.filter(pool__in=inside)
    held = Hold.objects.filter(pool__in=inside, kind="seat", released_at=None)
    assert pool.taken == rows.filter(status="confirmed").count()
    assert pool.waiting == rows.filter(status="waiting").count()
    assert pool.offered == rows.filter(status="offered").count()
    assert pool.held == sum(held.values_list("seats", flat=True)) + rows.filter(status="unpaid").count()
    assert pool.taken + pool.held + pool.offered <= pool.capacity
