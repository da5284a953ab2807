"""Who gets a seat. Every function here takes the pool's lock once, before it reads what it judges.

Nothing else moves a counter. Lock order: Pool → Registration → Person.
"""

from registrations.services.seats.enrolment import AlreadyRegistered, enrol
from registrations.services.seats.holds import Full, InvitationNeeded, being_filled, hold, renew, save_draft, sweep
from registrations.services.seats.leaving import leave
from registrations.services.seats.moving import DateFull, ThereAlready, change_date
from registrations.services.seats.places import (
    AlreadyAttended,
    BelowTaken,
    ChangedState,
    HoldExpired,
    NothingToCancel,
    cancel,
    change_capacity,
    register,
)
from registrations.services.seats.pool import DateNeeded, NotOpen

__all__ = [
    "AlreadyAttended",
    "AlreadyRegistered",
    "BelowTaken",
    "ChangedState",
    "DateFull",
    "DateNeeded",
    "Full",
    "HoldExpired",
    "InvitationNeeded",
    "NotOpen",
    "NothingToCancel",
    "ThereAlready",
    "being_filled",
    "cancel",
    "change_capacity",
    "change_date",
    "enrol",
    "hold",
    "leave",
    "register",
    "renew",
    "save_draft",
    "sweep",
]
