"""Seats, waiting list, offers, selection and the door, decided without a database."""

from registrations.rules.allotment import Allotment, Unit, allot, move
from registrations.rules.door import DOOR_STAYS_OPEN, SCAN_AHEAD, SCAN_OLDEST, door_is_open, scan_is_believable
from registrations.rules.offers import offer_ends, settled_moment
from registrations.rules.payments import kept, kept_until, page_closes, spread, state_of
from registrations.rules.selection import (
    ALGORITHM,
    BY_THEMSELVES,
    FOR_A_REASON,
    FREES_A_SEAT,
    Mark,
    Standing,
    draw,
    fingerprint,
    in_order,
    may_follow,
    mean,
    reserve_order,
    slots,
)
from registrations.rules.starting import goes_on, is_renewed, may_edit, may_start, too_fast

__all__ = [
    "ALGORITHM",
    "BY_THEMSELVES",
    "DOOR_STAYS_OPEN",
    "FOR_A_REASON",
    "FREES_A_SEAT",
    "SCAN_AHEAD",
    "SCAN_OLDEST",
    "Allotment",
    "Mark",
    "Standing",
    "Unit",
    "allot",
    "door_is_open",
    "draw",
    "fingerprint",
    "goes_on",
    "in_order",
    "is_renewed",
    "kept",
    "kept_until",
    "may_edit",
    "may_follow",
    "may_start",
    "mean",
    "move",
    "offer_ends",
    "page_closes",
    "reserve_order",
    "scan_is_believable",
    "settled_moment",
    "slots",
    "spread",
    "state_of",
    "too_fast",
]
