"""What registering asks of an event before it is shown to everyone; see `events.services.publishing`."""

from datetime import datetime

from django.utils.translation import gettext as _

from events.models import Event
from events.services.publishing import Problem


def invitations(event: Event, now: datetime) -> list[Problem]:
    """Somebody must be able to take a seat."""
    if not event.invite_only or event.invitation_codes.filter(closed_at=None).exists():
        return []
    return [_("Only people with an invitation code can register, and no code is open. Make one.")]


def rides(event: Event, now: datetime) -> list[Problem]:
    """A stop is chosen with the registration."""
    if not event.seat_pools and event.rides.exists():
        return [_("There are rides, but nobody can choose one: people do not register for this event.")]
    return []
