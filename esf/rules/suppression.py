"""Small numbers of people are not shown where others may read them: 1–4 is hidden, and what would give it away.

Of a table with its sums, hiding a small cell is not enough: the sum less the others is the cell. So more cells are
hidden (complementary suppression) until no hidden cell follows from those that are shown and from the sums. Zeros stay,
since they tell of nobody; so whoever reads knows that a hidden cell is at least one.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

SMALLEST_SHOWN = 5
PRIME = 2**61 - 1
"""Equations are solved modulo this: their coefficients are ±1, so that it finds what fractions would, and faster."""

C = TypeVar("C", bound=Hashable)
Line = dict[C, int]
"""One equation: the coefficient of each unknown cell."""


@dataclass(frozen=True)
class Sum(Generic[C]):
    """`whole` is the sum of `parts`."""

    whole: C
    parts: tuple[C, ...]

    @property
    def cells(self) -> tuple[C, ...]:
        return (self.whole, *self.parts)


def is_small(value: int) -> bool:
    return 0 < value < SMALLEST_SHOWN


def hidden(values: Mapping[C, int], sums: Sequence[Sum[C]], unseen: frozenset[C] = frozenset()) -> frozenset[C]:
    """Which of the `values` must not be shown.

    :param unseen: cells that are in no table but belong to a sum, such as “the others”: never shown, yet what is small
        among them must not follow either
    """
    hiding = {cell for cell, value in values.items() if is_small(value) and cell not in unseen}
    small_unseen = {cell for cell in unseen if is_small(values[cell])}
    while told := _told(values, sums, hiding | {cell for cell in unseen if values[cell]}) & (hiding | small_unseen):
        shown = {cell for cell, value in values.items() if value and cell not in hiding and cell not in unseen}
        more = {found for cell in told if (found := _cover(cell, values, sums, shown)) is not None}
        if not more:
            break
        hiding |= more
    return frozenset(hiding)


def _cover(cell: C, values: Mapping[C, int], sums: Sequence[Sum[C]], shown: set[C]) -> C | None:
    """What to hide beside `cell`: the smallest part of one of its sums, else a sum, else whatever is still shown."""
    mine = [one for one in sums if cell in one.cells]
    wholes = {one.whole for one in mine}
    near = [each for one in mine for each in one.cells if each in shown]
    smallest = min(near, key=lambda each: (each in wholes, values[each]), default=None)
    return smallest if near else min(shown, key=lambda each: values[each], default=None)


def _told(values: Mapping[C, int], sums: Sequence[Sum[C]], unknown: set[C]) -> set[C]:
    """The unknown cells that a reader can work out."""
    lines = [line for one in sums if (line := _line(one, unknown))]
    alone = {next(iter(line)) for line in _reduced(lines) if len(line) == 1}
    return alone | set(_all_ones(values, sums, unknown))


def _line(one: Sum[C], unknown: set[C]) -> Line[C]:
    found: Line[C] = {part: 1 for part in one.parts if part in unknown}
    if one.whole in unknown:
        found[one.whole] = PRIME - 1
    return found


def _reduced(lines: Iterable[Line[C]]) -> list[Line[C]]:
    """The reduced row echelon form: a line of one cell says what that cell is."""
    done: dict[C, Line[C]] = {}
    for line in lines:
        rest = dict(line)
        for pivot, other in done.items():
            _take(rest, other, pivot)
        if not rest:
            continue
        pivot = next(iter(rest))
        inverse = pow(rest[pivot], -1, PRIME)
        rest = {cell: number * inverse % PRIME for cell, number in rest.items()}
        for other in done.values():
            _take(other, rest, pivot)
        done[pivot] = rest
    return list(done.values())


def _take(line: Line[C], other: Line[C], pivot: C) -> None:
    """Remove `pivot` from `line` by subtracting a multiple of `other`, whose coefficient of it is one."""
    factor = line.get(pivot, 0)
    if not factor:
        return
    for cell, number in other.items():
        left = (line.get(cell, 0) - factor * number) % PRIME
        if left:
            line[cell] = left
        else:
            line.pop(cell, None)


def _all_ones(values: Mapping[C, int], sums: Sequence[Sum[C]], unknown: set[C]) -> Iterator[C]:
    """Hidden parts of a known sum that are as many as they add up to: each must be one."""
    for one in sums:
        parts = [part for part in one.parts if part in unknown]
        if one.whole not in unknown and sum(values[part] for part in parts) == len(parts):
            yield from parts
