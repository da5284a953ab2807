"""One indicator at the end of each month: what the report of that day says, without a report for each.

A participant counts from the first day on. A result counts from the day a spell ended (or was followed up) until the
person comes back: as of a day, the last exit is that of the last spell begun. So each spell adds one in a month and
may take it away in a later one, and sums of the months are the reports' figures.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import DateField, Exists, F, Min, OuterRef, Subquery
from django.db.models.functions import Greatest, TruncMonth

from esf.enums import Gender
from esf.indicators import beside, people, towns
from esf.indicators.choosing import EVERYBODY, Choice
from esf.indicators.counting import Counting, add_up, counted
from esf.indicators.reporting import FOLLOWED_UP, plans
from esf.models import Participation
from events.models import Project
from events.rules import target_on

Months = Counter[date]
"""What each month, named by its first day, adds or takes away."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """The end of a month, or the last day asked for; `planned` is None where nothing was."""

    day: date
    total: int
    planned: int | None


def over_time(*, project: Project, code: str, on: date, choice: Choice = EVERYBODY) -> tuple[Point, ...]:
    """The values of `code` from the project's first month up to the day `on`. At most four queries."""
    added = _added(project, code, on, choice)
    planned = plans(project).get(code, []) if choice == EVERYBODY else []
    total, points = 0, []
    for first, last in _months(min([project.starts_on.replace(day=1), *added]), on):
        total += added[first]
        points.append(Point(day=last, total=total, planned=target_on(planned, last)))
    return tuple(points)


def _added(project: Project, code: str, on: date, choice: Choice) -> Months:
    counting = Counting(project=project, on=on, choice=choice, towns=towns.on(on), code=code)
    if code in beside.ORGANISATIONS[counting.profile]:
        helped = beside.helped(project, on, counting.profile)[code] if choice == EVERYBODY else {}
        return Counter(day.replace(day=1) for day in helped.values())
    if code in beside.estimated(project, counting.profile):
        return Counter() if choice.is_part else _estimated(project, code, on, choice)
    if code in FOLLOWED_UP and not project.follows_up:
        return Counter()
    return _left(counting) if code.startswith(("EECR", "CR")) else _entered(counting)


def _entered(counting: Counting) -> Months:
    """By the month of the first day."""
    return _summed(counting, counting.entered(), "started_on")


def _left(counting: Counting) -> Months:
    """By the month in which a spell gave its result, less those by the month in which the next took it away."""
    followed = not FOLLOWED_UP.isdisjoint(counting.terms)
    given = Greatest("last__ended_on", "last__end_notice__followup_on") if followed else F("last__ended_on")
    spells = people.with_spells(counting.entered(), counting.project, counting.on)
    spells = spells.annotate(given=given).filter(given__lte=counting.on)
    begun = Participation.objects.counted().filter(project=counting.project, started_on__lte=counting.on)
    following = begun.filter(person=OuterRef("person"), started_on__gt=OuterRef("last__started_on")).order_by()
    again = Subquery(following.values("person").annotate(first=Min("started_on")).values("first"))
    taken = spells.filter(Exists(following)).annotate(back=Greatest("given", again, output_field=DateField()))
    found = _summed(counting, spells, "given")
    found.subtract(_summed(counting, taken, "back"))
    return found


def _estimated(project: Project, code: str, on: date, choice: Choice) -> Months:
    """The newest value of each gender by the end of a month, as what it changes."""
    found: Months = Counter()
    for gender in [choice.gender] if choice.gender else Gender.values:
        before = 0
        for day, value in beside.history(project, code, gender, on):
            found[day.replace(day=1)] += value - before
            before = value
    return found


def _summed(counting: Counting, rows: Any, day: str) -> Months:
    """Persons by the month of `day`. One query."""
    found: Months = Counter()
    for row in counted(rows.order_by(), counting.terms, month=TruncMonth(day, output_field=DateField())):
        one: dict[str, Counter[str]] = {code: Counter() for code in counting.terms}
        add_up(one, counting.terms, row)
        found[row["month"]] += sum(each.total() for each in one.values())
    return found


def _months(since: date, until: date) -> Iterator[tuple[date, date]]:
    """The first and the last day of each month; of the last month, the day asked for."""
    first = since
    while first <= until:
        following = (first + timedelta(days=31)).replace(day=1)
        yield first, min(following - timedelta(days=1), until)
        first = following
