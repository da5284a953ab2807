"""What registering asks of an event before it is shown to everyone; see `events.services.publishing`."""

from datetime import datetime

from django.utils.translation import gettext as _

from events.models import Event
from events.services.publishing import Problem
from registrations.gateways import choosing
from registrations.services.payments import invoicing


def invitations(event: Event, now: datetime) -> list[Problem]:
    """Somebody must be able to take a seat."""
    if not event.invite_only or event.invitation_codes.filter(closed_at=None).exists():
        return []
    return [_("Only people with an invitation code can register, and no code is open. Make one.")]


def payments(event: Event, now: datetime) -> list[Problem]:
    """Where a seat costs something, there must be a way to pay for it."""
    if not any(price.cents for price in event.price_list):
        return []
    problems: list[Problem] = []
    if not event.seat_pools:
        problems.append(_("There are prices, but people do not register for this event."))
    terms = event.payment_terms
    if choosing.provider() is None and not terms.takes_at_door and not terms.takes_invoices:
        problems.append(
            _(
                "Seats cost something, but nobody can pay: this installation has no payment service. Allow invoices or"
                " payment at the door, or ask whoever runs it."
            )
        )
    if terms.takes_invoices and invoicing.seller_of(event.organisation_id) is None:
        problems.append(
            _("Invoices are allowed, but nothing is known of who sends them. Fill in the seller's details.")
        )
    return problems


def rides(event: Event, now: datetime) -> list[Problem]:
    """A stop is chosen with the registration."""
    if not event.seat_pools and event.rides.exists():
        return [_("There are rides, but nobody can choose one: people do not register for this event.")]
    return []
