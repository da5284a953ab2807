"""Both steps at once, for a caller who comes with the filled form: another system that acts for the organiser."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import people
from core.errors import Refused
from core.secrets import digest
from esf.services import notices
from events.models import Event
from registrations.enums import HoldKind
from registrations.models import Hold, Registration
from registrations.services.seats.holds import Full, hold
from registrations.services.seats.places import register


class AlreadyRegistered(Refused):
    code = "already_registered"
    message = _("This person is registered for this event already.")


@transaction.atomic
def enrol(
    *,
    event: Event,
    pool_pk: int | None = None,
    contact: people.Contact,
    answers: notices.Answers | None,
    support_needs: str,
    accept_queue: bool,
    by: User,
    now: datetime,
) -> Registration:
    """Register somebody whose form is filled already: hold a seat and turn it into a registration, both or nothing.

    For callers who may see the event's people, so that they may learn who is among them.

    :param pool_pk: that of the date, where each has seats of its own
    :param accept_queue: whether a place on the waiting list will do when no seat is free
    :raises Full: if no seat is free and the queue will not do
    :raises NotOpen: outside the registration window, and for events that are not published
    :raises DateNeeded: if a date must be chosen
    :raises AlreadyRegistered: if the person is
    """
    try:
        token = hold(event=event, pool_pk=pool_pk, kind=HoldKind.SEAT, now=now, by_organiser=True)
    except Full:
        if not accept_queue:
            raise
        token = hold(event=event, pool_pk=pool_pk, kind=HoldKind.QUEUE, now=now, by_organiser=True)
    held = Hold.objects.select_related("pool").get(token_digest=digest(token))
    made = register(hold=held, contact=contact, answers=answers, support_needs=support_needs, by=by, now=now)
    if made is None:
        raise AlreadyRegistered
    return made
