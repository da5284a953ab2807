"""Somebody who cannot come gives the seat to somebody else; it is never free in between."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import links, people
from core.compiled import insert
from core.errors import Refused
from events.services import residents
from registrations.enums import Channel, Status
from registrations.models import Registration
from registrations.rules import move
from registrations.services import letters, tickets
from registrations.services.payments import giving_back
from registrations.services.seats.holds import keep_for_nobody
from registrations.services.seats.knowing import active_of
from registrations.services.seats.leaving import active
from registrations.services.seats.records import record
from registrations.services.seats.tree import Tree, tending


class MayNotHandOver(Refused):
    code = "may_not_hand_over"
    message = _("Seats of this event cannot be given to others. Cancel, and the first in line gets the seat.")


class NoSeatToGive(Refused):
    code = "no_seat_to_give"
    message = _("Only somebody who has a seat can give it to another.")


class SamePerson(Refused):
    code = "same_person"
    message = _("This is the same person. To correct your own details, use “Correct my details”.")


@transaction.atomic
def hand_over(*, registration: Registration, to: people.Contact, by: User | None, now: datetime) -> Registration | None:
    """Give the seat of `registration` to somebody else, who gets a ticket and a link of their own.

    Nothing of the first person's goes with the seat: their ticket and their links are dead, their background form
    stays theirs. Whoever has a seat or waits already keeps what they have, and gets a mail that says so; the giver is
    not told, and keeps nothing: the seat is held for nobody for a while, so that free seats do not tell either, and
    goes to the head of the queue.

    :param by: who does it for the person; None: the person themselves
    :return: the new registration; None where the other person is registered already
    :raises MayNotHandOver: if the event does not allow it
    :raises NoSeatToGive: if the person only waits, or the event is over
    :raises NothingToCancel: if the registration is not active any more
    :raises AlreadyAttended: if the person has been there
    :raises SamePerson: if it is the same person
    :raises ChangedState: if they have changed to another date meanwhile
    """
    with tending(registration.pool_id, now) as tree:
        registration = active(registration, tree)
        _refuse_unless_given(tree, registration, by, now)
        identity = people.identity(to)
        person = people.recognise(contact=to, now=now)
        if person.pk == registration.person_id or (identity and identity == registration.identity):
            raise SamePerson
        registration.event = tree.event
        known = active_of(tree.root, person, to)
        if known:
            known.event = tree.event
        was, registration.status, registration.cancelled_at = registration.status, Status.CANCELLED, now
        registration.save(update_fields=["status", "cancelled_at"])
        links.revoke_all(purpose=letters.PURPOSE, key=registration.key, now=now)
        record(registration, "registration.hand_over", by, now, was=was)
        letters.handed_over(registration=registration, now=now)
        if known:
            pool = tree.pool(registration.pool_id)
            move(pool, taken=-1)
            giving_back.give_up(tree.event, [registration], by=by, now=now)
            keep_for_nobody(pool, 1, now + timedelta(minutes=settings.HOLD_MINUTES), now)
            letters.known_already(registration=known, now=now)
            return None
        made = _successor(tree, registration, to, person.pk, identity, now)
        people.make_known(
            person=person,
            scopes=[*tree.event.people_scopes, *residents.scopes(tree.event, person.municipality_code)],
        )
        letters.received(registration=made, now=now)
        record(made, "registration.receive", by, now)
    return made


def _refuse_unless_given(tree: Tree, registration: Registration, by: User | None, now: datetime) -> None:
    terms = tree.event.terms
    if terms.by_application or (by is None and not terms.may_hand_over):  # whom the organiser chose, nobody else is
        raise MayNotHandOver
    if registration.status != Status.CONFIRMED or (tree.ends_at is not None and tree.ends_at <= now):
        raise NoSeatToGive


def _successor(
    tree: Tree, given: Registration, to: people.Contact, person_pk: int, identity: str | None, now: datetime
) -> Registration:
    made = Registration(
        event=tree.event,
        pool_id=given.pool_id,
        wanted_id=given.wanted_id,
        meeting_id=given.meeting_id,
        person_id=person_pk,
        identity=identity,
        party_id=given.party_id,
        channel=Channel.HANDED,
        handed_over_by=given,
        status=Status.CONFIRMED,
        code=tickets.new_code(),
        first_name=to.first_name,
        last_name=to.last_name,
        email=to.email,
        phone=to.phone,
        language=to.language,
        price_id=given.price_id,
        discount_id=given.discount_id,
        registered_at=now,
        queued_at=now,
        confirmed_at=now,
    )
    insert(made)
    given.order_lines.filter(given_up_at=None).update(registration=made)
    return made
