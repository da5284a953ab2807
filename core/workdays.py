"""Days on which people work in Finland."""

from datetime import date
from functools import cache

import holidays

SATURDAY = 5


def is_workday(day: date) -> bool:
    """Monday to Friday, but for public holidays and the eves on which everything is closed."""
    return day.weekday() < SATURDAY and day not in _days_off(day.year)


@cache
def _days_off(year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("FI", years=[year]))
