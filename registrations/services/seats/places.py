"""Form second: a hold becomes a registration; a registration is cancelled; an event gets more seats or fewer."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Person, User
from accounts.services import audit, people
from core.compiled import Compiled, Param, insert
from core.errors import Refused
from esf.services import notices
from events.enums import Status as EventStatus
from events.models import Event, SeatPool
from events.rules import door_of_pool
from events.services import residents
from registrations import rules
from registrations.enums import ACTIVE, HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import letters, rides, tickets
from registrations.services.seats.pool import NotOpen, lock, lock_of, move, promote, record, release, release_expired

HOLD = Compiled(lambda: Hold.objects.filter(pk=Param("pk")))
ACTIVE_OF = Compiled(lambda: Registration.objects.active().filter(pool=Param("pool"), person=Param("person")))


class HoldExpired(Refused):
    code = "hold_expired"
    message = _(
        "The time to fill the form ran out and the seat was freed. What you typed is safe: take a new seat and go on."
    )


class NothingToCancel(Refused):
    code = "nothing_to_cancel"
    message = _("This registration has been cancelled already.")


class ChangedState(Refused):
    code = "changed_state"
    message = _("The registration has changed meanwhile. Look at it again.")


class AlreadyAttended(Refused):
    code = "already_attended"
    message = _("You have been checked in already, so this registration can no longer be cancelled.")


class BelowTaken(Refused):
    """More seats than wanted are taken, or held by people who fill the form."""

    code = "below_taken"

    def __init__(self, used: int) -> None:
        super().__init__()
        self.message = ngettext(
            "%(used)s seat is taken. Choose at least %(used)s.",
            "%(used)s seats are taken. Choose at least %(used)s.",
            used,
        ) % {"used": used}


@transaction.atomic
def register(
    *,
    hold: Hold,
    contact: people.Contact,
    answers: notices.Answers | None,
    support_needs: str,
    now: datetime,
    by: User | None = None,
    pick_up: int | None = None,
) -> Registration | None:
    """Turn a held seat into a registration, or a place at the queue's end into one that waits.

    Sending the same form twice makes one registration. Someone who is registered already gets a mail that says so; the
    caller learns nothing, because anyone can send this form: the seat stays held until it runs out, so that not even
    the number of free seats tells.

    :param by: who registers somebody else; None: the person themselves
    :return: what was made; None where there was one already
    :param pick_up: the key of the stop where they get on a ride of the event
    :raises HoldExpired: if the seat was freed meanwhile
    :raises RideFull: if no seat is left on that ride
    :raises NotOpen: if the event has been withdrawn meanwhile
    """
    pool = lock(hold.pool_id)
    [hold] = HOLD.all(pk=hold.pk)
    if hold.finished_at:
        return None
    if pool.event.status != EventStatus.PUBLISHED:
        raise NotOpen
    _refuse_if_late(hold, pool, now)
    rides.refuse_if_full(event=pool.event, pick_up=pick_up)
    person = people.recognise(contact=contact, now=now)
    known = ACTIVE_OF.first(pool=pool.pk, person=person.pk)
    if known:
        known.event = pool.event
        _finish(hold, contact.email, now)
        letters.known_already(registration=known, now=now)
        return None
    freed = release(hold, now)
    _finish(hold, contact.email, now)
    seated = hold.kind == HoldKind.SEAT or rules.seat_for_newcomer(free=pool.free, waiting=pool.waiting)
    move(pool, held=-freed, taken=seated, waiting=not seated)
    status = Status.CONFIRMED if seated else Status.WAITING
    more = {"pick_up_id": pick_up, "invitation_id": hold.invitation_id}
    registration = _create(pool, person, contact, support_needs, now, status, by, **more)
    if answers and pool.event.project:
        notices.submit(person=person, project=pool.event.project, source=registration.key, answers=answers, now=now)
    return registration


@transaction.atomic
def cancel(*, registration: Registration, by: User | None, now: datetime, seen: Status | None = None) -> None:
    """Free the seat and hand it to the head of the waiting list. `by` is None when the person cancels.

    :param seen: the state for which `by` decided it; None: whatever it is
    :raises ChangedState: if it is another by now
    :raises NothingToCancel: if it is not active any more
    :raises AlreadyAttended: if the person has been there
    """
    pool = lock(registration.pool_id)
    registration = Registration.objects.locked().select_related("event").get(pk=registration.pk)
    if registration.status not in ACTIVE:
        raise NothingToCancel
    if seen is not None and registration.status != seen:
        raise ChangedState
    if registration.attendances.exists():
        raise AlreadyAttended
    was = registration.status
    registration.status, registration.cancelled_at = Status.CANCELLED, now
    registration.save(update_fields=["status", "cancelled_at"])
    move(pool, taken=-(was == Status.CONFIRMED), waiting=-(was == Status.WAITING))
    letters.cancelled(registration=registration, now=now)
    record(registration, "registration.cancel", by, now, was=was)
    promote(pool, now)


@transaction.atomic
def change_capacity(*, event: Event, capacity: int, by: User, now: datetime, pool_pk: int | None = None) -> None:
    """Set the number of seats; new ones go to the waiting list first.

    :param pool_pk: that of the date, where each has seats of its own
    :raises BelowTaken: if more seats than that are taken or held
    """
    pool = lock_of(event, pool_pk)
    release_expired(pool, now)
    if capacity < pool.taken + pool.held:
        raise BelowTaken(pool.taken + pool.held)
    before, pool.capacity = pool.capacity, capacity
    pool.save(update_fields=["capacity"])
    audit.changed(
        actor=by, action="seats.change", subject=event.scope, scope=f"organisation:{event.organisation_id}", now=now,
        before={"capacity": before}, after={"capacity": capacity, "meeting": pool.meeting_id},
    )  # fmt: skip
    promote(pool, now)


def _refuse_if_late(hold: Hold, pool: SeatPool, now: datetime) -> None:
    """A seat is there until its time runs out; a place at the queue's end also later, while registration is open."""
    if hold.expired(now):
        raise HoldExpired
    in_time = now < hold.expires_at or rules.may_start(
        HoldKind.QUEUE, door_of_pool(pool.event, pool, now, invited=True)
    )
    if not in_time:
        raise NotOpen


def _finish(hold: Hold, email: str, now: datetime) -> None:
    """Close the form; its draft is gone."""
    hold.finished_at, hold.sent_to, hold.draft = now, email, {}
    hold.save(update_fields=["released_at", "finished_at", "sent_to", "draft"])


def _create(
    pool: SeatPool,
    person: Person,
    contact: people.Contact,
    support_needs: str,
    now: datetime,
    status: Status,
    by: User | None,
    **more: int | None,
) -> Registration:
    seated = status == Status.CONFIRMED
    registration = Registration(
        event=pool.event,
        pool=pool,
        meeting_id=pool.meeting_id,
        person=person,
        status=status,
        code=tickets.new_code(),
        first_name=contact.first_name,
        last_name=contact.last_name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        support_needs=support_needs,
        **more,
        registered_at=now,
        confirmed_at=now if seated else None,
    )
    insert(registration)
    home = contact.municipality_code or person.municipality_code
    people.make_known(person=person, scopes=[*pool.event.people_scopes, *residents.scopes(pool.event, home)])
    (letters.confirmed if seated else letters.waiting)(registration=registration, now=now)
    record(registration, "registration.create", by, now)
    return registration
