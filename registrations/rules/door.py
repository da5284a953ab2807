"""When the door is open, and which scans are believed."""

from datetime import datetime, timedelta

from django.utils import timezone

SCAN_OLDEST, SCAN_AHEAD = timedelta(hours=48), timedelta(minutes=5)
"""How late a scan made without a network may arrive, and how far a phone's clock may run ahead."""

DOOR_STAYS_OPEN = timedelta(hours=6)
"""After a meeting's end; those who forgot to scan are caught up the same evening."""


def door_is_open(*, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Check-in works from the morning of the meeting's day until some hours after its end."""
    morning = timezone.localtime(starts_at).replace(hour=0, minute=0, second=0, microsecond=0)
    return morning <= now <= ends_at + DOOR_STAYS_OPEN


def scan_is_believable(*, at: datetime, now: datetime) -> bool:
    """Whether a scan that arrives now can have been made at the moment its sender says."""
    return now - SCAN_OLDEST <= at <= now + SCAN_AHEAD
