"""Who gets a seat. Every function here takes the pool's lock once, before it reads what it judges.

Nothing else moves a counter.

Lock order: Pool → Registration → Participation.
"""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import Person, User
from accounts.services import audit, people
from core.errors import Refused
from core.secrets import digest, new_token
from esf.services import notices
from events.enums import Door
from events.enums import Status as EventStatus
from events.models import Event, SeatPool
from events.rules import door_of
from registrations import rules
from registrations.enums import ACTIVE, HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import letters, tickets

DRAFT_LIVES = timedelta(days=1)
"""How long what was typed into an abandoned form is kept, so that a late return finds it."""


class Full(Refused):
    code = "full"
    message = _(
        "The last seat has just been taken. You can join the waiting list: the first in line gets the next free seat."
    )


class NotOpen(Refused):
    code = "not_open"
    message = _("Registration is not open.")


class HoldExpired(Refused):
    code = "hold_expired"
    message = _(
        "The time to fill the form ran out and the seat was freed. What you typed is safe: take a new seat and go on."
    )


class NothingToCancel(Refused):
    code = "nothing_to_cancel"
    message = _("This registration has been cancelled already.")


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
def hold(*, event: Event, kind: HoldKind, now: datetime) -> str:
    """Keep a seat, or a place at the queue's end, for someone who starts the form. Return the token of their form.

    :raises Full: if a seat is wanted and none is free for a newcomer
    :raises NotOpen: outside the registration window, and for events that are not published
    """
    pool = _lock(event.pk)
    _release_expired(pool, now)
    _refuse_unless_open(pool, kind, now)
    token = new_token()
    Hold.objects.create(pool=pool, kind=kind, token_digest=digest(token), created_at=now, expires_at=now + _patience())
    _move(pool, held=kind == HoldKind.SEAT)
    return token


@transaction.atomic
def renew(*, hold: Hold, kind: HoldKind, now: datetime) -> None:
    """Give an expired form a new seat, or turn it into a place at the queue's end; what was typed stays.

    :raises Full: if a seat is wanted and none is free for a newcomer
    :raises NotOpen: if registration has closed meanwhile
    """
    pool = _lock(hold.pool.event_id)
    _release_expired(pool, now)
    hold = Hold.objects.get(pk=hold.pk)
    if hold.finished_at or not (hold.expired(now) or kind == HoldKind.QUEUE):
        return
    _refuse_unless_open(pool, kind, now)
    _release(pool, hold, now)
    hold.kind, hold.released_at, hold.expires_at = kind, None, now + _patience()
    hold.save(update_fields=["kind", "released_at", "expires_at"])
    _move(pool, held=kind == HoldKind.SEAT)
    _promote(pool, now)


@transaction.atomic
def save_draft(*, hold: Hold, step: str, values: dict[str, str]) -> None:
    """Keep what was typed on one screen of the form, unless the form has been sent meanwhile."""
    hold.draft[step] = values
    Hold.objects.filter(pk=hold.pk, finished_at=None).update(draft=hold.draft)


@transaction.atomic
def register(
    *, hold: Hold, contact: people.Contact, answers: notices.Answers | None, support_needs: str, now: datetime
) -> None:
    """Turn a held seat into a registration, or a place at the queue's end into one that waits.

    Sending the same form twice makes one registration. Someone who is registered already gets a mail that says so; the
    caller learns nothing, because anyone can send this form: the seat stays held until it runs out, so that not even
    the number of free seats tells.

    :raises HoldExpired: if the seat was freed meanwhile
    :raises NotOpen: if the event has been withdrawn meanwhile
    """
    pool = _lock(hold.pool.event_id)
    hold = Hold.objects.get(pk=hold.pk)
    if hold.finished_at:
        return
    if pool.event.status != EventStatus.PUBLISHED:
        raise NotOpen
    _refuse_if_late(hold, pool, now)
    person = people.recognise(contact=contact, now=now)
    known = Registration.objects.active().select_related("event").filter(event=pool.event, person=person).first()
    if known:
        _finish(hold, contact.email, now)
        letters.known_already(registration=known, now=now)
        return
    _release(pool, hold, now)
    _finish(hold, contact.email, now)
    seated = hold.kind == HoldKind.SEAT or rules.seat_for_newcomer(free=pool.free, waiting=pool.waiting)
    registration = _create(pool, person, contact, support_needs, now, Status.CONFIRMED if seated else Status.WAITING)
    if answers and pool.event.project:
        notices.submit(person=person, project=pool.event.project, source=registration.key, answers=answers, now=now)


@transaction.atomic
def cancel(*, registration: Registration, by: User | None, now: datetime) -> None:
    """Free the seat and hand it to the head of the waiting list. `by` is None when the person cancels.

    :raises NothingToCancel: if it is not active any more
    :raises AlreadyAttended: if the person has been there
    """
    pool = _lock(registration.event_id)
    registration = Registration.objects.locked().select_related("event").get(pk=registration.pk)
    if registration.status not in ACTIVE:
        raise NothingToCancel
    if registration.attendances.exists():
        raise AlreadyAttended
    was = registration.status
    registration.status, registration.cancelled_at = Status.CANCELLED, now
    registration.save(update_fields=["status", "cancelled_at"])
    _move(pool, taken=-(was == Status.CONFIRMED), waiting=-(was == Status.WAITING))
    letters.cancelled(registration=registration, now=now)
    _record(registration, "registration.cancel", by, now, was=was)
    _promote(pool, now)


@transaction.atomic
def change_capacity(*, event: Event, capacity: int, by: User, now: datetime) -> None:
    """Set the number of seats; new ones go to the waiting list first.

    :raises BelowTaken: if more seats than that are taken or held
    """
    pool = _lock(event.pk)
    _release_expired(pool, now)
    if capacity < pool.taken + pool.held:
        raise BelowTaken(pool.taken + pool.held)
    before, pool.capacity = pool.capacity, capacity
    pool.save(update_fields=["capacity"])
    audit.changed(
        actor=by, action="seats.change", subject=event.scope, scope=f"organisation:{event.organisation_id}", now=now,
        before={"capacity": before}, after={"capacity": capacity},
    )  # fmt: skip
    _promote(pool, now)


def sweep(*, now: datetime) -> int:
    """Free the seats of expired forms, pool by pool, forget old drafts, and return how many pools were touched."""
    late = Hold.objects.seats().unreleased().expired_at(now).values_list("pool__event_id", flat=True).distinct()
    events = list(late)
    for event_pk in events:
        _sweep_pool(event_pk, now)
    Hold.objects.exclude(kind=HoldKind.SEAT, released_at=None).filter(expires_at__lte=now - DRAFT_LIVES).delete()
    return len(events)


@transaction.atomic
def _sweep_pool(event_pk: int, now: datetime) -> None:
    _release_expired(_lock(event_pk), now)


def _lock(event_pk: int) -> SeatPool:
    """The event's pool, locked. The event is read after that: a join would show it as it was before the wait.

    :raises NotOpen: if the event has no seats to register for
    """
    pool = SeatPool.objects.locked().filter(event_id=event_pk).first()
    if pool is None:
        raise NotOpen
    pool.event = Event.objects.select_related("project", "organisation").get(pk=event_pk)
    pool.event.pool = pool
    return pool


def _patience() -> timedelta:
    return timedelta(minutes=settings.HOLD_MINUTES)


def _refuse_if_late(hold: Hold, pool: SeatPool, now: datetime) -> None:
    """A seat is there until its time runs out; a place at the queue's end also later, while registration is open."""
    if hold.expired(now):
        raise HoldExpired
    in_time = now < hold.expires_at or rules.may_start(HoldKind.QUEUE, door_of(pool.event, now))
    if not in_time:
        raise NotOpen


def _refuse_unless_open(pool: SeatPool, kind: HoldKind, now: datetime) -> None:
    event = pool.event
    if event.status != EventStatus.PUBLISHED:
        raise NotOpen
    door = door_of(event, now)
    if not rules.may_start(kind, door):
        raise Full if door == Door.QUEUE else NotOpen


def _move(pool: SeatPool, *, taken: int = 0, held: int = 0, waiting: int = 0) -> None:
    """Move the counters of a locked pool."""
    pool.taken += taken
    pool.held += held
    pool.waiting += waiting
    pool.save(update_fields=["taken", "held", "waiting"])


def _release_expired(pool: SeatPool, now: datetime) -> None:
    late = Hold.objects.seats().unreleased().expired_at(now).filter(pool=pool)
    if released := late.update(released_at=now):
        _move(pool, held=-released)
        _promote(pool, now)


def _release(pool: SeatPool, hold: Hold, now: datetime) -> None:
    if hold.kind == HoldKind.SEAT and hold.released_at is None:
        _move(pool, held=-1)
    hold.released_at = hold.released_at or now


def _finish(hold: Hold, email: str, now: datetime) -> None:
    """Close the form; its draft is gone."""
    hold.finished_at, hold.sent_to, hold.draft = now, email, {}
    hold.save(update_fields=["released_at", "finished_at", "sent_to", "draft"])


def _create(
    pool: SeatPool, person: Person, contact: people.Contact, support_needs: str, now: datetime, status: Status
) -> Registration:
    seated = status == Status.CONFIRMED
    registration = Registration.objects.create(
        event=pool.event,
        pool=pool,
        person=person,
        status=status,
        code=tickets.new_code(),
        first_name=contact.first_name,
        last_name=contact.last_name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        support_needs=support_needs,
        registered_at=now,
        confirmed_at=now if seated else None,
    )
    _move(pool, taken=seated, waiting=not seated)
    people.make_known(person=person, scopes=pool.event.scopes)
    (letters.confirmed if seated else letters.waiting)(registration=registration, now=now)
    _record(registration, "registration.create", None, now)
    return registration


def _promote(pool: SeatPool, now: datetime) -> None:
    """Give free seats to those who have waited longest."""
    ends_at = pool.event.ends_at
    count = rules.promotions(free=pool.free, waiting=pool.waiting, over=ends_at is not None and ends_at <= now)
    if count <= 0:
        return
    for registration in pool.registrations.waiting().select_related("event__project")[:count]:
        registration.status, registration.confirmed_at = Status.CONFIRMED, now
        registration.save(update_fields=["status", "confirmed_at"])
        _move(pool, taken=1, waiting=-1)
        letters.promoted(registration=registration, now=now)
        _record(registration, "registration.promote", None, now)


def _record(registration: Registration, action: str, by: User | None, now: datetime, was: str = "") -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=registration.key,
        scope=f"event:{registration.event_id}",
        now=now,
        before={"status": was} if was else {},
        after={"status": registration.status},
    )
