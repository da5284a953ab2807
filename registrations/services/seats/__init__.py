"""Who gets a seat. Every function here takes one lock, the root of the pool tree, before it reads what it judges; a
move between trees locks both roots in ascending key.

Nothing else moves a counter. Lock order: Pool → Registration → Person.
"""

from registrations.services.seats.capacity import (
    BelowTaken,
    PoolInUse,
    PoolPlan,
    TooDeep,
    add_pool,
    change_capacity,
    change_pool,
    remove_pool,
)
from registrations.services.seats.charging import DiscountOver, PriceChanged, PriceGone, PriceNeeded
from registrations.services.seats.confirming import OtherAddress, ask_to_confirm, refuse_other_address
from registrations.services.seats.enrolment import AlreadyRegistered, Placed, enrol, place
from registrations.services.seats.handing import MayNotHandOver, NoSeatToGive, SamePerson, hand_over
from registrations.services.seats.holds import (
    FewerLeft,
    Full,
    InvitationNeeded,
    TooMany,
    being_filled,
    hold,
    leave,
    renew,
    save_draft,
    stay,
    sweep,
)
from registrations.services.seats.leaving import AlreadyAttended, ChangedState, NothingToCancel, cancel
from registrations.services.seats.moving import DateFull, MustWait, OtherPrice, PayFirst, ThereAlready, change_date
from registrations.services.seats.offers import (
    NothingLapsed,
    NothingOffered,
    OfferOver,
    accept,
    decline,
    of_party,
    rejoin,
)
from registrations.services.seats.ordering import NotWaiting, ReasonNeeded, move_in_queue
from registrations.services.seats.queue import waiting_units
from registrations.services.seats.registering import (
    Claimant,
    Company,
    Deal,
    HoldExpired,
    WrongNumber,
    register,
    register_party,
)
from registrations.services.seats.tree import DateNeeded, GroupNeeded, NotOpen

__all__ = [
    "AlreadyAttended",
    "AlreadyRegistered",
    "BelowTaken",
    "ChangedState",
    "Claimant",
    "Company",
    "DateFull",
    "DateNeeded",
    "Deal",
    "DiscountOver",
    "FewerLeft",
    "Full",
    "GroupNeeded",
    "HoldExpired",
    "InvitationNeeded",
    "MayNotHandOver",
    "MustWait",
    "NoSeatToGive",
    "NotOpen",
    "NotWaiting",
    "NothingLapsed",
    "NothingOffered",
    "NothingToCancel",
    "OfferOver",
    "OtherAddress",
    "OtherPrice",
    "PayFirst",
    "Placed",
    "PoolInUse",
    "PoolPlan",
    "PriceChanged",
    "PriceGone",
    "PriceNeeded",
    "ReasonNeeded",
    "SamePerson",
    "ThereAlready",
    "TooDeep",
    "TooMany",
    "WrongNumber",
    "accept",
    "add_pool",
    "ask_to_confirm",
    "being_filled",
    "cancel",
    "change_capacity",
    "change_date",
    "change_pool",
    "decline",
    "enrol",
    "hand_over",
    "hold",
    "leave",
    "move_in_queue",
    "of_party",
    "place",
    "refuse_other_address",
    "register",
    "register_party",
    "rejoin",
    "remove_pool",
    "renew",
    "save_draft",
    "stay",
    "sweep",
    "waiting_units",
]
