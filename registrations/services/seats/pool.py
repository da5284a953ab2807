"""The pool's lock and its counters, and who is next. For the other modules of this package only.

Whoever calls these holds the lock, taken once, before anything was read that is judged by.
"""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.compiled import Compiled, Param
from core.errors import Refused
from events import shelf
from events.models import Event, SeatPool
from registrations import rules
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import letters

FOR_ALL_DATES = Compiled(lambda: SeatPool.objects.locked().filter(event=Param("event"), meeting=None))
BY_PK = Compiled(lambda: SeatPool.objects.locked().filter(pk=Param("pk")))


class NotOpen(Refused):
    code = "not_open"
    message = _("Registration is not open.")


class DateNeeded(Refused):
    code = "date_needed"
    message = _("Each date of this event has seats of its own. Choose a date.")


def lock(pool_pk: int) -> SeatPool:
    """The pool, locked. Its event is looked up after that: a join would show it as it was before the wait.

    :raises NotOpen: if the seats are gone
    """
    return _with_event(BY_PK.first(pk=pool_pk))


def lock_of(event: Event, pool_pk: int | None) -> SeatPool:
    """One of the event's pools, locked; None: the one for all dates.

    :raises DateNeeded: if each date has seats of its own, and none was chosen
    :raises NotOpen: if the event has no such seats to register for
    """
    pool = BY_PK.first(pk=pool_pk) if pool_pk else FOR_ALL_DATES.first(event=event.pk)
    if pool is None and pool_pk is None and SeatPool.objects.filter(event=event.pk).exists():
        raise DateNeeded
    if pool is None or pool.event_id != event.pk:
        raise NotOpen
    return _with_event(pool)


def lock_two(one: int, other: int) -> tuple[SeatPool, SeatPool]:
    """Both pools, locked in ascending key whichever way round they are asked for: two moves never wait for each other.

    :raises NotOpen: if one of them is gone
    """
    found = {pool.pk: pool for pool in SeatPool.objects.locked().filter(pk__in={one, other}).order_by("pk")}
    if not {one, other} <= set(found):
        raise NotOpen
    return found[one], found[other]


def _with_event(pool: SeatPool | None) -> SeatPool:
    event = shelf.by_pk(pool.event_id) if pool else None
    if pool is None or event is None:
        raise NotOpen
    pool.event = event
    return pool


def move(pool: SeatPool, *, taken: int = 0, held: int = 0, waiting: int = 0) -> None:
    """Move the counters of a locked pool."""
    pool.taken += taken
    pool.held += held
    pool.waiting += waiting
    pool.save(update_fields=["taken", "held", "waiting"])


def release(hold: Hold, now: datetime) -> int:
    """Let go of what `hold` kept, and return how many seats the pool's `held` must lose for it."""
    freed = int(hold.kind == HoldKind.SEAT and hold.released_at is None)
    hold.released_at = hold.released_at or now
    return freed


def release_expired(pool: SeatPool, now: datetime) -> None:
    late = Hold.objects.seats().unreleased().expired_at(now).filter(pool=pool)
    if released := late.update(released_at=now):
        move(pool, held=-released)
        promote(pool, now)


def promote(pool: SeatPool, now: datetime) -> None:
    """Give free seats to those who have waited longest."""
    ends_at = pool.event.ends_of(pool)
    count = rules.promotions(free=pool.free, waiting=pool.waiting, over=ends_at is not None and ends_at <= now)
    if count <= 0:
        return
    for registration in pool.registrations.waiting().select_related("event__project")[:count]:
        registration.status, registration.confirmed_at = Status.CONFIRMED, now
        registration.save(update_fields=["status", "confirmed_at"])
        move(pool, taken=1, waiting=-1)
        letters.promoted(registration=registration, now=now)
        record(registration, "registration.promote", None, now)


def record(registration: Registration, action: str, by: User | None, now: datetime, was: str = "") -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=registration.key,
        scope=f"event:{registration.event_id}",
        now=now,
        before={"status": was} if was else {},
        after={"status": registration.status},
    )
