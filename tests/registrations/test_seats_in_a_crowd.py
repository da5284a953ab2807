"""Two hundred people and twenty seats. First the race is proved by taking the lock away, then it is proved gone.

The threads go through Django's pool of at most 40 connections on PostgreSQL, and to one file on SQLite.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection, connections

from core.secrets import digest
from events.models import SeatPoolQuerySet
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

CROWD, SEATS = 200, 20

on_postgresql = pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
on_sqlite = pytest.mark.skipif(not settings.ON_SQLITE, reason="BEGIN IMMEDIATE is SQLite's")


def rush(event):
    """Everyone presses at once, and whoever holds a seat sends the form. Return what each was answered."""

    def arrive(who):
        try:
            hold = make_hold(event)
            seats.register(hold=hold, contact=who, answers=None, support_needs="", now=NOW)
        except seats.Full as refusal:
            return refusal.code
        except Exception as error:  # noqa: BLE001 - an exception is an answer too, a wrong one
            return type(error).__name__
        else:
            return "seated"
        finally:
            connections.close_all()

    people = [make.contact() for _i in range(CROWD)]
    with ThreadPoolExecutor(max_workers=CROWD) as crowd:
        return Counter(crowd.map(arrive, people))


def make_hold(event):
    token = seats.hold(event=event, kind=HoldKind.SEAT, now=NOW)
    return Hold.objects.get(token_digest=digest(token))


def test_two_hundred_people_take_twenty_seats_and_the_others_are_told_to_queue(counters):
    event = make.event(seats=SEATS)

    outcomes = rush(event)

    assert outcomes == {"seated": SEATS, "full": CROWD - SEATS}
    assert Registration.objects.filter(status=Status.CONFIRMED).count() == SEATS
    counters(event)


@on_postgresql
def test_without_the_row_lock_the_rush_goes_wrong(monkeypatch):
    event = make.event(seats=SEATS)
    monkeypatch.setattr(SeatPoolQuerySet, "locked", lambda self: self.all())

    assert rush(event) != {"seated": SEATS, "full": CROWD - SEATS}


@on_sqlite
def test_without_immediate_transactions_the_rush_goes_wrong(monkeypatch):
    event = make.event(seats=SEATS)
    monkeypatch.setitem(connections.settings["default"]["OPTIONS"], "transaction_mode", "DEFERRED")
    connection.close()

    try:
        outcomes = rush(event)
    finally:
        connection.close()

    assert outcomes != {"seated": SEATS, "full": CROWD - SEATS}
