"""Who becomes a participant, and what a background form may say."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from esf.enums import LabourStatus

OLDEST = 110
"""Years; an age above it is a slip of the finger."""
YOUNG, OLD = 15, 75


@dataclass(frozen=True, kw_only=True)
class Day:
    """One attended day of a person in a project. `at_once`: the event's own rule counts from the first attendance."""

    day: date
    hours: Decimal
    at_once: bool
    reason: str


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """When a participation begins and why."""

    day: date
    reason: str


def beginning(days: Iterable[Day], *, min_hours: int) -> Beginning | None:
    """Decide whether the attended `days` (of one spell) make a participant, and since when.

    The project's rule asks for more than `min_hours` hours or more than one date; an event may override it. The
    participation then begins on the first of the days, the one on which the person joined.
    """
    attended = sorted(days, key=lambda each: each.day)
    if not attended:
        return None
    first = attended[0].day
    override = next((each for each in attended if each.at_once), None)
    if override:
        return Beginning(day=first, reason=override.reason)
    if len({each.day for each in attended}) > 1:
        return Beginning(day=first, reason="more than one date")
    if sum(each.hours for each in attended) > min_hours:
        return Beginning(day=first, reason=f"more than {min_hours} hours")
    return None


def age_on(born: date, day: date) -> int:
    """Whole years on `day`. Someone born on 29 February turns a year older on 1 March in common years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def unusual_age(birth_date: date, day: date) -> bool:
    """Possible, but worth a second look before sending (data dictionary: warn below 15 and above 75)."""
    return not YOUNG <= age_on(birth_date, day) <= OLD


def contradictions(
    *, birth_date: date | None, labour_status: str, unemployment_duration: str, today: date
) -> dict[str, str | Promise]:
    """What in a background form cannot be true, by field. Empty when it can."""
    found: dict[str, str | Promise] = {}
    if birth_date and not 0 <= age_on(birth_date, today) <= OLDEST:
        found["birth_date"] = _("Check the date of birth: the year seems wrong.")
    unemployed = labour_status == LabourStatus.UNEMPLOYED
    if unemployed and not unemployment_duration:
        found["unemployment_duration"] = _("Say how long you have been unemployed without a break.")
    if unemployment_duration and labour_status and not unemployed:
        found["unemployment_duration"] = _("Leave this empty, or choose “Unemployed jobseeker” above.")
    return found
