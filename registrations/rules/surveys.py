"""What may be shown of a survey without telling what one person has answered. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

FEWEST = 5
"""Nothing is shown of fewer answers than so many."""


@dataclass(frozen=True)
class Column:
    """Numbers below each other and their sum; None: hidden."""

    numbers: tuple[int | None, ...]
    total: int | None


def may_show(*, anonymous: int, named: int = 0) -> bool:
    """Whether the figures of a cell may be seen.

    Who has said for which organisation they answer is seen anyway, and could be taken off the figures: only the
    others hide each other.
    """
    return anonymous >= FEWEST or (anonymous == 0 and named >= FEWEST)


def column(numbers: Sequence[int]) -> Column:
    """Hide numbers from 1 to 4, and the sum as soon as one of them is hidden.

    A sum of several hidden ones may seem harmless, but would tell of the next one by how much it grows.
    """
    shown = tuple(None if _is_few(number) else number for number in numbers)
    return Column(shown, None if None in shown else sum(numbers))


def while_open(number: int) -> int:
    """A number of responses as it is told while more may come: a multiple of five, so that nobody sees one arrive."""
    return number - number % FEWEST


def mean(values: Iterable[float]) -> Decimal | None:
    """With two decimals; None: of nothing."""
    found = [Decimal(str(value)) for value in values]
    return (sum(found, Decimal(0)) / len(found)).quantize(Decimal("0.01"), ROUND_HALF_UP) if found else None


def spread(values: Iterable[Any], keys: Sequence[Any]) -> list[int]:
    """How many have chosen each of `keys`; whoever may choose several counts at each."""
    chosen = [each for value in values for each in (value if isinstance(value, list) else [value])]
    return [chosen.count(key) for key in keys]


def rate(number: int, invited: int | None) -> int | None:
    """Per cent who answered, at most 100; None: nobody knows how many were asked."""
    return min(100, (200 * number + invited) // (2 * invited)) if invited else None


def _is_few(number: int) -> bool:
    return 0 < number < FEWEST
