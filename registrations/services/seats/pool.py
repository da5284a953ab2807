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
from events.models import SeatPool
from registrations import rules
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import letters

POOL_OF = Compiled(lambda: SeatPool.objects.locked().filter(event=Param("event")).order_by("pk"))


class NotOpen(Refused):
    code = "not_open"
    message = _("Registration is not open.")


def lock(event_pk: int) -> SeatPool:
    """The event's pool, locked. The event is looked up after that: a join would show it as it was before the wait.

    :raises NotOpen: if the event has no seats to register for
    """
    pool = POOL_OF.first(event=event_pk)
    event = shelf.by_pk(event_pk) if pool else None
    if pool is None or event is None:
        raise NotOpen
    pool.event, event.pool = event, pool
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
    ends_at = pool.event.ends_at
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
