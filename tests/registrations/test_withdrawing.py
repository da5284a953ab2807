"""Unpublishing against the visitors who are just pressing the button."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connections

from events.models import Event, SeatPoolQuerySet
from events.services import publishing
from registrations.enums import HoldKind
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def withdraw_while_holding(count):
    """For each of `count` events, unpublish and hold at the same moment. Return how many drafts have a visitor."""
    by = make.user()

    def act(job):
        event, start, what = job
        try:
            start.wait()
            what(event)
        except (publishing.HasPeople, seats.NotOpen):
            pass
        finally:
            connections.close_all()

    jobs = []
    for event in [make.event() for _i in range(count)]:
        start = Barrier(2)
        jobs.append((event, start, lambda each: publishing.unpublish(event=each, by=by, now=NOW)))
        jobs.append((event, start, lambda each: seats.hold(event=each, kind=HoldKind.SEAT, now=NOW)))
    with ThreadPoolExecutor(max_workers=2) as pair:
        list(pair.map(act, jobs))
    return Event.objects.filter(status="draft", pools__held__gt=0).count()


def test_no_draft_keeps_a_visitor():
    assert withdraw_while_holding(60) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_pools_lock_some_do(monkeypatch):
    monkeypatch.setattr(SeatPoolQuerySet, "locked", lambda self: self.all())
    assert withdraw_while_holding(60) > 0
