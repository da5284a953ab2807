"""Whether a visitor may begin the form."""

from events.enums import Door
from registrations.enums import HoldKind


def may_start(kind: HoldKind, door: Door) -> bool:
    """For a seat while one is free for a newcomer, for the queue while registration is open."""
    return door == Door.OPEN or (kind == HoldKind.QUEUE and door == Door.QUEUE)
