"""How many seats there are, and for whom. Changed at any time; what is taken is never taken away."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import LANGUAGES, Event, SeatPool
from registrations.models import Hold, Offer, Registration
from registrations.services.seats.tree import COUNTERS, NotOpen, Tree, tending, tending_of

FOR_EVERYONE = _("For everyone")
DEEPEST = 3
"""Pools within pools within a root; the catalogue's query looks so deep."""


class BelowTaken(Refused):
    """More seats than wanted are taken, offered, or held by people who fill the form."""

    code = "below_taken"

    def __init__(self, used: int) -> None:
        super().__init__()
        self.message = ngettext(
            "%(used)s seat is taken. Choose at least %(used)s.",
            "%(used)s seats are taken. Choose at least %(used)s.",
            used,
        ) % {"used": used}


class PoolInUse(Refused):
    code = "pool_in_use"
    message = _("Somebody has, had or wants one of these seats, so they must stay. You can give them fewer seats.")


class TooDeep(Refused):
    code = "too_deep"
    message = _("Seats can be divided twice, not more often.")


@dataclass(frozen=True, kw_only=True)
class PoolPlan:
    """Seats for some people. `names` by language code; Finnish stands in for what is empty."""

    names: dict[str, str]
    capacity: int
    reserved: bool = False
    reserved_until: datetime | None = None


@transaction.atomic
def change_capacity(*, event: Event, capacity: int, by: User, now: datetime, pool_pk: int | None = None) -> None:
    """Set the number of seats; new ones go to the waiting list first.

    :param pool_pk: of one date, or of some people; None: all seats of the event, where they are for all dates
    :raises BelowTaken: if more seats than that are taken, offered or held
    """
    root = pool_pk or SeatPool.objects.roots().filter(event=event, meeting=None).values_list("pk", flat=True).first()
    if root is None:
        with tending_of(event, None, now):
            raise NotOpen
    with tending(root, now) as tree:
        pool = _of(tree, event, root)
        before = pool.capacity
        _resize(pool, capacity)
        _record(tree, pool, "seats.change", by, now, before={"capacity": before}, after={"capacity": capacity})


@transaction.atomic
def add_pool(*, event: Event, parent_pk: int, plan: PoolPlan, by: User, now: datetime) -> SeatPool:
    """Divide the seats of a pool: some of them are for these people from now on.

    Whoever had or wanted one of the undivided seats is moved to a pool for everybody, which is made for them.

    :raises TooDeep: if the pool lies too deep itself
    :raises NotOpen: if the pool is not this event's
    """
    with tending(parent_pk, now) as tree:
        parent = _of(tree, event, parent_pk)
        if len(parent.path) >= DEEPEST:
            raise TooDeep
        if not parent.below and _is_used(parent):
            _make_room_for_all(tree, parent)
        made = _branch(parent, plan)
        _record(tree, made, "seats.add_pool", by, now, after={"capacity": plan.capacity, "name": plan.names["fi"]})
    return made


@transaction.atomic
def change_pool(*, event: Event, pool_pk: int, plan: PoolPlan, by: User, now: datetime) -> None:
    """Rename a pool, give it another size, or reserve it until another moment.

    :raises BelowTaken: if more seats than that are taken, offered or held
    :raises NotOpen: if the pool is not this event's
    """
    with tending(pool_pk, now) as tree:
        pool = _of(tree, event, pool_pk)
        if pool.parent is None:
            raise NotOpen
        before = {"capacity": pool.capacity, "reserved": pool.reserved}
        _resize(pool, plan.capacity)
        _describe(pool, plan)
        pool.save(update_fields=[*(f"name_{code}" for code in LANGUAGES), "reserved", "reserved_until"])
        after = {"capacity": plan.capacity, "reserved": plan.reserved}
        _record(tree, pool, "seats.change_pool", by, now, before=before, after=after)


@transaction.atomic
def remove_pool(*, event: Event, pool_pk: int, by: User, now: datetime) -> None:
    """Take a division away whose seats nobody ever had or wanted.

    :raises PoolInUse: if somebody did
    :raises NotOpen: if the pool is not this event's, or is not a division
    """
    with tending(pool_pk, now) as tree:
        pool = _of(tree, event, pool_pk)
        if pool.parent is None:
            raise NotOpen
        if pool.below or _is_used(pool):
            raise PoolInUse
        _record(tree, pool, "seats.remove_pool", by, now, before={"capacity": pool.capacity})
        pool.parent.below.remove(pool)
        try:
            SeatPool.objects.filter(pk=pool.pk).delete()
        except ProtectedError as in_use:
            raise PoolInUse from in_use


def _of(tree: Tree, event: Event, pk: int) -> SeatPool:
    if tree.event.pk != event.pk:
        raise NotOpen
    return tree.pool(pk)


def _resize(pool: SeatPool, capacity: int) -> None:
    used = pool.taken + pool.held + pool.offered
    if capacity < used:
        raise BelowTaken(used)
    pool.capacity = capacity
    pool.kept = 0  # decided anew when the tree is left


def _is_used(pool: SeatPool) -> bool:
    rows: Sequence[type[Registration | Hold | Offer]] = (Registration, Hold, Offer)
    there = any(row._default_manager.filter(pool=pool.pk).exists() for row in rows)  # noqa: SLF001 - documented API
    return there or Registration.objects.filter(wanted=pool.pk).exists() or Hold.objects.filter(wanted=pool.pk).exists()


def _make_room_for_all(tree: Tree, parent: SeatPool) -> None:
    """A branch that takes over everything that was the undivided pool's."""
    branch = _branch(parent, PoolPlan(names=_in_all_languages(FOR_EVERYONE), capacity=parent.capacity))
    for rows in (Registration.objects.all(), Hold.objects.all(), Offer.objects.all()):
        rows.filter(pool=parent.pk).update(pool=branch.pk)
    for asked in (Registration.objects.all(), Hold.objects.all()):
        asked.filter(wanted=parent.pk).update(wanted=branch.pk)
    for name in COUNTERS:
        setattr(branch, name, getattr(parent, name))


def _in_all_languages(words: str | Promise) -> dict[str, str]:
    said = {}
    for code in LANGUAGES:
        with translation.override(code):
            said[code] = str(words)
    return said


def _branch(parent: SeatPool, plan: PoolPlan) -> SeatPool:
    made = SeatPool(event=parent.event, meeting_id=parent.meeting_id, parent=parent, capacity=plan.capacity)
    made.root = parent.top
    _describe(made, plan)
    made.save(force_insert=True)
    made.__dict__["below"] = []
    parent.below.append(made)
    return made


def _describe(pool: SeatPool, plan: PoolPlan) -> None:
    for code in LANGUAGES:
        setattr(pool, f"name_{code}", plan.names.get(code, ""))
    pool.reserved, pool.reserved_until = plan.reserved, plan.reserved_until if plan.reserved else None


def _record(
    tree: Tree,
    pool: SeatPool,
    action: str,
    by: User,
    now: datetime,
    *,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=tree.event.scope,
        scope=f"organisation:{tree.event.organisation_id}",
        now=now,
        before=dict(before or {}),
        after={**(after or {}), "meeting": pool.meeting_id},
    )
