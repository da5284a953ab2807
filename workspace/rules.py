"""What on the desk asks for somebody."""

from datetime import date, datetime, timedelta

from events.enums import Status
from events.models import Event, SeatPool

SOON = timedelta(days=7)
LOW_FILL = 0.5
"""Below this share of its seats an event that starts soon wants attention."""

ANSWER_DAYS = 14
"""Feedback on accessibility is answered without delay, within fourteen days (Act 306/2019)."""
REMIND_AFTER = timedelta(days=10)


def days_left(received_on: date, today: date) -> int:
    """Days until feedback must have been answered; below zero when that is past."""
    return ANSWER_DAYS - (today - received_on).days


def needs(event: Event, now: datetime) -> tuple[str, ...]:
    """Codes of what somebody should look at: `draft`, `queue`, `low_fill`. The template has the words."""
    if event.status == Status.DRAFT:
        return ("draft",)
    pools = event.pools_ahead(now)
    queue = ("queue",) if any(pool.waiting for pool in pools) else ()
    low = any(_starts_soon(event, pool, now) and pool.taken < LOW_FILL * pool.capacity for pool in pools)
    return (*queue, "low_fill") if low else queue


def _starts_soon(event: Event, pool: SeatPool, now: datetime) -> bool:
    starts = event.starts_of(pool)
    return starts is not None and now < starts < now + SOON
