"""Somebody came who had not registered: the desk takes a seat for them, with or without an e-mail address."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.people import Contact
from core.errors import Refused
from core.names import normalised_name
from events.models import Event, SeatPool
from registrations.enums import Channel
from registrations.models import Registration, WalkIn
from registrations.services import seats


class StaleEntry(Refused):
    code = "stale_entry"
    message = _("This form was used for somebody else. Open a new one.")


class SameName(Refused):
    """`there` is who has this name already."""

    code = "same_name"

    def __init__(self, there: Registration) -> None:
        super().__init__()
        self.there = there
        self.message = _("%(name)s is registered already. Is it the same person?") % {"name": there.name}


@transaction.atomic
def add(
    *,
    event: Event,
    contact: Contact,
    nonce: UUID,
    pool_pk: int | None,
    accept_queue: bool,
    is_another: bool,
    by: User,
    price: int | None = None,
    now: datetime,
) -> Registration:
    """Register somebody who stands at the desk, at any hour until the event is over.

    The same form sent again makes nobody new. All pools of the event are locked before anything is looked up, so that
    it does not matter how close together the two came.

    :param nonce: names the form
    :param accept_queue: whether a place on the waiting list will do when no seat is free
    :param price: the key of the one that was chosen, where a seat costs something; it is paid at the desk
    :param is_another: whether `by` has seen that somebody of this name is registered, and says that they are two
    :raises StaleEntry: if the form was another person's, event's or helper's
    :raises SameName: if somebody of this name is registered
    :raises Full, NotOpen, DateNeeded, GroupNeeded, AlreadyRegistered: see `seats.enrol`
    """
    SeatPool.objects.lock_all_of(event)
    if earlier := WalkIn.objects.select_related("registration__event").filter(nonce=nonce).first():
        return _again(earlier, event, contact, by)
    if not is_another and (there := namesake(event=event, contact=contact)):
        raise SameName(there)
    made = seats.enrol(
        event=event,
        contact=contact,
        answers=None,
        support_needs="",
        accept_queue=accept_queue,
        by=by,
        now=now,
        pool_pk=pool_pk,
        channel=Channel.DESK,
        at_any_hour=True,
        price=price,
        later=True,
    )
    WalkIn.objects.create(registration=made, nonce=nonce, by=by, at=now)
    return made


def namesake(*, event: Event, contact: Contact) -> Registration | None:
    """Who is registered under this name, however it was written."""
    wanted = normalised_name(contact.first_name, contact.last_name)
    active = Registration.objects.active().filter(event=event.pk)
    alike = active.filter(_begins("first_name", contact.first_name), _begins("last_name", contact.last_name))
    rows = alike.order_by("pk").values_list("pk", "first_name", "last_name")
    pk = next((pk for pk, first, last in rows if normalised_name(first, last) == wanted), None)
    return Registration.objects.get(pk=pk) if pk else None


def _begins(column: str, name: str) -> Q:
    """By the first letter, large or small; SQLite itself knows no other letters' cases than English ones."""
    first = name[:1]
    return Q(**{f"{column}__startswith": first.upper()}) | Q(**{f"{column}__startswith": first.lower()})


def _again(earlier: WalkIn, event: Event, contact: Contact, by: User) -> Registration:
    made = earlier.registration
    same = (made.event_id, earlier.by_id, made.first_name, made.last_name)
    if same != (event.pk, by.pk, contact.first_name, contact.last_name):
        raise StaleEntry
    return made
