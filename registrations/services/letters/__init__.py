"""What is mailed about a registration, in the person's language, put into the outbox with the change itself."""

from registrations.services.letters.delivering import deliver
from registrations.services.letters.links import (
    CONFIRM,
    LINK_OUTLIVES_EVENT,
    PARTY,
    PURPOSE,
    STAND,
    party_url,
    personal_url,
)
from registrations.services.letters.moments import MOMENTS, PLACEHOLDERS, Moment
from registrations.services.letters.others import confirm_address, stand
from registrations.services.letters.people import (
    again,
    cancelled,
    confirmed,
    date_cancelled,
    event_cancelled,
    handed_over,
    known_already,
    lapsed,
    moved,
    new_link,
    offered,
    party_registered,
    promoted,
    received,
    rejoined,
    waiting,
)
from registrations.services.letters.posting import WITH_TICKET

__all__ = [
    "CONFIRM",
    "LINK_OUTLIVES_EVENT",
    "MOMENTS",
    "PARTY",
    "PLACEHOLDERS",
    "PURPOSE",
    "STAND",
    "WITH_TICKET",
    "Moment",
    "again",
    "cancelled",
    "confirm_address",
    "confirmed",
    "date_cancelled",
    "deliver",
    "event_cancelled",
    "handed_over",
    "known_already",
    "lapsed",
    "moved",
    "new_link",
    "offered",
    "party_registered",
    "party_url",
    "personal_url",
    "promoted",
    "received",
    "rejoined",
    "stand",
    "waiting",
]
