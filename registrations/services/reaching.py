"""Whose mailbox a registration's letters come to."""

from core.names import normalised_email
from registrations.enums import Channel
from registrations.models import Registration

BY_STAFF = frozenset({Channel.DESK, Channel.REFERRAL})
"""Whoever registered somebody in these ways may hold the link to the person's page, without their mailbox."""


def is_own(registration: Registration) -> bool:
    """Whether mail comes to the person alone, so that the link in it shows what they told before."""
    return registration.channel not in BY_STAFF and has_mailbox(registration)


def has_mailbox(registration: Registration) -> bool:
    """Whether mail comes to the person: whom somebody else has registered without an address, their contact reads."""
    if not registration.email:
        return False
    party = registration.party if registration.channel == Channel.PARTY else None
    return party is None or normalised_email(party.email) != normalised_email(registration.email)
