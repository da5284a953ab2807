"""What two organisers want of the same event, side by side."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.utils import timezone
from django.utils.translation import gettext as _

from events.enums import Mode
from events.models import Event, Meeting
from events.services import seating
from events.services.planning import EventPlan, MeetingPlan


@dataclass(frozen=True)
class Difference:
    """One thing that was typed, and what is saved now."""

    name: str
    typed: str
    saved: str


def differences(plan: EventPlan, event: Event) -> list[Difference]:
    """Where `plan` differs from `event` as it is saved now, in words."""
    rows: list[tuple[str, Any, Any]] = [(name, value, getattr(event, name)) for name, value in plan.texts.items()]
    rows += [(name, getattr(plan, name), getattr(event, name)) for name in sorted(_plain(plan))]
    rows.append((_("Dates"), sorted(map(_date, plan.meetings)), sorted(map(_date, event.timetable))))
    (typed_seats, typed_each), (seats, each) = (plan.seats, plan.seats_each_date), seating.planned(event)
    rows += [(_("Seats"), typed_seats, seats), (_("Each date has seats of its own"), typed_each, each)]
    return [Difference(_named(name), _said(typed), _said(saved)) for name, typed, saved in rows if typed != saved]


def _plain(plan: EventPlan) -> set[str]:
    return set(plan.__dataclass_fields__) - {"texts", "meetings", "seats", "seats_each_date"}


def _named(name: str) -> str:
    try:
        field = Event._meta.get_field(name)  # noqa: SLF001 - documented model API
    except FieldDoesNotExist:
        return name
    return str(getattr(field, "verbose_name", name)).capitalize()


def _date(meeting: Meeting | MeetingPlan) -> str:
    first, last = timezone.localtime(meeting.starts_at), timezone.localtime(meeting.ends_at)
    where = str(meeting.venue or Mode(meeting.mode).label)
    return " · ".join(filter(None, [f"{first:%d.%m.%Y %H:%M}–{last:%H:%M}", where, meeting.teacher, meeting.link]))


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
