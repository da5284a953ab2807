"""Hold first: seats, or places at the queue's end, are kept while their form is being filled."""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField, F, JSONField
from django.db.models.functions import Greatest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.compiled import CompiledUpdate, Param, insert
from core.errors import Refused
from core.secrets import digest, new_token
from events.enums import Door
from events.enums import Status as EventStatus
from events.models import Event, SeatPool
from events.rules import door_of_pool
from events.services import invitations
from registrations import rules
from registrations.enums import HoldKind
from registrations.models import Hold, Offer, Order
from registrations.rules import move
from registrations.services.seats.tree import NotOpen, Tree, tending, tending_of

log = logging.getLogger(__name__)

DRAFT_LIVES = timedelta(days=1)
"""How long what was typed into an abandoned form is kept, so that a late return finds it."""

LONGEST_LIFE = timedelta(hours=2)
"""So long, from its beginning, activity can keep a seat for a form that is not sent."""

DRAFT, EXPIRES_AT = Param("draft", JSONField()), Param("expires_at", DateTimeField())
LATER = Greatest(F("expires_at"), EXPIRES_AT)
"""Another tab may have kept it for longer meanwhile."""
STILL_KEPT = Hold.objects.filter(pk=Param("pk"), finished_at=None, released_at=None)
KEEP = CompiledUpdate(lambda: STILL_KEPT, draft=DRAFT, expires_at=LATER)
STAY = CompiledUpdate(lambda: STILL_KEPT, expires_at=LATER)
TYPED = CompiledUpdate(lambda: Hold.objects.filter(pk=Param("pk"), finished_at=None), draft=DRAFT)


class Full(Refused):
    code = "full"
    message = _(
        "The last seat has just been taken. You can join the waiting list: the first in line gets the next free seat."
    )


class FewerLeft(Refused):
    """Some seats are free, but fewer than so many people need together."""

    code = "fewer_left"

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left
        self.message = ngettext(
            "Only %(left)s seat is free. Take fewer, or join the waiting list for seats together.",
            "Only %(left)s seats are free. Take fewer, or join the waiting list for seats together.",
            left,
        ) % {"left": left}


class TooMany(Refused):
    """More than one contact may register, or than there are seats at all."""

    code = "too_many"

    def __init__(self, most: int) -> None:
        super().__init__()
        self.message = ngettext(
            "You can register %(most)s person at most.", "You can register %(most)s people at most.", most
        ) % {"most": most}


class HoldGone(Refused):
    code = "hold_gone"
    message = _("This form was left too long ago. Start again on the event's page.")


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
    seats: int = 1,
    invitation: str = "",
    by_organiser: bool = False,
    at_any_hour: bool = False,
) -> str:
    """Keep seats, or places at the queue's end, for someone who starts the form. Return the token of their form.

    :param pool_pk: what they chose, where there is something to choose: a date, or for whom the seats are
    :param seats: for so many people, who come together
    :param invitation: the code that brought them here; one that leads elsewhere or is closed counts as none
    :param by_organiser: whether somebody registers them who may invite, so that no code is needed
    :param at_any_hour: whether it may be before registration opens, or after it has closed
    :raises DateNeeded, GroupNeeded: if something must be chosen
    :raises InvitationNeeded: if the event is for those invited, and this code does not invite
    :raises TooMany: if one contact may not register so many
    :raises FewerLeft: if fewer seats are free than are wanted
    :raises Full: if a seat is wanted and none is free for a newcomer
    :raises NotOpen: outside the registration window, and for events that are not published
    """
    with tending_of(event, pool_pk, now) as (tree, chosen):
        most = min(tree.event.terms.largest_party, *(pool.capacity for pool in chosen.path))
        if seats > max(1, most):
            raise TooMany(max(1, most))
        shown = invitations.of_event(event_pk=event.pk, code=invitation)
        invited = by_organiser or shown is not None
        _refuse_unless_open(chosen, kind, now, seats, invited=invited, at_any_hour=at_any_hour)
        token = new_token()
        pool = _place(chosen, kind, seats, now)
        insert(
            Hold(
                pool=pool,
                wanted_id=_wanted(chosen, pool),
                kind=kind,
                seats=seats,
                token_digest=digest(token),
                invitation=shown,
                created_at=now,
                expires_at=now + _patience(),
            )
        )
        if kind == HoldKind.SEAT:
            move(pool, held=seats)
    return token


@transaction.atomic
def renew(*, hold: Hold, kind: HoldKind, now: datetime) -> None:
    """Give an expired form new seats, or turn it into a place at the queue's end; what was typed stays.

    :raises Full: if a seat is wanted and none is free for a newcomer
    :raises NotOpen: if registration has closed meanwhile
    :raises InvitationNeeded: if the event is for those invited, and the form was begun without a code
    :raises HoldGone: if the form has been forgotten
    """
    with tending(hold.pool_id, now) as tree:
        found = Hold.objects.locked().filter(pk=hold.pk).first()
        if found is None:
            raise HoldGone
        hold = found
        if hold.finished_at or not (hold.expired(now) or kind == HoldKind.QUEUE):
            return
        chosen = tree.leaf(hold.chosen_id)
        _refuse_unless_open(chosen, kind, now, hold.seats, invited=hold.invitation_id is not None)
        let_go(tree, hold, now)
        pool = _place(chosen, kind, hold.seats, now)
        hold.kind, hold.pool, hold.wanted_id = kind, pool, _wanted(chosen, pool)
        hold.released_at, hold.expires_at, hold.confirmation_sent_at = None, now + _patience(), None
        hold.renewed_at = now
        hold.save(
            update_fields=["kind", "pool", "wanted", "released_at", "expires_at", "confirmation_sent_at", "renewed_at"]
        )
        if kind == HoldKind.SEAT:
            move(pool, held=hold.seats)


def save_draft(*, hold: Hold, step: str, values: dict[str, str], now: datetime) -> None:
    """Keep what was typed on one screen of the form, unless the form has been sent meanwhile.

    Whoever goes on gets a whole patience anew, up to `LONGEST_LIFE`; a seat that is gone does not come back by it.
    """
    hold.draft[step] = values
    typed = {"pk": hold.pk, "draft": hold.draft}
    if hold.expired(now) or not KEEP.run(**typed, expires_at=_longer(hold, now)):
        TYPED.run(**typed)  # the seat is gone, what was typed is not


def stay(*, hold: Hold, now: datetime) -> None:
    """Somebody is at work on the form: the same, with nothing to keep yet."""
    if not hold.expired(now):
        STAY.run(pk=hold.pk, expires_at=_longer(hold, now))


def _longer(hold: Hold, now: datetime) -> datetime:
    """Till when activity at this moment keeps it."""
    hold.expires_at = max(hold.expires_at, min(now + _patience(), (hold.renewed_at or hold.created_at) + LONGEST_LIFE))
    return hold.expires_at


@transaction.atomic
def leave(*, hold: Hold, token: str, now: datetime) -> None:
    """Free what `hold` keeps, now rather than when its time runs out; what was typed goes on in the form of `token`.

    :raises NotOpen: if the seats are gone
    """
    with tending(hold.pool_id, now) as tree:
        found = Hold.objects.locked().filter(pk=hold.pk).first()
        if found is None or found.finished_at:
            return
        let_go(tree, found, now)
        found.save(update_fields=["released_at"])
        Hold.objects.filter(token_digest=digest(token), finished_at=None, draft={}).update(draft=found.draft)


def being_filled(meetings: list[int], now: datetime) -> bool:
    """Whether somebody fills a form for one of these meetings, which have seats of their own."""
    return Hold.objects.being_filled_at(now).filter(pool__meeting__in=meetings).exists()


def keep_for_nobody(pool: SeatPool, seats: int, until: datetime, now: datetime) -> None:
    """Hold seats that somebody asked for who has one already, as if they had been given: free seats tell nothing."""
    times = {"created_at": now, "finished_at": now, "expires_at": max(until, now + timedelta(seconds=1))}
    insert(Hold(pool=pool, kind=HoldKind.SEAT, seats=seats, token_digest=digest(new_token()), **times))
    move(pool, held=seats)


def let_go(tree: Tree, hold: Hold, now: datetime) -> None:
    """Let go of what `hold` keeps in its tree, if it keeps anything."""
    if hold.kind == HoldKind.SEAT and hold.released_at is None:
        move(tree.pool(hold.pool_id), held=-hold.seats)
    hold.released_at = hold.released_at or now


def sweep(*, now: datetime) -> int:
    """Free what ran out, hand it to those who wait, forget old drafts, and return how many trees were tended."""
    late = Hold.objects.of_seats().unreleased().expired_at(now).values_list("pool__root", "pool")
    lapsed = Offer.objects.expired_at(now).values_list("pool__root", "pool")
    used = F("taken") + F("held") + F("offered")
    unpaid = Order.objects.overdue_at(now).values_list("lines__registration__pool__root", "lines__registration__pool")
    hopeful = SeatPool.objects.roots().filter(waiting__gt=0, capacity__gt=used).values_list("root", "pk")
    roots = sorted({root or pk for root, pk in [*late, *lapsed, *unpaid, *hopeful] if pk})
    for pk in roots:
        try:
            _sweep_tree(pk, now)
        except Exception:  # one tree that cannot be tended now must not keep the others from it
            log.exception("seats were not swept", extra={"pool": pk})
    Hold.objects.exclude(kind=HoldKind.SEAT, released_at=None).filter(expires_at__lte=now - DRAFT_LIVES).delete()
    return len(roots)


@transaction.atomic
def _sweep_tree(root: int, now: datetime) -> None:
    with tending(root, now):
        pass


def _patience() -> timedelta:
    return timedelta(minutes=settings.HOLD_MINUTES)


def _place(chosen: SeatPool, kind: HoldKind, seats: int, now: datetime) -> SeatPool:
    """Whose seats they are: of the chosen pool, or of one that is open to all; else the chosen one's."""
    if kind != HoldKind.SEAT:
        return chosen
    return next(pool for pool in chosen.claimable(now) if pool.unkept >= seats)


def _wanted(chosen: SeatPool, pool: SeatPool) -> int | None:
    return chosen.pk if pool.pk != chosen.pk else None


def _refuse_unless_open(
    chosen: SeatPool, kind: HoldKind, now: datetime, seats: int, *, invited: bool, at_any_hour: bool = False
) -> None:
    event = chosen.event
    if event.status != EventStatus.PUBLISHED:
        raise NotOpen
    door = door_of_pool(event, chosen, now, invited=invited, at_any_hour=at_any_hour)
    if door == Door.INVITED:
        raise InvitationNeeded
    if not rules.may_start(kind, door):
        raise Full if door == Door.QUEUE else NotOpen
    left = chosen.room_at(now)
    if kind == HoldKind.SEAT and left < seats:
        raise FewerLeft(left)
