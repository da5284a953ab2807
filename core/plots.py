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


@dataclass(frozen=True)
class Bar:
    """A bar of a plot as wide as its page: `left` and `width` are shares of the plot's width, as SVG writes them.

    So a plot is drawn at any width without its texts and patterns being stretched.
    """

    left: str
    width: str
    top: int
    height: int


def groups(rows: Sequence[Sequence[int]]) -> tuple[tuple[Bar, ...], ...]:
    """Upright bars side by side, a group for each of `rows`, on one scale from zero (at HEIGHT) to the greatest."""
    greatest = max((value for row in rows for value in row), default=0)
    slot = 100 / len(rows) if rows else 0
    return tuple(_group(row, index * slot, slot, greatest) for index, row in enumerate(rows))


def _group(values: Sequence[int], left: float, slot: float, greatest: int) -> tuple[Bar, ...]:
    """A fifth of the slot stays free, half of it on each side."""
    width = 0.8 * slot / len(values)
    heights = [round((HEIGHT - MARGIN) * value / greatest) if greatest else 0 for value in values]
    return tuple(
        Bar(_share(left + 0.1 * slot + number * width), _share(width), HEIGHT - height, height)
        for number, height in enumerate(heights)
    )


def slots(number: int) -> tuple[str, ...]:
    """Where the names of so many groups stand: at the middle of each."""
    return tuple(_share(100 * (index + 0.5) / number) for index in range(number))


THICK, ROW = 14, 44
"""Units of a lying bar, and of its row: above the bar there is a line of text."""


def lying(values: Sequence[int]) -> tuple[Bar, ...]:
    """Lying bars below each other, the greatest as wide as the plot."""
    greatest = max(values, default=0)
    return tuple(
        Bar(_share(0), _share(100 * value / greatest if greatest else 0), _top(index), THICK)
        for index, value in enumerate(values)
    )


def stacked(rows: Sequence[Sequence[int]]) -> tuple[tuple[Bar, ...], ...]:
    """Lying bars below each other, each as wide as the plot and divided among its own values; nothing for zeros."""
    return tuple(
        tuple(
            Bar(_share(100 * part.start / WIDTH), _share(100 * part.width / WIDTH), _top(index), THICK)
            for part in parts(values)
        )
        for index, values in enumerate(rows)
    )


def _top(row: int) -> int:
    return ROW * (row + 1) - THICK - MARGIN


def _share(percent: float) -> str:
    return f"{percent:.2f}%"


def _scaled(part: Decimal | int, whole: Decimal | int, length: int) -> int:
    return MARGIN + round((length - 2 * MARGIN) * float(part) / float(whole))
