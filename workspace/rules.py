"""What on the desk asks for somebody."""

from datetime import date, datetime, timedelta

from events.enums import Status
from events.models import Event

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
    pool, starts = event.pool, event.starts_at
    if pool is None or starts is None:
        return ()
    queue = ("queue",) if pool.waiting else ()
    low = now < starts < now + SOON and pool.taken < LOW_FILL * pool.capacity
    return (*queue, "low_fill") if low else queue
