"""Events as pages show them, kept in the process between requests.

Texts, dates and places are read by everybody and change seldom. An event from the shelf is used only while the database
says, at each request, that it has not changed: the same `sequence` and `status`. Seats are never kept: every request
reads the counters. What an event borrows, its organiser's, project's and places' names, may be `KEEP_SECONDS` old.

Never read from here within a transaction that changes the event: what is rolled back would stay on the shelf.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from events.models import Event, EventQuerySet, SeatPool

KEEP_SECONDS = 60
AT_MOST = 500


class Glance(NamedTuple):
    """What may differ from one request to the next."""

    pk: int
    sequence: int
    status: str
    pool_pk: int | None
    capacity: int
    taken: int
    held: int
    waiting: int

    def pool(self) -> SeatPool | None:
        if self.pool_pk is None:
            return None
        counters = {"capacity": self.capacity, "taken": self.taken, "held": self.held, "waiting": self.waiting}
        return SeatPool(pk=self.pool_pk, event_id=self.pk, **counters)


class Kept(NamedTuple):
    at: float
    event: Event

    def serves(self, glance: Glance) -> bool:
        known = (self.event.sequence, self.event.status)
        return known == glance[1:3] and time.monotonic() - self.at < KEEP_SECONDS


COLUMNS = ("pk", "sequence", "status", *(f"pools__{name}" for name in ("pk", *Glance._fields[4:])))
ONE = """
    SELECT event.id, event.sequence, event.status, pool.id, pool.capacity, pool.taken, pool.held, pool.waiting
    FROM events_event event LEFT JOIN events_seatpool pool ON pool.event_id = event.id
    WHERE {} = %s
"""
LISTED = """event.status = 'published' AND NOT event.confidential AND NOT event.is_template
    AND event.archived_at IS NULL AND event.id IN"""
"""`EventQuerySet.listed`, which the tests of the catalogue hold it against."""
BY_SLUG, BY_PK, BY_POOL = ONE.format("event.slug"), ONE.format("event.id"), ONE.format("pool.id")
"""Every page of an event asks this, so it is written out: composing it anew costs five times its execution."""

_shelf: dict[int, Kept] = {}


def by_slug(slug: str) -> Event | None:
    """The event of this address, whatever its status: see `read`."""
    return _one(BY_SLUG, slug)


def by_pk(pk: int) -> Event | None:
    return _one(BY_PK, pk)


def by_pool(pk: int) -> Event | None:
    return _one(BY_POOL, pk)


def read(events: EventQuerySet) -> list[Event]:
    """`events` in their order, with organiser, project, meetings and places, and with their seats of this moment.

    One query, and two more for those that are not on the shelf. What is returned is for reading, not for saving.
    """
    return _stocked([Glance(*row) for row in events.values_list(*COLUMNS)])


def listed(pks: Sequence[int]) -> list[Event]:
    """Those of these events that lists may show, in no order. Every page of the catalogue asks this."""
    if not pks:
        return []
    places = ", ".join(["%s"] * len(pks))
    with connection.cursor() as cursor:
        cursor.execute(ONE.replace("{} = %s", f"{LISTED} ({places})"), list(pks))
        rows = cursor.fetchall()
    return _stocked([Glance(*row) for row in rows])


def clear() -> None:
    """Forget every event; for tests, whose databases begin anew."""
    _shelf.clear()


def _one(query: str, value: str | int) -> Event | None:
    with connection.cursor() as cursor:
        cursor.execute(query, [value])
        rows = cursor.fetchmany(1)
    return next(iter(_stocked([Glance(*row) for row in rows])), None)


def _stocked(glances: list[Glance]) -> list[Event]:
    wanted = [glance.pk for glance in glances if not ((kept := _shelf.get(glance.pk)) and kept.serves(glance))]
    fetched = _fetch(wanted) if wanted else {}
    return [
        _with_seats(found.event, glance)
        for glance in glances
        if (found := fetched.get(glance.pk) or _shelf.get(glance.pk))
    ]


def _fetch(pks: list[int]) -> dict[int, Kept]:
    rows = (
        Event.objects.filter(pk__in=pks)
        .select_related("organisation", "project", "picture")
        .prefetch_related("rides__pick_ups")
        .with_dates()
    )
    fetched = {event.pk: Kept(time.monotonic(), event) for event in rows}
    if len(_shelf) + len(fetched) > AT_MOST:
        _shelf.clear()
    _shelf.update(fetched)
    return fetched


def _with_seats(event: Event, glance: Glance) -> Event:
    """A twin of `event`, which others are reading too, with the pool of this request."""
    twin = Event.__new__(Event)
    twin.__dict__ = {**event.__dict__, "pool": glance.pool()}
    return twin
