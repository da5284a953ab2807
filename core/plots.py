"""Small plots, drawn by the server as SVG: where the points lie in the plot's own coordinates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import accumulate

WIDTH, HEIGHT, MARGIN = 600, 200, 10
"""Units of the plot's coordinate system, and what stays free around its points."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """A line through values of days. `path` is SVG's; `planned` the height of the planned value, if there is one."""

    path: str
    dots: tuple[tuple[int, int], ...]
    planned: int | None
    lowest: Decimal
    highest: Decimal
    first: date
    last: date
    width: int = WIDTH
    height: int = HEIGHT


def line(points: Sequence[tuple[date, Decimal]], *, planned: Decimal | None = None) -> Line:
    """Draw `points`, at least one, in the order of their days. The scale begins at zero, or below it."""
    values = [value for _day, value in points] + ([] if planned is None else [planned])
    lowest, highest = min(Decimal(0), *values), max(Decimal(0), *values)
    first, last = points[0][0].toordinal(), points[-1][0].toordinal()

    def across(day: date) -> int:
        return _scaled(day.toordinal() - first, last - first, WIDTH) if last > first else WIDTH // 2

    def down(value: Decimal) -> int:
        return HEIGHT - _scaled(value - lowest, highest - lowest, HEIGHT) if highest > lowest else HEIGHT - MARGIN

    dots = tuple((across(day), down(value)) for day, value in points)
    return Line(
        path="M" + " L".join(f"{x} {y}" for x, y in dots),
        dots=dots,
        planned=None if planned is None else down(planned),
        lowest=lowest,
        highest=highest,
        first=points[0][0],
        last=points[-1][0],
    )


@dataclass(frozen=True)
class Part:
    """A piece of a bar that is `WIDTH` long."""

    start: int
    width: int


def parts(values: Sequence[int]) -> tuple[Part, ...]:
    """Divide one bar among `values`, none of them negative; together they fill it, unless all are zero."""
    whole = sum(values)
    ends = [round(WIDTH * so_far / whole) if whole else 0 for so_far in accumulate(values)]
    return tuple(Part(start, end - start) for start, end in zip([0, *ends], ends, strict=False))


def _scaled(part: Decimal | int, whole: Decimal | int, length: int) -> int:
    return MARGIN + round((length - 2 * MARGIN) * float(part) / float(whole))
