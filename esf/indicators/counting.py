"""Conditional aggregates over the participants of a project: one statement for all indicators at once."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.expressions import Combinable

from esf.enums import Profile
from esf.indicators import people
from esf.indicators.choosing import AGE_GROUPS, PROFILES, Choice
from esf.indicators.conditions import Term, conditions
from esf.indicators.towns import Towns
from esf.models.participations import ParticipationQuerySet
from events.models import Project

GENDER = F("start_notice__gender")


@dataclass(frozen=True)
class Counts:
    """Persons by indicator and gender."""

    by_gender: Mapping[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def of(self, code: str) -> Counter[str]:
        return self.by_gender.get(code) or Counter()

    def total(self, code: str) -> int:
        return self.of(code).total()


class Counting:
    """Who is counted, and how: one project as of a day, or a part of it, in all indicators or in `code` alone."""

    def __init__(self, *, project: Project, on: date, choice: Choice, towns: Towns, code: str = "") -> None:
        self.project, self.on, self.choice, self.towns = project, on, choice, towns
        self.profile: Profile = PROFILES[project.period]
        terms = conditions(self.profile, on=on, towns=towns)
        self.terms = {each: term for each, term in terms.items() if code in ("", each)}

    def entered(self) -> ParticipationQuerySet:
        """The chosen participants, by their first spell."""
        entries = people.entries(self.project, self.on)
        return entries.filter(self.choice.condition(self.profile, self.towns.codes()))

    def all(self) -> Counts:
        """One query."""
        return self._summed(self._rows())[""]

    def by_age(self) -> dict[str, Counts]:
        """By the code of the age group. One query."""
        groups = AGE_GROUPS[self.profile]
        youngest = groups[0].code  # of whom a date of birth after the start is told by mistake, too
        rows = self._rows(age=F("age"))
        return self._summed(rows, lambda row: next((one.code for one in groups if one.holds(row["age"])), youngest))

    def by_town(self) -> dict[str, Counts]:
        """By the code under which a municipality counts on the day. One query."""
        rows = self._rows(group=F("start_notice__municipality_code"))
        return self._summed(rows, lambda row: self.towns.counted_as(row["group"]))

    def by_implementer(self) -> dict[int | None, Counts]:
        """By the key of the organisation whose event people came to first. One query."""
        return self._summed(self._rows(group=F("implementer")), lambda row: row["group"])

    def _rows(self, **group: Combinable) -> Iterable[dict[str, Any]]:
        """Counts of each term, by gender and `group`, and by age where one asks it."""
        found = people.with_exits(self.entered(), self.project, self.on).order_by()
        return counted(found, self.terms, **group)

    def _summed(self, rows: Iterable[dict[str, Any]], key: Any = lambda _row: "") -> dict[Any, Counts]:
        found: dict[Any, Counts] = defaultdict(Counts)
        for row in rows:
            add_up(found[key(row)].by_gender, self.terms, row)
        return found


def counted(
    rows: ParticipationQuerySet, terms: Mapping[str, tuple[Term, ...]], **group: Combinable
) -> Iterable[dict[str, Any]]:
    """One statement: how many of `rows` each term holds for, but for its ages, which `add_up` asks for."""
    if any(term.asks_age for mine in terms.values() for term in mine):
        group = {"age": F("age"), **group}
    columns = {_column(name): expression for name, expression in group.items()}
    return [
        {name.removesuffix("_of"): value for name, value in row.items()}
        for row in rows.values(gender=GENDER, **columns).annotate(**_aggregates(terms))
    ]


def add_up(into: Mapping[str, Counter[str]], terms: Mapping[str, tuple[Term, ...]], row: Mapping[str, Any]) -> None:
    for code, mine in terms.items():
        into[code][row["gender"]] += sum(
            row[_name(code, number)] for number, term in enumerate(mine) if not term.asks_age or term.holds(row["age"])
        )


def _aggregates(terms: Mapping[str, tuple[Term, ...]]) -> dict[str, Count]:
    """Terms without a condition count everybody."""
    return {
        _name(code, number): Count("pk", filter=term.condition) if term.condition != Q() else Count("pk")
        for code, mine in terms.items()
        for number, term in enumerate(mine)
    }


def _column(name: str) -> str:
    """A name that no annotation or field of a participation has."""
    return f"{name}_of"


def _name(code: str, number: int) -> str:
    return f"{code}_{number}"
