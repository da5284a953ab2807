"""Events as pages show them, kept in the process between requests.

Texts, dates and places are read by everybody and change seldom. An event from the shelf is used only while the database
says, at each request, that it has not changed: the same `sequence` and `status`. Seats are never kept: every request
reads the counters. What an event borrows, its organiser's, project's and places' names, may be `KEEP_SECONDS` old.

Never read from here within a transaction that changes the event: what is rolled back would stay on the shelf.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any, NamedTuple

from django.db import connection

from events.models import LANGUAGES, Event, EventQuerySet, SeatPool

KEEP_SECONDS = 60
AT_MOST = 500


class Glance(NamedTuple):
    """What may differ from one request to the next. `pools` has a row of `POOL` for each."""

    pk: int
    sequence: int
    status: str
    pools: list[tuple[Any, ...]]

    def seat_pools(self, event: Event) -> list[SeatPool]:
        """The roots of the event's trees."""
        return event.planted(_pool(row) for row in self.pools)


class Kept(NamedTuple):
    at: float
    event: Event

    def serves(self, glance: Glance) -> bool:
        known = (self.event.sequence, self.event.status)
        return known == glance[1:3] and time.monotonic() - self.at < KEEP_SECONDS


COUNTERS = ("capacity", "taken", "held", "offered", "kept", "waiting")
NAMES = tuple(f"name_{code}" for code in LANGUAGES)
POOL = ("pk", "meeting_id", "parent_id", "root_id", "reserved", "reserved_until", *NAMES, *COUNTERS)
COLUMNS = ("pk", "sequence", "status", *(f"pools__{name}" for name in POOL))
ONE = f"""
    SELECT event.id, event.sequence, event.status, pool.id, {", ".join(f"pool.{name}" for name in POOL[1:])}
    FROM events_event event LEFT JOIN events_seatpool pool ON pool.event_id = event.id
    WHERE {{}}
"""  # noqa: S608 - put together from the names above
LISTED = """event.status = 'published' AND NOT event.confidential AND NOT event.is_template
    AND event.archived_at IS NULL AND event.id IN"""
"""`EventQuerySet.listed`, which the tests of the catalogue hold it against."""
BY_SLUG, BY_PK = ONE.format("event.slug = %s"), ONE.format("event.id = %s")
BY_POOL = ONE.format("event.id = (SELECT event_id FROM events_seatpool WHERE id = %s)")
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
    return _stocked(_glances(events.values_list(*COLUMNS)))


def listed(pks: Sequence[int]) -> list[Event]:
    """Those of these events that lists may show, in no order. Every page of the catalogue asks this."""
    if not pks:
        return []
    places = ", ".join(["%s"] * len(pks))
    with connection.cursor() as cursor:
        cursor.execute(ONE.format(f"{LISTED} ({places})"), list(pks))
        rows = cursor.fetchall()
    return _stocked(_glances(rows))


def clear() -> None:
    """Forget every event; for tests, whose databases begin anew."""
    _shelf.clear()


def _one(query: str, value: str | int) -> Event | None:
    with connection.cursor() as cursor:
        cursor.execute(query, [value])
        rows = cursor.fetchall()
    return next(iter(_stocked(_glances(rows))), None)


def _glances(rows: Iterable[tuple[Any, ...]]) -> list[Glance]:
    """A row for each pool of each event, or one without a pool; the events stay in the order of their first rows."""
    found: dict[int, Glance] = {}
    for row in rows:
        glance = found.setdefault(row[0], Glance(row[0], row[1], row[2], []))
        if row[3] is not None:
            glance.pools.append(row[3:])
    return list(found.values())


def _stocked(glances: list[Glance]) -> list[Event]:
    """The events of these glances. What is taken from the shelf is held on to: fetching others may clear it."""
    there = {glance.pk: kept for glance in glances if (kept := _shelf.get(glance.pk)) and kept.serves(glance)}
    wanted = [glance.pk for glance in glances if glance.pk not in there]
    found = there | _fetch(wanted) if wanted else there
    return [_with_seats(found[glance.pk].event, glance) for glance in glances if glance.pk in found]


def _fetch(pks: list[int]) -> dict[int, Kept]:
    rows = (
        Event.objects.filter(pk__in=pks)
        .select_related("organisation", "project", "picture", "own_terms", "own_payment_terms")
        .prefetch_related("rides__pick_ups", "prices")
        .with_dates()
    )
    fetched = {event.pk: Kept(time.monotonic(), event) for event in rows}
    for kept in fetched.values():
        _ = kept.event.timetable, kept.event.terms, kept.event.price_list  # made once, for all its twins
    if len(_shelf) + len(fetched) > AT_MOST:
        _shelf.clear()
    _shelf.update(fetched)
    return fetched


def _with_seats(event: Event, glance: Glance) -> Event:
    """A twin of `event`, which others are reading too, with the seats of this request."""
    twin = Event.__new__(Event)
    twin.__dict__ = dict(event.__dict__)
    twin.__dict__["seat_pools"] = glance.seat_pools(twin)
    return twin


def _pool(row: tuple[Any, ...]) -> SeatPool:
    values = dict(zip(POOL, row, strict=True))
    until = values["reserved_until"]
    if until is not None and until.tzinfo is None:  # SQLite keeps UTC and does not say so
        values["reserved_until"] = until.replace(tzinfo=UTC)
    return SeatPool(**values)
