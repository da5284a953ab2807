"""What a bench found, for machines (a JSON object a line) and for people (a table)."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Figure:
    bench: str
    figure: str
    value: float
    unit: str

    def line(self) -> str:
        return json.dumps(asdict(self))


def table(figures: Iterable[Figure]) -> str:
    """The figures in aligned columns."""
    rows = [("bench", "figure", "value", "unit"), *((f.bench, f.figure, f"{f.value:g}", f.unit) for f in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(_aligned(row, widths) for row in rows)


def percentile(values: Sequence[float], percent: float) -> float:
    """The smallest of `values` that at least `percent` of them do not exceed (nearest rank)."""
    ordered = sorted(values)
    rank = -(-len(ordered) * percent // 100)
    return ordered[max(0, int(rank) - 1)]


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    bench, figure, value, unit = row
    return f"{bench:<{widths[0]}}  {figure:<{widths[1]}}  {value:>{widths[2]}}  {unit}".rstrip()
