"""The personal links that letters carry."""

from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from accounts.services import links
from events.models import Event, Stand
from registrations.models import Hold, Party, Registration

PURPOSE, PARTY, STAND, CONFIRM, DOOR = "registration", "party", "stand", "confirm", "form at the door"
"""Of the personal links that this app makes and answers."""
LINK_OUTLIVES_EVENT = timedelta(days=180)


def personal_url(*, registration: Registration, now: datetime) -> str:
    """A new personal link to `registration`, in its person's language. It outlives the event by half a year."""
    expires_at = _half_a_year_after(registration.event, now)
    token = links.make(purpose=PURPOSE, key=registration.key, now=now, expires_at=expires_at)
    return _address("registrations:mine", token, registration.language)


def party_url(*, party: Party, now: datetime) -> str:
    """A new link to the party's page, in the contact's language. It outlives the event by half a year."""
    token = links.make(purpose=PARTY, key=party.key, now=now, expires_at=_half_a_year_after(party.event, now))
    return _address("registrations:party", token, party.language)


def stand_url(*, stand: Stand, now: datetime) -> str:
    """A new link to the stand's page, in the language of its form. It outlives the event by half a year."""
    token = links.make(purpose=STAND, key=stand.key, now=now, expires_at=_half_a_year_after(stand.event, now))
    return _address("registrations:my_stand", token, stand.language)


def confirming_url(*, hold: Hold, language: str, now: datetime, expires_at: datetime) -> str:
    """A link by which a form is sent for good, until `expires_at`."""
    token = links.make(purpose=CONFIRM, key=hold.key, now=now, expires_at=expires_at)
    return _address("registrations:confirm", token, language)


def _half_a_year_after(event: Event, now: datetime) -> datetime:
    return max(event.ends_at or now, now) + LINK_OUTLIVES_EVENT


def _address(name: str, token: str, language: str) -> str:
    with translation.override(language):
        return settings.SITE_URL + reverse(name, args=[token])
