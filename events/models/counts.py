"""How many seats several pools have together, and how pools hang together."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from events.models.seats import SeatPool


class Seats(NamedTuple):
    """The seats of one or several pools, at the moment at which they were read."""

    capacity: int
    taken: int
    held: int
    offered: int
    waiting: int
    for_newcomers: int
    """Free, and not kept for somebody who waits."""

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken - self.held - self.offered)

    @classmethod
    def of(cls, pools: Iterable[SeatPool]) -> Seats | None:
        """Of `pools`, none of which lies within another. None where there is no pool: nobody needs a seat."""
        rows = [
            (each.capacity, each.taken, each.held, each.offered, each.waiting, each.for_newcomers) for each in pools
        ]
        return cls(*map(sum, zip(*rows, strict=True))) if rows else None


def grow(pools: Iterable[SeatPool]) -> list[SeatPool]:
    """Link `pools`, whole trees, to one another, and return the roots."""
    by_pk = {pool.pk: pool for pool in sorted(pools, key=lambda pool: pool.pk)}
    for pool in by_pk.values():
        pool.__dict__["below"] = []
    for pool in by_pk.values():
        if pool.parent_id:
            pool.parent = by_pk[pool.parent_id]
            pool.parent.below.append(pool)
    return [pool for pool in by_pk.values() if pool.parent_id is None]
