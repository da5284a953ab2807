"""Events that come again and again: one event with many meetings, made and changed together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import holidays
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events import rules
from events.enums import Mode
from events.models import Event, Meeting, SeatPool, Venue
from events.services import publishing, search, seating, timetables

MOST = 200
"""Meetings of one event."""


class NothingToAdd(Refused):
    code = "nothing_to_add"
    message = _("No day between these dates fits. Check the weekdays and the dates.")


class TooMany(Refused):
    code = "too_many_meetings"
    message = _("An event can have at most 200 dates. Choose an earlier last day.")


class NoSuchTime(Refused):
    code = "no_such_time"
    message = _("On one of these days the clocks jump over this time. Choose another time.")


@dataclass(frozen=True, kw_only=True)
class Pattern:
    """How the meetings of a series are alike. An end before the start is on the next day."""

    starts: time
    ends: time
    mode: Mode
    venue: Venue | None
    teacher: str
    link: str

    def span(self, day: date) -> tuple[datetime, datetime]:
        """:raises NoSuchTime: if the clocks jump over it"""
        zone = timezone.get_default_timezone()
        first = datetime.combine(day, self.starts)
        last = datetime.combine(day + timedelta(days=self.ends <= self.starts), self.ends)
        if not (rules.exists(first, zone) and rules.exists(last, zone)):
            raise NoSuchTime
        return first.replace(tzinfo=zone), last.replace(tzinfo=zone)

    def put_on(self, meeting: Meeting, day: date) -> None:
        meeting.starts_at, meeting.ends_at = self.span(day)
        for name in ("mode", "venue", "teacher", "link"):
            setattr(meeting, name, getattr(self, name))


def days_off(years: Iterable[int]) -> dict[date, str]:
    """Public holidays of Finland, and the eves on which everything is closed."""
    return dict(holidays.country_holidays("FI", years=list(years), language="fi"))


@transaction.atomic
def repeat(
    *,
    event: Event,
    pattern: Pattern,
    weekdays: frozenset[int],
    first: date,
    last: date,
    skip_holidays: bool,
    but: frozenset[date],
    by: User,
    now: datetime,
) -> int:
    """Add a meeting on each of `weekdays` from `first` to `last`, without `but`, and return how many were added.

    A day on which the event meets at that time already gets no second meeting.

    :raises NothingToAdd, TooMany, NoSuchTime: if the series cannot be
    """
    event = _lock(event)
    off = frozenset(days_off(range(first.year, last.year + 1))) if skip_holidays else frozenset[date]()
    days = rules.weekly(weekdays=weekdays, first=first, last=last, but=but | off)
    known = set(event.meetings.values_list("starts_at", flat=True))
    new = [day for day in days if pattern.span(day)[0] not in known]
    if not new:
        raise NothingToAdd
    if len(known) + len(new) > MOST:
        raise TooMany
    meetings = [Meeting(event=event) for _day in new]
    for meeting, day in zip(meetings, new, strict=True):
        pattern.put_on(meeting, day)
    timetables.save(event=event, meetings=meetings)
    seating.settle(event=event)
    _changed(event, "event.repeat", by, now, added=len(new), first=first.isoformat(), last=last.isoformat())
    return len(new)


@transaction.atomic
def change_ahead(*, event: Event, pattern: Pattern, since: date, by: User, now: datetime) -> int:
    """Give every meeting from `since` on the same times and place, each on its own day, and return how many they were.

    :raises NoSuchTime, ClashingDates: if that cannot be
    """
    event = _lock(event)
    ahead = [each for each in event.timetable if timezone.localdate(each.starts_at) >= since and each.ends_at > now]
    for meeting in ahead:
        pattern.put_on(meeting, timezone.localdate(meeting.starts_at))
    timetables.save(event=event, meetings=ahead)
    _changed(event, "event.change_series", by, now, changed=len(ahead), since=since.isoformat())
    return len(ahead)


def _lock(event: Event) -> Event:
    SeatPool.objects.lock_all_of(event)
    return Event.objects.locked().get(pk=event.pk)


def _changed(event: Event, action: str, by: User, now: datetime, **what: object) -> None:
    event.changed_at, event.sequence, event.edition = now, event.sequence + 1, event.edition + 1
    event.plan_changed_at = now
    event.save(update_fields=["changed_at", "plan_changed_at", "sequence", "edition"])
    search.index(event=event)
    publishing.refuse_unless_still_ready(event=Event.objects.get(pk=event.pk))
    audit.changed(
        actor=by, action=action, subject=event.scope, scope=f"organisation:{event.organisation_id}", now=now, after=what
    )
