"""What on the desk asks for somebody."""

from datetime import datetime, timedelta

from events.enums import Status
from events.models import Event

SOON = timedelta(days=7)
LOW_FILL = 0.5
"""Below this share of its seats an event that starts soon wants attention."""


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
