"""On which days a participation may have begun. No database is asked."""

from collections.abc import Iterable
from datetime import date, timedelta

from esf.rules.ending import Bounds


def starts(
    *,
    started_on: date,
    ended_on: date | None,
    attended: Iterable[date],
    ended_before: date | None,
    project: tuple[date, date],
    today: date,
) -> Bounds:
    """Within the `project` (its first and last day) and after the spell before, not after the first day attended.

    :param attended: the person's days in the project, of this spell or not
    :param ended_before: when the spell before this one ended
    """
    until = ended_on or date.max
    own = [day for day in attended if started_on <= day <= until]
    first = ended_before + timedelta(days=1) if ended_before else project[0]
    return Bounds(first=max(first, project[0]), last=min([project[1], today, until, *own]))
