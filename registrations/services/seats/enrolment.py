"""Both steps at once, for a caller who comes with the filled form: the desk, a file, another system."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import people
from core.errors import Refused
from core.secrets import digest
from esf.services import notices
from events.models import Event
from registrations.enums import Channel, HoldKind
from registrations.models import Hold, Registration
from registrations.services.seats.holds import Full, hold
from registrations.services.seats.registering import register


class AlreadyRegistered(Refused):
    code = "already_registered"
    message = _("This person is registered for this event already.")


@transaction.atomic
def enrol(
    *,
    event: Event,
    contact: people.Contact,
    answers: notices.Answers | None,
    support_needs: str,
    accept_queue: bool,
    by: User,
    now: datetime,
    pool_pk: int | None = None,
    channel: Channel = Channel.API,
    at_any_hour: bool = False,
) -> Registration:
    """Register somebody whose form is filled already: hold a seat and turn it into a registration, both or nothing.

    For callers who may see the event's people, so that they may learn who is among them.

    :param pool_pk: what was chosen, where there is something to choose: a date, or for whom the seats are
    :param accept_queue: whether a place on the waiting list will do when no seat is free
    :param at_any_hour: whether it may be before registration opens, or after it has closed
    :raises Full: if no seat is free and the queue will not do
    :raises NotOpen: outside the registration window, and for events that are not published
    :raises DateNeeded, GroupNeeded: if something must be chosen
    :raises AlreadyRegistered: if the person is
    """
    about = {"event": event, "pool_pk": pool_pk, "now": now, "by_organiser": True, "at_any_hour": at_any_hour}
    try:
        token = hold(kind=HoldKind.SEAT, **about)  # type: ignore[arg-type]
    except Full:
        if not accept_queue:
            raise
        token = hold(kind=HoldKind.QUEUE, **about)  # type: ignore[arg-type]
    held = Hold.objects.select_related("pool").get(token_digest=digest(token))
    made = register(
        hold=held,
        contact=contact,
        answers=answers,
        support_needs=support_needs,
        by=by,
        now=now,
        channel=channel,
    )
    if made is None:
        raise AlreadyRegistered
    return made
