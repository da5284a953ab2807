"""The last seat of a bus, pressed for by two at the same moment."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import DatabaseError, connections

from events.models import PickUp, Ride, SeatPoolQuerySet
from registrations.models import Registration
from registrations.services import seats
from registrations.services.rides import RideFull
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def overbooked(count):
    """Let two people at each of `count` events choose the one seat of a bus at once. Return how many buses hold two."""
    events = [make.event() for _i in range(count)]
    jobs = []
    for event in events:
        stop = PickUp.objects.create(
            ride=Ride.objects.create(event=event, name="Bussi", seats=1), place="Joutsa", leaves=dt.time(8)
        )
        start = Barrier(2)
        jobs += [(make.held(event), stop, start) for _i in range(2)]

    def choose(job):
        hold, stop, start = job
        try:
            start.wait()
            seats.register(hold=hold, contact=make.contact(), answers=None, support_needs="", pick_up=stop.pk, now=NOW)
        except (RideFull, DatabaseError):
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=2) as hands:
        list(hands.map(choose, jobs))
    return sum(Registration.objects.active().filter(pick_up__ride__event=event).count() > 1 for event in events)


def test_one_seat_takes_one():
    assert overbooked(40) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_pools_lock_some_buses_hold_two(monkeypatch):
    monkeypatch.setattr(SeatPoolQuerySet, "locked", lambda self: self.all())
    assert overbooked(40) > 0
