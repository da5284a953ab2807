"""Who of those that wait gets the seats that are free. Nothing here reads or writes a database.

What must hold after `allot`: nobody who waits could sit on a free seat, but for the seats that are kept together, for
a set time, for a group that stands at the head and does not fit in yet.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from events.models import SeatPool

Queue = Callable[[Collection[int]], Iterable["Unit"]]
"""Those who wait for one of these pools (keys), first come, first served."""


@dataclass(frozen=True, kw_only=True)
class Unit:
    """Somebody who waits, or a group that waits together. `members` is whatever the caller knows them by."""

    key: tuple[str, int]
    pool: int
    members: tuple[Any, ...]
    kept_until: datetime | None = None
    """Seats were, or are, kept for the group until then; None: they never were."""

    extra: int = 0
    """Of a group, those registered before: it is served when it would have been with them, which tells nothing."""

    @property
    def size(self) -> int:
        return len(self.members)

    @property
    def needs(self) -> int:
        """How many seats must be free together."""
        return self.size + self.extra


@dataclass(kw_only=True)
class Allotment:
    """`gifts`: who gets seats of which pool. `keeping`: for whom seats begin to be kept now."""

    gifts: list[tuple[Unit, SeatPool]] = field(default_factory=list)
    keeping: list[Unit] = field(default_factory=list)

    @property
    def served(self) -> set[tuple[str, int]]:
        return {unit.key for unit, _pool in self.gifts}


def move(pool: SeatPool, **counters: int) -> None:
    """Add to the counters of `pool` and of every pool around it."""
    for each in pool.path:
        for name, number in counters.items():
            setattr(each, name, getattr(each, name) + number)


def allot(root: SeatPool, queue: Queue, *, now: datetime, at_once: bool, keeps: bool) -> Allotment:
    """Hand out the free seats of the tree under `root`, and move its counters accordingly.

    The order, for each seat: (0 for those who chose the seat's pool, 1 for others, once it is open to all; waiting
    since). Seats that are too few for the group whose turn it is are kept for it, if it has not had its time.

    :param at_once: whether seats are given, not offered
    :param keeps: whether seats are kept for groups
    """
    made, again = Allotment(), True
    while again:
        for pool in root.tree_pools:
            pool.kept = 0
        again = _Round(root, queue, now, "taken" if at_once else "offered", keeps, made).play()
    return made


@dataclass
class _Round:
    root: SeatPool
    queue: Queue
    now: datetime
    counter: str
    keeps: bool
    made: Allotment
    kept: dict[tuple[str, int], tuple[SeatPool, int]] = field(default_factory=dict)

    def play(self) -> bool:
        """Serve those who chose each pool, then the others. Return whether kept seats came free on the way."""
        own = {leaf.pk: [leaf] for leaf in self.root.leaves}
        if self._serve(own, keeping=self.keeps):
            return True
        others = {leaf.pk: leaf.claimable(self.now)[1:] for leaf in self.root.leaves}
        return self._serve(others, keeping=False)

    def _serve(self, seats: dict[int, list[SeatPool]], *, keeping: bool) -> bool:
        """`seats` are the pools that may serve those who wait for each pool."""
        hopeful = {pk for pk, pools in seats.items() if any(pool.unkept for pool in pools)}
        served = self.made.served
        for unit in self.queue(hopeful) if hopeful else ():
            if unit.key in served:
                continue
            pool = next((pool for pool in seats[unit.pool] if pool.unkept >= unit.needs), None)
            if pool is not None:
                self._give(unit, pool)
                if unit.key in self.kept:
                    return True
            elif keeping and unit.needs > 1:
                self._keep(unit, seats[unit.pool][0])
            if not any(pool.unkept for pk in hopeful for pool in seats[pk]):
                break
        return False

    def _give(self, unit: Unit, pool: SeatPool) -> None:
        chosen = next(leaf for leaf in self.root.leaves if leaf.pk == unit.pool)
        move(chosen, waiting=-unit.size)
        move(pool, **{self.counter: unit.size})
        self.made.gifts.append((unit, pool))
        self.made.keeping = [each for each in self.made.keeping if each.key != unit.key]

    def _keep(self, unit: Unit, pool: SeatPool) -> None:
        had_its_time = unit.kept_until is not None and unit.kept_until <= self.now
        if had_its_time or not pool.unkept:
            return
        number = min(unit.needs, pool.unkept)
        move(pool, kept=number)
        self.kept[unit.key] = (pool, number)
        if unit.kept_until is None and all(each.key != unit.key for each in self.made.keeping):
            self.made.keeping.append(unit)
