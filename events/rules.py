"""What an event's own data say; the decisions themselves need no database."""

from datetime import date, datetime

from events.enums import Door, Status, VacancyState
from events.models import Event, Vacancy


def door(
    *,
    cancelled: bool,
    has_seats: bool,
    opens_at: datetime | None,
    closes_at: datetime | None,
    ends_at: datetime | None,
    free: int,
    waiting: int,
    now: datetime,
    by_invitation: bool = False,
) -> Door:
    """What a visitor can do. A free seat is not for a newcomer while somebody waits for it.

    :param by_invitation: whether the visitor would need an invitation that they have not shown
    """
    if cancelled:
        return Door.CANCELLED
    if ends_at is not None and ends_at <= now:
        return Door.OVER
    if not has_seats:
        return Door.FREE_ENTRY
    if opens_at is not None and now < opens_at:
        return Door.NOT_YET
    if closes_at is not None and now >= closes_at:
        return Door.CLOSED
    uninvited = Door.OPEN if free > 0 and waiting == 0 else Door.QUEUE
    return Door.INVITED if by_invitation else uninvited


def door_of(event: Event, now: datetime, *, invited: bool = False) -> Door:
    """`door` for an event as it was read; `invited`: for somebody who needs no invitation, or has shown one."""
    pool = event.pool
    return door(
        cancelled=event.status == Status.CANCELLED,
        has_seats=pool is not None,
        opens_at=event.registration_opens_at,
        closes_at=event.registration_closes_at,
        ends_at=event.ends_at,
        free=pool.free if pool else 0,
        waiting=pool.waiting if pool else 0,
        now=now,
        by_invitation=event.invite_only and not invited,
    )


def target_on(values: list[tuple[date, int]], day: date) -> int | None:
    """The planned value in force on `day`, out of (valid from, value) pairs."""
    in_force = [(valid_from, value) for valid_from, value in values if valid_from <= day]
    return max(in_force)[1] if in_force else None


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
