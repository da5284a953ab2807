"""What an event's own data say; the decisions themselves need no database."""

from collections.abc import Container
from datetime import UTC, date, datetime, timedelta, tzinfo

from events.enums import Door, Status, VacancyState
from events.models import Event, SeatPool, Vacancy

BEST_FIRST = [Door.OPEN, *(each for each in Door if each != Door.OPEN)]
"""Of several dates' doors the one to show. They differ in free seats and in being over alone."""

SHORTEST = timedelta(minutes=5)
"""Of a meeting that a change of the clocks would otherwise leave no time."""


def door(
    *,
    cancelled: bool,
    elsewhere: bool,
    has_seats: bool,
    opens_at: datetime | None,
    closes_at: datetime | None,
    ends_at: datetime | None,
    free: int,
    now: datetime,
    by_invitation: bool = False,
    by_application: bool = False,
) -> Door:
    """What a visitor can do.

    :param free: seats that are not kept for somebody who waits
    :param by_invitation: whether the visitor would need an invitation that they have not shown
    :param by_application: whether people apply, as many as want to, and the organiser chooses
    """
    verdicts = (
        (cancelled, Door.CANCELLED),
        (ends_at is not None and ends_at <= now, Door.OVER),
        (elsewhere, Door.ELSEWHERE),
        (not has_seats, Door.FREE_ENTRY),
        (opens_at is not None and now < opens_at, Door.NOT_YET),
        (closes_at is not None and now >= closes_at, Door.CLOSED),
        (by_invitation, Door.INVITED),
        (by_application, Door.APPLY),
        (free > 0, Door.OPEN),
    )
    return next((door for applies, door in verdicts if applies), Door.QUEUE)


def door_of(event: Event, now: datetime, *, invited: bool = False) -> Door:
    """`door` for an event as it was read; where each date has its own seats, that of the date with the best chance.

    :param invited: for somebody who needs no invitation, or has shown one
    """
    pools = event.pools_ahead(now) or event.seat_pools
    doors = [door_of_pool(event, pool, now, invited=invited) for pool in pools]
    return min(doors, key=BEST_FIRST.index) if doors else door_of_pool(event, None, now, invited=invited)


def door_of_pool(
    event: Event, pool: SeatPool | None, now: datetime, *, invited: bool = False, at_any_hour: bool = False
) -> Door:
    """Of one pool of `event`, with branches of the best of them; None: the event has no seats.

    :param at_any_hour: for the desk, which registers before the others may and after they no longer may
    """
    return door(
        cancelled=event.status == Status.CANCELLED or (pool is not None and event.is_off(pool)),
        elsewhere=bool(event.elsewhere_url),
        has_seats=pool is not None,
        opens_at=None if at_any_hour else event.registration_opens_at,
        closes_at=None if at_any_hour else event.closes_at,
        ends_at=event.ends_of(pool) if pool else event.ends_at,
        free=pool.room_at(now) if pool else 0,
        now=now,
        by_invitation=event.invite_only and not invited,
        by_application=event.terms.by_application,
    )


def target_on(values: list[tuple[date, int]], day: date) -> int | None:
    """The planned value in force on `day`, out of (valid from, value) pairs."""
    in_force = [(valid_from, value) for valid_from, value in values if valid_from <= day]
    return max(in_force)[1] if in_force else None


def weekly(*, weekdays: frozenset[int], first: date, last: date, but: Container[date]) -> list[date]:
    """The days from `first` to `last` that fall on `weekdays` (0 is Monday), without those in `but`."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return [day for day in days if day.weekday() in weekdays and day not in but]


def exists(local: datetime, zone: tzinfo) -> bool:
    """Whether clocks in `zone` ever show `local`: in a night of spring an hour is left out."""
    aware = local.replace(tzinfo=zone)
    return aware.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == local


def moved(moment: datetime, days: int, zone: tzinfo) -> datetime:
    """`moment` on another day at the same time of the clock; where clocks leave that time out, an hour later."""
    local = moment.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=zone).astimezone(UTC)


def takes_stands(event: Event, now: datetime) -> bool:
    """Whether hosts and exhibitors may sign up now."""
    ends_at, closes_at = event.ends_at, event.stands_close_at
    return (
        event.takes_stands
        and event.status == Status.PUBLISHED
        and (ends_at is None or now < ends_at)
        and (closes_at is None or now < closes_at)
    )


def in_finland(latitude: float, longitude: float) -> bool:
    """Whether a point (degrees, WGS 84) can be on our maps; the database asks the same."""
    return 59.0 <= latitude <= 70.5 and 19.0 <= longitude <= 32.0  # noqa: PLR2004 - the country's edges


def newest_of_each_day(rows: list[tuple[date, int]]) -> set[int]:
    """Of (day, key) pairs, the greatest key of each day: what was written last counts."""
    return set(dict(sorted(rows)).values())


def vacancy_state(vacancy: Vacancy, today: date) -> VacancyState:
    """What an applicant must know. The deadline's own day still counts."""
    if vacancy.published_at is None:
        return VacancyState.DRAFT
    if vacancy.filled_at is not None:
        return VacancyState.FILLED
    over = vacancy.closed_at is not None or vacancy.deadline < today
    return VacancyState.CLOSED if over else VacancyState.OPEN
