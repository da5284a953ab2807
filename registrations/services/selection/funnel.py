"""How many came how far: of all who applied, by category and by municipality. Counted anew each time, never stored."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
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
    def steps(self) -> list[tuple[str, int]]:
        """What each step on the way is called, and how many have taken it."""
        return [(str(stage.label), self.total.get(stage, 0)) for stage in STEPS]


def funnel(*, events: Collection[int], parts: bool = True) -> Funnel:
    """Of one event, or of several together. Three queries.

    :param parts: by category and municipality too, where one person may stand alone: for those who see people anyway
    """
    rows = list(
        StageStep.objects.filter(application__event__in=list(events)).values_list(
            "to_stage",
            "application__registration__person",
            "application__category",
            "application__registration__person__municipality_code",
        )
    )
    total = _counted((stage, person) for stage, person, _category, _place in rows)
    if not parts:
        return Funnel(total=total)
    used = {category for _stage, _person, category, _place in rows}
    categories = {each.pk: each.name for each in ApplicantCategory.objects.filter(pk__in=used - {None})}
    towns = {each.code: each.name for each in Municipality.objects.filter(code__in={row[3] for row in rows})}
    return Funnel(
        total=total,
        categories=_lines((categories.get(category, ""), stage, person) for stage, person, category, _place in rows),
        places=_lines((towns.get(place, ""), stage, person) for stage, person, _category, place in rows),
    )


def _lines(rows: Iterable[tuple[str, str, int]]) -> list[Line]:
    """A line for each name, the largest first, what is not known last. Of several events a name is one line."""
    by_name = defaultdict[str, list[tuple[str, int]]](list)
    for name, stage, person in rows:
        by_name[name].append((stage, person))
    lines = [Line(name=name, counts=_counted(steps)) for name, steps in by_name.items()]
    return sorted(lines, key=lambda line: (not line.name, -line.counts.get(Stage.APPLIED, 0), line.name))


def _counted(steps: Iterable[tuple[str, int]]) -> dict[str, int]:
    """By stage, how many different people."""
    return Counter(stage for stage, _person in set(steps))
