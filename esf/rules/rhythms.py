"""When something that is done again and again is done next."""

from calendar import monthrange
from datetime import date, timedelta

from esf.enums import Rhythm

MONTHS = {Rhythm.MONTHLY: 1, Rhythm.QUARTERLY: 3}


def following(day: date, rhythm: Rhythm) -> date:
    """The next day after `day`. The last day of a month is followed by the last day of another."""
    if rhythm == Rhythm.WEEKLY:
        return day + timedelta(days=7)
    year, month = divmod(12 * day.year + day.month - 1 + MONTHS[rhythm], 12)
    last = monthrange(year, month + 1)[1]
    is_last = day.day == monthrange(day.year, day.month)[1]
    return date(year, month + 1, last if is_last else min(day.day, last))


def month_end(day: date) -> date:
    """The last day of a month that is not after `day`."""
    return day if (day + timedelta(days=1)).day == 1 else day.replace(day=1) - timedelta(days=1)
