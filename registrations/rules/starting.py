"""Whether a visitor may begin the form, goes on with one, sends it too fast, or corrects what was sent."""

from datetime import datetime, timedelta

from django.conf import settings

from events.enums import Door
from registrations.enums import ACTIVE, HoldKind
from registrations.models import Hold


def may_start(kind: HoldKind, door: Door) -> bool:
    """For a seat while one is free for a newcomer, for the queue while registration is open, to apply while one may."""
    if kind == HoldKind.APPLY or door == Door.APPLY:
        return kind == HoldKind.APPLY and door == Door.APPLY
    return door == Door.OPEN or (kind == HoldKind.QUEUE and door == Door.QUEUE)


def is_for(hold: Hold, pool_pk: int | None, seats: int) -> bool:
    """Whether a form that has been begun is for the seats that are wanted, and so many; None: any of the event's."""
    return pool_pk in (None, hold.chosen_id) and hold.seats == seats


def goes_on(hold: Hold, *, kind: HoldKind, pool_pk: int | None, seats: int, now: datetime) -> bool:
    """Whether a visitor who presses the button again goes on with that form: it keeps what they want, or better."""
    return is_for(hold, pool_pk, seats) and not hold.expired(now) and HoldKind(hold.kind) in {kind, HoldKind.SEAT}


def is_renewed(hold: Hold, *, pool_pk: int | None, seats: int, now: datetime) -> bool:
    """Whether that form, its time over, gets a new seat or place."""
    return is_for(hold, pool_pk, seats) and hold.expired(now)


def may_edit(*, status: str, closes_at: datetime | None, now: datetime) -> bool:
    """Whether a person may still correct their own registration. Without a date there is nothing to be late for."""
    return status in ACTIVE and (closes_at is None or now < closes_at)


def too_fast(*, since: datetime, now: datetime) -> bool:
    """Whether a form begun at `since` comes back faster than anybody fills one."""
    return now - since < timedelta(seconds=settings.FORM_FASTEST_SECONDS)
