"""Until when somebody may answer."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from core.workdays import is_workday
from events.models import Event, SeatPool
from registrations import rules

if TYPE_CHECKING:
    from registrations.services.seats.tree import Tree


def deadline(tree: Tree, hours: int, now: datetime) -> datetime:
    """Until when an offer stands that is made now."""
    event = tree.event
    return rules.offer_ends(
        now=now,
        hours=hours,
        starts_at=next_start(event, tree.root, now),
        ends_at=tree.ends_at,
        working=is_workday if event.terms.offer_in_working_hours else None,
    )


def next_start(event: Event, pool: SeatPool, now: datetime) -> datetime | None:
    """Of the dates that the pool's seats are for, the next one that has not begun."""
    ahead = [
        meeting.starts_at
        for meeting in event.timetable
        if pool.meeting_id in (None, meeting.pk) and meeting.starts_at > now and not meeting.cancelled_at
    ]
    return min(ahead, default=None)
