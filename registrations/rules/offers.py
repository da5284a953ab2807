"""How long an offer stands. All in absolute time: an hour is an hour also in a night when the clocks change."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

from django.utils import timezone

DAY_BEGINS, DAY_ENDS = time(8), time(16)
"""Working time; within it an offer may end where the organiser wants that."""

SHORTEST = timedelta(minutes=15)
"""Nobody has less time to answer, however near the start is."""

AT_MOST_OF_WHAT_IS_LEFT = 2
"""An offer takes at most this part (a half) of the time until the start: the next in line needs some too."""


def offer_ends(
    *,
    now: datetime,
    hours: int,
    starts_at: datetime | None,
    ends_at: datetime | None,
    working: Callable[[date], bool] | None = None,
) -> datetime:
    """Until when somebody may answer an offer made at `now`, or seats are kept for a group.

    :param hours: as the event says; days on which nobody works do not count where `working` is given
    :param starts_at: of the next date that the seat is for; None: all have begun
    :param ends_at: of the last date
    :param working: tells whether people work on a day; None: any hour of any day will do
    """
    now = now.astimezone(UTC)  # in a zone of its own Python would add hours of the clock on the wall
    until = now + timedelta(hours=hours) if working is None else settled_moment(now, hours, working)
    if starts_at is not None and starts_at > now:
        until = min(until, now + (starts_at - now) / AT_MOST_OF_WHAT_IS_LEFT)
    elif ends_at is not None:
        until = min(until, ends_at)
    return max(until, now + SHORTEST)


def settled_moment(now: datetime, hours: int, working: Callable[[date], bool]) -> datetime:
    """`hours` of working days after `now` (whole days count, nights too), and then the next moment of working time."""
    moment, left = now, timedelta(hours=hours)
    while True:
        midnight = _midnight_after(moment)
        here = midnight - moment if working(timezone.localdate(moment)) else timedelta(0)
        if left and left <= here:
            moment += left
            break
        left -= here
        moment = midnight
    return _within_working_time(moment, working)


def _within_working_time(moment: datetime, working: Callable[[date], bool]) -> datetime:
    local = timezone.localtime(moment)
    if working(local.date()) and local.time() < DAY_BEGINS:
        return _at(local.date(), DAY_BEGINS)
    if working(local.date()) and local.time() <= DAY_ENDS:
        return moment
    day = local.date() + timedelta(days=1)
    while not working(day):
        day += timedelta(days=1)
    return _at(day, DAY_BEGINS)


def _midnight_after(moment: datetime) -> datetime:
    return _at(timezone.localdate(moment) + timedelta(days=1), time(0))


def _at(day: date, clock: time) -> datetime:
    return timezone.make_aware(datetime.combine(day, clock))
