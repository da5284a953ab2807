"""Both steps at once, for a caller who comes with the filled form: the desk, an officer, a file, another system."""

from dataclasses import dataclass
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
from registrations.services.seats.knowing import active_of
from registrations.services.seats.registering import Deal, register


class AlreadyRegistered(Refused):
    code = "already_registered"
    message = _("This person is registered for this event already.")


@dataclass(frozen=True, kw_only=True)
class Placed:
    """Where somebody stands after all. `made` is kept from whoever may not learn who was registered before.

    `pool_pk` is what was chosen; `waits` tells what anybody would have got who came at that moment: a place in the
    queue, or a seat.
    """

    registration: Registration
    made: bool
    pool_pk: int
    waits: bool


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
    tell: bool = True,
    price: int | None = None,
    later: bool = False,
) -> Registration:
    """Register somebody whose form is filled already: hold a seat and turn it into a registration, both or nothing.

    For callers who may see the event's people, so that they may learn who is among them.

    :param pool_pk: what was chosen, where there is something to choose: a date, or for whom the seats are
    :param accept_queue: whether a place on the waiting list will do when no seat is free
    :param at_any_hour: whether it may be before registration opens, or after it has closed
    :param tell: whether they get a letter
    :param price: the key of the one that was chosen, where a seat costs something; None: the first one
    :param later: whether the seat is given at once, and paid at the door; so it is for one who cannot be written to
    :raises Full: if no seat is free and the queue will not do
    :raises NotOpen: outside the registration window, and for events that are not published
    :raises DateNeeded, GroupNeeded: if something must be chosen
    :raises AlreadyRegistered: if the person is
    :raises PriceGone: if these seats do not have such a price
    """
    held = _hold(event, pool_pk, accept_queue=accept_queue, at_any_hour=at_any_hour, now=now)
    made = register(
        hold=held,
        contact=contact,
        answers=answers,
        support_needs=support_needs,
        by=by,
        now=now,
        channel=channel,
        tell=tell,
        price=price,
        deal=Deal(later=later or not contact.email),
    )
    if made is None:
        raise AlreadyRegistered
    return made


@transaction.atomic
def place(
    *, event: Event, contact: people.Contact, referred_by: str, by: User, now: datetime, pool_pk: int | None = None
) -> Placed:
    """The same for a client whom `by` refers, who may not learn who is registered already: a seat, or the queue.

    Whoever is registered already gets a letter that says so, and a seat stays held for a while, as for a visitor.

    :param referred_by: the office, as the client is told
    :raises NotOpen, DateNeeded, GroupNeeded: see `enrol`
    """
    held = _hold(event, pool_pk, accept_queue=True, at_any_hour=False, now=now)
    waits = held.kind != HoldKind.SEAT
    made = register(
        hold=held,
        contact=contact,
        answers=None,
        support_needs="",
        by=by,
        now=now,
        channel=Channel.REFERRAL,
        referred_by=referred_by,
    )
    if made is not None:
        return Placed(registration=made, made=True, pool_pk=held.chosen_id, waits=waits)
    there = active_of(held.pool.top, people.recognise(contact=contact, now=now), contact)
    assert there is not None  # noqa: S101 - the lock of the pool is still ours
    return Placed(registration=there, made=False, pool_pk=held.chosen_id, waits=waits)


def _hold(event: Event, pool_pk: int | None, *, accept_queue: bool, at_any_hour: bool, now: datetime) -> Hold:
    about = {"event": event, "pool_pk": pool_pk, "now": now, "by_organiser": True, "at_any_hour": at_any_hour}
    try:
        if event.terms.by_application:
            return _found(hold(kind=HoldKind.APPLY, **about))  # type: ignore[arg-type]
        token = hold(kind=HoldKind.SEAT, **about)  # type: ignore[arg-type]
    except Full:
        if not accept_queue:
            raise
        token = hold(kind=HoldKind.QUEUE, **about)  # type: ignore[arg-type]
    return _found(token)


def _found(token: str) -> Hold:
    return Hold.objects.select_related("pool").get(token_digest=digest(token))
