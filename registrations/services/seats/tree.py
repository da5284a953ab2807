"""The one lock of seats: the root of a pool tree. For the other modules of this package only.

Whoever tends a tree has its root's lock, taken once, before anything is read that is judged by. What ran out is freed
first; when the work is done, what is free goes to those who wait, and the counters are written.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Self

from django.utils.translation import gettext_lazy as _

from core.compiled import Compiled, Param, update
from core.errors import Refused
from events import shelf
from events.models import Event, SeatPool
from registrations.services.seats import expiry, queue

COUNTERS = ("taken", "held", "offered", "kept", "waiting", "capacity")
FOR_ALL_DATES = Compiled(lambda: SeatPool.objects.locked().roots().filter(event=Param("event"), meeting=None))
ROOT_OF = Compiled(lambda: SeatPool.objects.locked().root_of(Param("pk")))


class NotOpen(Refused):
    code = "not_open"
    message = _("Registration is not open.")


class DateNeeded(Refused):
    code = "date_needed"
    message = _("Each date of this event has seats of its own. Choose a date.")


class GroupNeeded(Refused):
    code = "group_needed"
    message = _("This event has seats for different people. Choose the ones that are for you.")


class Tree:
    """A locked tree of pools with the counters of this moment, and its event."""

    def __init__(self, root: SeatPool, event: Event) -> None:
        found = event.pool_of(root.pk)
        if found is None:
            raise NotOpen
        self.root, self.event = found, event
        self._written = {pool.pk: _counters(pool) for pool in found.tree_pools}
        self._free = {pool.pk: pool.unkept for pool in found.tree_pools} if self.event.terms.by_application else {}

    @classmethod
    def of(cls, event: Event) -> Self:
        """The tree for all dates as it was read with `event`, not locked: for a look ahead.

        :raises NotOpen: if it has no such seats
        """
        root = next((pool for pool in event.seat_pools if pool.meeting_id is None), None)
        if root is None:
            raise NotOpen
        return cls(root, event)

    def pool(self, pk: int) -> SeatPool:
        """:raises NotOpen: if it is not of this tree"""
        found = next((pool for pool in self.root.tree_pools if pool.pk == pk), None)
        if found is None:
            raise NotOpen
        return found

    def leaf(self, pk: int) -> SeatPool:
        """The pool, which people can choose.

        :raises GroupNeeded: if one must choose among its branches
        :raises NotOpen: if it is not of this tree
        """
        found = self.pool(pk)
        if found.below:
            raise GroupNeeded
        return found

    def freed(self, pool: SeatPool) -> int:
        """How many seats of the pool have come free since the tree was locked. Looked at where people apply."""
        return pool.unkept - self._free.get(pool.pk, pool.unkept)

    @property
    def keys(self) -> list[int]:
        return [pool.pk for pool in self.root.tree_pools]

    @property
    def ends_at(self) -> datetime | None:
        return self.event.ends_of(self.root)

    def save(self) -> None:
        """Write the counters that have moved."""
        for pool in self.root.tree_pools:
            if _counters(pool) != self._written.get(pool.pk):
                update(pool, *COUNTERS)
                self._written[pool.pk] = _counters(pool)


def root_of(event: Event) -> int:
    """The key of the seats for all dates.

    :raises NotOpen: if the event has none
    """
    pk = SeatPool.objects.roots().filter(event=event.pk, meeting=None).values_list("pk", flat=True).first()
    if pk is None:
        raise NotOpen
    return pk


@contextmanager
def tending(pool_pk: int, now: datetime, *, tidied: bool = True) -> Iterator[Tree]:
    """The tree in which this pool stands, locked and tidied; afterwards whoever waits gets what is free.

    :param tidied: False where only what is held already is taken, so that it does not matter what else ran out
    :raises NotOpen: if the seats are gone
    """
    yield from _tended([_locked(ROOT_OF.first(pk=pool_pk))], now, tidied=tidied)


@contextmanager
def tending_of(event: Event, pool_pk: int | None, now: datetime) -> Iterator[tuple[Tree, SeatPool]]:
    """The same, with the pool that somebody chose; None: the one for all dates, where there is nothing to choose.

    :raises DateNeeded: if each date has seats of its own, and none was chosen
    :raises GroupNeeded: if the event has seats for different people, and none were chosen
    :raises NotOpen: if the event has no such seats to register for
    """
    root = ROOT_OF.first(pk=pool_pk) if pool_pk else FOR_ALL_DATES.first(event=event.pk)
    if root is None and pool_pk is None and SeatPool.objects.filter(event=event.pk).exists():
        raise DateNeeded
    if root is None or root.event_id != event.pk:
        raise NotOpen
    for tree in _tended([_locked(root)], now):
        yield tree, tree.leaf(pool_pk or tree.root.pk)


@contextmanager
def tending_two(one: int, other: int, now: datetime) -> Iterator[tuple[Tree, Tree]]:
    """The trees of two pools, locked in ascending key whichever way round they are asked for: two moves never wait for
    each other. They may be the same tree.

    :raises NotOpen: if one of them is gone
    """
    pools = SeatPool.objects.filter(pk__in={one, other}).values_list("pk", "root")
    roots = {pk: root or pk for pk, root in pools}
    if {one, other} - set(roots):
        raise NotOpen
    rows = SeatPool.objects.locked().filter(pk__in=set(roots.values())).order_by("pk")
    trees = {row.pk: _locked(row) for row in rows}
    for _first in _tended(list(trees.values()), now):
        yield trees[roots[one]], trees[roots[other]]


def _tended(trees: list[Tree], now: datetime, *, tidied: bool = True) -> Iterator[Tree]:
    for tree in trees if tidied else ():
        expiry.tidy(tree, now)
        queue.settle(tree, now)  # what ran out is theirs who wait, before anybody else comes
    yield trees[0]
    for tree in trees:
        queue.settle(tree, now)
        tree.save()


def _locked(root: SeatPool | None) -> Tree:
    """The tree of a root that has just been locked. Its event is looked up after that: a join would show it, and the
    counters of its other pools, as they were before the wait.

    :raises NotOpen: if it is gone
    """
    event = shelf.by_pk(root.event_id) if root else None
    if root is None or event is None:
        raise NotOpen
    return Tree(root, event)


def _counters(pool: SeatPool) -> tuple[int, ...]:
    return tuple(getattr(pool, name) for name in COUNTERS)
