"""How many came how far: of all who applied, by category and by municipality. Counted anew each time, never stored."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from events.models import Municipality
from registrations.enums import Stage
from registrations.models import ApplicantCategory, StageStep

STEPS = (
    Stage.APPLIED,
    Stage.INVITED,
    Stage.ASSESSED,
    Stage.OFFERED,
    Stage.ACCEPTED,
    Stage.STARTED,
    Stage.COMPLETED,
)
LEFT = (Stage.TRANSFERRED, Stage.INTERRUPTED, Stage.WITHDRAWN, Stage.REJECTED)


@dataclass(frozen=True, kw_only=True)
class Line:
    """So many people by stage, of one category or one place; `name` is empty where it is not known."""

    name: str
    counts: dict[str, int]

    @property
    def cells(self) -> list[int]:
        return [self.counts.get(stage, 0) for stage in (*STEPS, *LEFT)]


ROW = 48
"""Height of a stage's row in pixels: its words, and the bar under them."""


@dataclass(frozen=True)
class Bar:
    stage: Stage
    number: int
    of: int
    place: int

    @property
    def words_at(self) -> int:
        return self.place * ROW + 16

    @property
    def top(self) -> int:
        return self.place * ROW + 22

    @property
    def width(self) -> str:
        """Of all who applied."""
        return f"{round(100 * self.number / self.of) if self.of else 0}%"


@dataclass(frozen=True, kw_only=True)
class Funnel:
    """People who ever came to a stage; each counts once, also who has applied twice."""

    total: dict[str, int]
    categories: list[Line] = field(default_factory=list)
    places: list[Line] = field(default_factory=list)

    stages = (*STEPS, *LEFT)

    @property
    def whole(self) -> Line:
        return Line(name="", counts=self.total)

    @property
    def applied(self) -> int:
        return self.total.get(Stage.APPLIED, 0)

    @property
    def bars(self) -> list[Bar]:
        """One for each step, the longest for all who applied."""
        return [Bar(stage, self.total.get(stage, 0), self.applied, place) for place, stage in enumerate(STEPS)]

    @property
    def height(self) -> int:
        return ROW * len(STEPS)


def funnel(*, events: Collection[int], parts: bool = True) -> Funnel:
    """Of one event, or of several together. Three queries.

    :param parts: by category and municipality too, where one person may stand alone: for those who see people anyway
    """
    rows = StageStep.objects.filter(application__event__in=list(events)).values_list(
        "to_stage",
        "application__registration__person",
        "application__category",
        "application__registration__person__municipality_code",
    )
    people = defaultdict[tuple[str, object, str], set[int]](set)
    for stage, person, category, place in rows:
        keys: list[tuple[str, object]] = [("all", ""), ("category", category), ("place", place)]
        for kind, key in keys:
            people[(kind, key, stage)].add(person)
    counts = defaultdict[tuple[str, object], Counter[str]](Counter)
    for (kind, key, stage), found in people.items():
        counts[(kind, key)][stage] = len(found)
    if not parts:
        return Funnel(total=dict(counts[("all", "")]))
    return Funnel(
        total=dict(counts[("all", "")]),
        categories=_by_category({key: each for (kind, key), each in counts.items() if kind == "category"}),
        places=_by_place({str(key): each for (kind, key), each in counts.items() if kind == "place"}),
    )


def _by_category(counts: dict[object, Counter[str]]) -> list[Line]:
    """Categories of the same name, of several events, are one line."""
    names = {each.pk: each.name for each in ApplicantCategory.objects.filter(pk__in=[key for key in counts if key])}
    merged = defaultdict[str, Counter[str]](Counter)
    for key, each in counts.items():
        merged[names.get(key, "") if isinstance(key, int) else ""].update(each)
    return _lines(merged)


def _by_place(counts: dict[str, Counter[str]]) -> list[Line]:
    names = {each.code: each.name for each in Municipality.objects.filter(code__in=list(counts))}
    merged = defaultdict[str, Counter[str]](Counter)
    for code, each in counts.items():
        merged[names.get(code, "")].update(each)
    return _lines(merged)


def _lines(merged: dict[str, Counter[str]]) -> list[Line]:
    order = sorted(merged.items(), key=lambda each: (not each[0], -each[1][Stage.APPLIED], each[0]))
    return [Line(name=name, counts=dict(each)) for name, each in order]
