"""What on the desk asks for somebody."""

from datetime import date, datetime, timedelta

from events.enums import Status
from events.models import Event, SeatPool

SOON = timedelta(days=7)
LOW_FILL = 0.5
"""Below this share of its seats an event that starts soon wants attention."""

DRAFT_SHOULD_BE_OUT = timedelta(days=14)
"""So long before its first date an event should be seen by those who might come."""

FORMS_CHASED = timedelta(days=30)
"""So long after an event its missing background forms are shown on the desk."""

ANSWER_DAYS = 14
"""Feedback on accessibility is answered without delay, within fourteen days (Act 306/2019)."""
REMIND_AFTER = timedelta(days=10)


def days_left(received_on: date, today: date) -> int:
    """Days until feedback must have been answered; below zero when that is past."""
    return ANSWER_DAYS - (today - received_on).days


def needs(event: Event, now: datetime, *, missing_forms: int = 0) -> tuple[str, ...]:
    """Codes of what somebody should look at: `draft` or `draft_soon`, `queue`, `forms`, `low_fill`, in this order.

    :param missing_forms: how many have a seat, or had one, and have not filled the background form
    """
    if event.status == Status.DRAFT:
        starts = event.starts_at
        return ("draft_soon",) if starts and starts < now + DRAFT_SHOULD_BE_OUT else ("draft",)
    pools = event.pools_ahead(now)
    found = (
        ("queue", any(pool.waiting for pool in pools)),
        ("forms", missing_forms > 0),
        ("low_fill", any(_starts_soon(event, pool, now) and pool.taken < LOW_FILL * pool.capacity for pool in pools)),
    )
    return tuple(code for code, applies in found if applies)


def _starts_soon(event: Event, pool: SeatPool, now: datetime) -> bool:
    starts = event.starts_of(pool)
    return starts is not None and now < starts < now + SOON
