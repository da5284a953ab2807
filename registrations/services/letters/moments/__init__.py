"""At which moments people are written to, and what the letter says where the organiser has not written it anew."""

from typing import Final

from registrations.services.letters.moments.applications import APPLICATIONS
from registrations.services.letters.moments.groups import GROUPS
from registrations.services.letters.moments.moment import EVERYWHERE, PLACEHOLDERS, Moment, in_subject
from registrations.services.letters.moments.news import NEWS
from registrations.services.letters.moments.notices import NOTICES
from registrations.services.letters.moments.partings import PARTINGS
from registrations.services.letters.moments.payments import PAYMENTS
from registrations.services.letters.moments.seats import SEATS
from registrations.services.letters.moments.stands import STANDS

__all__ = ["EVERYWHERE", "MOMENTS", "PLACEHOLDERS", "Moment", "in_subject"]

MOMENTS: Final[dict[str, Moment]] = {
    each.name: each for each in (*SEATS, *APPLICATIONS, *NEWS, *PARTINGS, *GROUPS, *PAYMENTS, *STANDS, *NOTICES)
}
