"""How many seats several pools have together."""

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
    waiting: int
    for_newcomers: int
    """Free, and in a pool where nobody waits for them."""

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken - self.held)

    @classmethod
    def of(cls, pools: Iterable[SeatPool]) -> Seats | None:
        """None where there is no pool: nobody needs a seat."""
        rows = [(each.capacity, each.taken, each.held, each.waiting, each.for_newcomers) for each in pools]
        return cls(*map(sum, zip(*rows, strict=True))) if rows else None
