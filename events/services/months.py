"""The chosen events of one calendar month, day by day."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from events.models import Event
from events.services import search
from events.services.search import Wanted

A_DAY = 4
"""Events that a day names; the rest is one link."""
FURTHEST = 24
"""Months ahead that can be turned to."""


@dataclass(frozen=True)
class Month:
    """A month between the present one and the furthest that is shown."""

    first: date
    earliest: date

    @property
    def previous(self) -> date | None:
        before = (self.first - timedelta(days=1)).replace(day=1)
        return before if before >= self.earliest else None

    @property
    def next(self) -> date | None:
        after = following(self.first)
        return after if _distance(self.earliest, after) <= FURTHEST else None


class Entry(NamedTuple):
    """A date of an event, on the day where the month shows it."""

    day: date
    starts_at: datetime
    event_id: int


class Line(NamedTuple):
    starts_at: datetime
    event: Event


@dataclass(frozen=True)
class Day:
    """The first lines of a day and how many `more` there are."""

    date: date
    lines: list[Line]
    more: int

    @property
    def number(self) -> int:
        return len(self.lines) + self.more


def of(text: str, *, today: date) -> Month:
    """The month that `text` names as 2026-12; this one when it names none, or one out of reach."""
    this = today.replace(day=1)
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        first = this
    return Month(first if 0 <= _distance(this, first) <= FURTHEST else this, this)


def following(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1)


def entries(*, wanted: Wanted, month: Month, now: datetime) -> list[Entry]:
    """What is `wanted` and meets within `month`, in order; what began before it stands on its first day."""
    asked = Wanted(**{**vars(wanted), "starts": month.first, "ends": following(month.first) - timedelta(days=1)})
    rows = search.meetings(wanted=asked, now=now).order_by("starts_at", "pk").values_list("starts_at", "event_id")
    return [Entry(max(month.first, timezone.localdate(starts)), starts, event) for starts, event in rows]


def days(entries: Iterable[Entry], read: Callable[[Sequence[int]], list[Event]]) -> list[Day]:
    """The days that have something, in order; `read` brings the events of some keys, those that may be shown."""
    by_day: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_day[entry.day].append(entry)
    keys = {entry.event_id for found in by_day.values() for entry in found[:A_DAY]}
    events = {event.pk: event for event in read(sorted(keys))}
    return [Day(day, _lines(found, events), len(found[A_DAY:])) for day, found in sorted(by_day.items())]


def weeks(month: Month, days: Iterable[Day]) -> list[list[Day | None]]:
    """The month as weeks from Monday on; None for days of its neighbours."""
    known = {day.date: day for day in days}
    return [
        [known.get(day, Day(day, [], 0)) if day.month == month.first.month else None for day in week]
        for week in Calendar().monthdatescalendar(month.first.year, month.first.month)
    ]


def _lines(entries: list[Entry], events: dict[int, Event]) -> list[Line]:
    return [Line(entry.starts_at, events[entry.event_id]) for entry in entries[:A_DAY] if entry.event_id in events]


def _distance(earlier: date, later: date) -> int:
    return 12 * (later.year - earlier.year) + later.month - earlier.month
