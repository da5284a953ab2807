"""When a participation may end, and which status counts as the one at its end.

Sources: Regulation (EU) 2021/1057, Annex I (immediate results within four weeks of leaving; longer-term ones six months
after it); the Commission's answer on the reference period (SFC, 13.4.2023): of several changes the last one counts.
"""

import calendar
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

STATUS_WINDOW = timedelta(days=28)
"""After the end; a status of a later day is no immediate result."""
FOLLOW_UP_MONTHS = 6


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """The first and the last day on which a spell may end, both included; `first` > `last`: it cannot end yet."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def bounds(
    *, started_on: date, attended: Iterable[date], next_start: date | None, project_ends: date, today: date
) -> Bounds:
    """Not before the last day attended in the spell, nor after today, the project, or the next spell's beginning.

    :param attended: the person's days in the project, of this spell or not
    """
    before = next_start or date.max
    own = [day for day in attended if started_on <= day < before]
    latest = [project_ends, today] + ([before - timedelta(days=1)] if next_start else [])
    return Bounds(first=max([started_on, *own]), last=min(latest))


def window(ended_on: date, today: date) -> Bounds:
    """The days of which a status at the end may be told."""
    return Bounds(first=ended_on, last=min(ended_on + STATUS_WINDOW, today))


def replaces(*, new: date, old: date | None) -> bool:
    """Whether a status of the day `new` takes the place of one of the day `old`: the last change wins."""
    return old is None or new >= old


def follow_up_day(ended_on: date) -> date:
    """Six months after the end, or the last day of that month where it has no such day."""
    months = ended_on.year * 12 + ended_on.month - 1 + FOLLOW_UP_MONTHS
    year, month = divmod(months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(ended_on.day, last))
