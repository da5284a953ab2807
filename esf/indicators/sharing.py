"""The figures of a report as they may be shown: to those who see people all of them, to others without small cells."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.functional import Promise

from esf.enums import Basis, Gender, Profile
from esf.indicators.breakdowns import Part
from esf.indicators.months import Point
from esf.indicators.reporting import Report, Row
from esf.rules import suppression
from esf.rules.suppression import Sum

TOTAL = ""
COLUMNS = (TOTAL, *Gender.values)


class Cell(NamedTuple):
    """`line` is an indicator, or a part of a breakdown; `column` a gender or the total."""

    line: str
    column: str


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Persons of one line; None is hidden, or not known."""

    total: int | None
    women: int | None
    men: int | None
    other: int | None


@dataclass(frozen=True, kw_only=True)
class ShownRow:
    row: Row
    figures: Figures

    @property
    def is_missing(self) -> bool:
        return self.row.basis == Basis.MISSING


@dataclass(frozen=True, kw_only=True)
class ShownPart:
    key: str
    label: str | Promise
    figures: Figures


@dataclass(frozen=True, kw_only=True)
class Shown:
    """`hides`: whether any figure is hidden."""

    rows: tuple[ShownRow, ...]
    parts: tuple[ShownPart, ...]
    points: tuple[tuple[Point, int | None], ...]
    hides: bool

    def row(self, code: str) -> ShownRow:
        return next(shown for shown in self.rows if shown.row.code == code)


def shown(
    *,
    report: Report,
    profile: Profile,
    parts: Sequence[Part] = (),
    code: str = "",
    points: Sequence[Point] = (),
    whole: bool,
) -> Shown:
    """Everything if `whole`, else without what tells of few people.

    :param parts: a breakdown of the indicator `code`
    :param points: the same indicator over time
    """
    lines = dict(_lines(report.rows)) | {_key(part): _of_part(part, code) for part in parts}
    hiding = frozenset() if whole else _hidden(lines, profile, [_key(part) for part in parts], code)
    values = tuple((point, None if _hides(point, whole=whole) else point.total) for point in points)
    return Shown(
        rows=tuple(ShownRow(row=row, figures=_figures(row.code, lines[row.code], hiding)) for row in report.rows),
        parts=tuple(
            ShownPart(key=part.key, label=part.label, figures=_figures(_key(part), lines[_key(part)], hiding))
            for part in parts
        ),
        points=values,
        hides=bool(hiding) or any(value is None for _point, value in values),
    )


Values = Mapping[str, int]


def _lines(rows: Iterable[Row]) -> Iterator[tuple[str, Values]]:
    for row in rows:
        genders = {Gender.F.value: row.women, Gender.M.value: row.men, Gender.X.value: row.other}
        yield row.code, {} if row.basis == Basis.MISSING else {TOTAL: row.total} | (genders if row.has_genders else {})


def _of_part(part: Part, code: str) -> Values:
    found = part.counts.of(code)
    return {TOTAL: found.total()} | {gender: found[gender] for gender in Gender.values}


def _hides(point: Point, *, whole: bool) -> bool:
    """How many had begun by a day tells nothing of anybody but that; only the first few are hidden."""
    return not whole and suppression.is_small(point.total)


def _figures(line: str, values: Values, hiding: frozenset[Cell]) -> Figures:
    total, women, men, other = (None if Cell(line, column) in hiding else values.get(column) for column in COLUMNS)
    return Figures(total=total, women=women, men=men, other=other)


REST = "rest of "
"""Those of the whole who are in none of the parts: in no table, but a difference away."""
WITHIN: Mapping[Profile, tuple[tuple[str, tuple[str, ...]], ...]] = {
    Profile.ESFPLUS_2021: (
        ("EECO01", ("EECO02", "EECO04", "EECO05")),
        ("EECO01", ("EECO06", "EECO07", "EECO08")),
        ("EECO01", ("EECO09", "EECO10", "EECO11")),
        ("EECO02", ("EECO03",)),
        ("EECO01", ("EECO13",)),
        ("EECO01", ("EECO14",)),
        ("EECO01", ("EECO17",)),
    ),
    Profile.ESF_2014: (
        ("CO00", ("CO01", "CO03", "CO05")),
        ("CO00", ("CO06", "CO07")),
        ("CO00", ("CO09", "CO10", "CO11")),
        ("CO01", ("CO02",)),
        ("CO03", ("CO04",)),
        ("CO00", ("CO19",)),
    ),
}
"""Which indicators divide which."""
RURAL = ("EECO17", "CO19")
"""Which towns are rural is public, so that this figure is a sum of parts of the table of municipalities."""


def _hidden(lines: Mapping[str, Values], profile: Profile, parts: Sequence[str], code: str) -> frozenset[Cell]:
    """Organisations are no people, and are shown."""
    people = {line: values for line, values in lines.items() if len(values) == len(COLUMNS)}
    values = {Cell(line, column): number for line, found in people.items() for column, number in found.items()}
    sums = [Sum(Cell(line, TOTAL), tuple(Cell(line, gender) for gender in Gender.values)) for line in people]
    divided = [*WITHIN[profile], *([(code, tuple(parts))] if parts and code in people else [])]
    for number, (whole, within) in enumerate(divided):
        rest = f"{REST}{whole} {number}"
        for column in COLUMNS:
            known = [Cell(line, column) for line in within if line in people]
            values[Cell(rest, column)] = max(0, values[Cell(whole, column)] - sum(values[cell] for cell in known))
            sums.append(Sum(Cell(whole, column), (*known, Cell(rest, column))))
        sums.append(Sum(Cell(rest, TOTAL), tuple(Cell(rest, gender) for gender in Gender.values)))
    unseen = frozenset(cell for cell in values if cell.line.startswith(REST))
    hiding = suppression.hidden(values, sums, unseen)
    if any(cell.line in parts for cell in hiding):
        hiding |= {Cell(line, column) for line in RURAL if line in people for column in COLUMNS}
    return hiding


def _key(part: Part) -> str:
    """A line's name that no indicator has."""
    return f"part {part.key}"
