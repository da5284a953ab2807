"""Seats, waiting list and the door, decided without a database."""

from datetime import datetime, timedelta
from typing import Protocol

from django.conf import settings
from django.utils import timezone

from events.enums import Door
from registrations.enums import ACTIVE, HoldKind

SCAN_OLDEST, SCAN_AHEAD = timedelta(hours=48), timedelta(minutes=5)
"""How late a scan made without a network may arrive, and how far a phone's clock may run ahead."""

DOOR_STAYS_OPEN = timedelta(hours=6)
"""After a meeting's end; those who forgot to scan are caught up the same evening."""


class Begun(Protocol):
    """What is known of an unfinished form."""

    kind: str
    pool_id: int

    def expired(self, now: datetime) -> bool: ...


def seat_for_newcomer(*, free: int, waiting: int) -> bool:
    """A freed seat belongs to the waiting list first."""
    return free > 0 and waiting == 0


def may_start(kind: HoldKind, door: Door) -> bool:
    """Whether a visitor may begin the form: for a seat while one is free, for the queue while registration is open."""
    return door == Door.OPEN or (kind == HoldKind.QUEUE and door == Door.QUEUE)


def is_for(hold: Begun, pool_pk: int | None) -> bool:
    """Whether a form that has been begun is for the seats that are wanted; None: any of the event's."""
    return pool_pk in (None, hold.pool_id)


def goes_on(hold: Begun, *, kind: HoldKind, pool_pk: int | None, now: datetime) -> bool:
    """Whether a visitor who presses the button again goes on with that form: it keeps what they want, or better."""
    return is_for(hold, pool_pk) and not hold.expired(now) and HoldKind(hold.kind) in {kind, HoldKind.SEAT}


def is_renewed(hold: Begun, *, pool_pk: int | None, now: datetime) -> bool:
    """Whether that form, its time over, gets a new seat or place."""
    return is_for(hold, pool_pk) and hold.expired(now)


def may_edit(*, status: str, closes_at: datetime | None, now: datetime) -> bool:
    """Whether a person may still correct their own registration. Without a date there is nothing to be late for."""
    return status in ACTIVE and (closes_at is None or now < closes_at)


def too_fast(*, since: datetime, now: datetime) -> bool:
    """Whether a form begun at `since` comes back faster than anybody fills one."""
    return now - since < timedelta(seconds=settings.FORM_FASTEST_SECONDS)


def promotions(*, free: int, waiting: int, over: bool) -> int:
    """How many of those who wait get a seat now. Nobody is promoted to what is already over."""
    return 0 if over else min(free, waiting)


def door_is_open(*, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Check-in works from the morning of the meeting's day until some hours after its end."""
    morning = timezone.localtime(starts_at).replace(hour=0, minute=0, second=0, microsecond=0)
    return morning <= now <= ends_at + DOOR_STAYS_OPEN


def scan_is_believable(*, at: datetime, now: datetime) -> bool:
    """Whether a scan that arrives now can have been made at the moment its sender says."""
    return now - SCAN_OLDEST <= at <= now + SCAN_AHEAD
