import pytest
from django.core.cache import caches
from django.utils import translation

from config import translations
from core import compiled, kept
from events import shelf
from registrations.models import Hold, Registration


def pytest_configure():
    """Pages speak the languages of the catalogues as they stand in the tree, from the first test on."""
    translations.compile_stale()


@pytest.fixture(autouse=True)
def _fresh_cache():
    translation.deactivate()  # an earlier test's last page may have spoken another language
    for cache in caches.all():
        cache.clear()
    compiled.forget()
    kept.forget()
    shelf.clear()


@pytest.fixture
def counters():
    """Hold a pool's counters against the rows they count."""

    def check(event):
        for pool in event.pools.all():
            rows = Registration.objects.filter(pool=pool)
            assert pool.taken == rows.filter(status="confirmed").count()
            assert pool.waiting == rows.filter(status="waiting").count()
            assert pool.held == Hold.objects.filter(pool=pool, kind="seat", released_at=None).count()
            assert pool.taken + pool.held <= pool.capacity
        return event.pools.order_by("pk").first()

    return check
