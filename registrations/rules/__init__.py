"""Seats, waiting list, offers and the door, decided without a database."""

from registrations.rules.allotment import Allotment, Unit, allot, move
from registrations.rules.door import DOOR_STAYS_OPEN, SCAN_AHEAD, SCAN_OLDEST, door_is_open, scan_is_believable
from registrations.rules.offers import offer_ends, settled_moment
from registrations.rules.starting import goes_on, is_renewed, may_edit, may_start, too_fast

__all__ = [
    "DOOR_STAYS_OPEN",
    "SCAN_AHEAD",
    "SCAN_OLDEST",
    "Allotment",
    "Unit",
    "allot",
    "door_is_open",
    "goes_on",
    "is_renewed",
    "may_edit",
    "may_start",
    "move",
    "offer_ends",
    "scan_is_believable",
    "settled_moment",
    "too_fast",
]
