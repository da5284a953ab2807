"""Hold first: a seat, or a place at the queue's end, is kept while its form is being filled."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.compiled import insert
from core.errors import Refused
from core.secrets import digest, new_token
from events.enums import Door
from events.enums import Status as EventStatus
from events.models import Event, SeatPool
from events.rules import door_of_pool
from events.services import invitations
from registrations import rules
from registrations.enums import HoldKind
from registrations.models import Hold
from registrations.services.seats.pool import NotOpen, lock, lock_of, move, promote, release, release_expired

DRAFT_LIVES = timedelta(days=1)
"""How long what was typed into an abandoned form is kept, so that a late return finds it."""


class Full(Refused):
    code = "full"
    message = _(
        "The last seat has just been taken. You can join the waiting list: the first in line gets the next free seat."
    )


class InvitationNeeded(Refused):
    code = "invitation_needed"
    message = _("This event is for those who have an invitation. Type the code that is on it.")


@transaction.atomic
def hold(
    *,
    event: Event,
    kind: HoldKind,
    now: datetime,
    pool_pk: int | None = None,
    invitation: str = "",
    by_organiser: bool = False,
) -> str:
    """Keep a seat, or a place at the queue's end, for someone who starts the form. Return the token of their form.

    :param pool_pk: that of the date, where each has seats of its own
    :param invitation: the code that brought them here; one that leads elsewhere or is closed counts as none
    :param by_organiser: whether somebody registers them who may invite, so that no code is needed
    :raises DateNeeded: if a date must be chosen
    :raises InvitationNeeded: if the event is for those invited, and this code does not invite
    :raises Full: if a seat is wanted and none is free for a newcomer
    :raises NotOpen: outside the registration window, and for events that are not published
    """
    pool = lock_of(event, pool_pk)
    release_expired(pool, now)
    shown = invitations.of_event(event_pk=event.pk, code=invitation)
    _refuse_unless_open(pool, kind, now, invited=by_organiser or shown is not None)
    token = new_token()
    times = {"created_at": now, "expires_at": now + _patience()}
    insert(Hold(pool=pool, kind=kind, token_digest=digest(token), invitation=shown, **times))
    move(pool, held=kind == HoldKind.SEAT)
    return token


@transaction.atomic
def renew(*, hold: Hold, kind: HoldKind, now: datetime) -> None:
    """Give an expired form a new seat, or turn it into a place at the queue's end; what was typed stays.

    :raises Full: if a seat is wanted and none is free for a newcomer
    :raises NotOpen: if registration has closed meanwhile
    :raises InvitationNeeded: if the event is for those invited, and the form was begun without a code
    """
    pool = lock(hold.pool_id)
    release_expired(pool, now)
    hold = Hold.objects.get(pk=hold.pk)
    if hold.finished_at or not (hold.expired(now) or kind == HoldKind.QUEUE):
        return
    _refuse_unless_open(pool, kind, now, invited=hold.invitation_id is not None)
    freed = release(hold, now)
    hold.kind, hold.released_at, hold.expires_at = kind, None, now + _patience()
    hold.save(update_fields=["kind", "released_at", "expires_at"])
    move(pool, held=(kind == HoldKind.SEAT) - freed)
    promote(pool, now)


@transaction.atomic
def save_draft(*, hold: Hold, step: str, values: dict[str, str]) -> None:
    """Keep what was typed on one screen of the form, unless the form has been sent meanwhile."""
    hold.draft[step] = values
    Hold.objects.filter(pk=hold.pk, finished_at=None).update(draft=hold.draft)


def being_filled(meetings: list[int], now: datetime) -> bool:
    """Whether somebody fills a form for one of these meetings, which have seats of their own."""
    return Hold.objects.being_filled_at(now).filter(pool__meeting__in=meetings).exists()


def sweep(*, now: datetime) -> int:
    """Free the seats of expired forms, pool by pool, forget old drafts, and return how many pools were touched."""
    pools = list(Hold.objects.seats().unreleased().expired_at(now).values_list("pool", flat=True).distinct())
    for pool_pk in pools:
        _sweep_pool(pool_pk, now)
    Hold.objects.exclude(kind=HoldKind.SEAT, released_at=None).filter(expires_at__lte=now - DRAFT_LIVES).delete()
    return len(pools)


@transaction.atomic
def _sweep_pool(pool_pk: int, now: datetime) -> None:
    release_expired(lock(pool_pk), now)


def _patience() -> timedelta:
    return timedelta(minutes=settings.HOLD_MINUTES)


def _refuse_unless_open(pool: SeatPool, kind: HoldKind, now: datetime, *, invited: bool) -> None:
    event = pool.event
    if event.status != EventStatus.PUBLISHED:
        raise NotOpen
    door = door_of_pool(event, pool, now, invited=invited)
    if door == Door.INVITED:
        raise InvitationNeeded
    if not rules.may_start(kind, door):
        raise Full if door == Door.QUEUE else NotOpen
