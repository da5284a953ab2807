"""What two organisers want of the same event, side by side."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from events.models import Event
from events.services.planning import EventPlan


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
    dates_typed = [_date(each.starts_at, each.ends_at, each.venue) for each in plan.meetings]
    dates_saved = [_date(each.starts_at, each.ends_at, each.venue) for each in event.timetable]
    rows.append((_("Dates"), sorted(dates_typed), sorted(dates_saved)))
    return [Difference(_named(name), _said(typed), _said(saved)) for name, typed, saved in rows if typed != saved]


def _plain(plan: EventPlan) -> set[str]:
    return set(plan.__dataclass_fields__) - {"texts", "meetings", "seats", "picture"}


def _named(name: str) -> str:
    try:
        field = Event._meta.get_field(name)  # noqa: SLF001 - documented model API
    except LookupError:
        return name
    return str(getattr(field, "verbose_name", name)).capitalize()


def _date(starts: Any, ends: Any, place: object) -> str:
    first, last = timezone.localtime(starts), timezone.localtime(ends)
    return f"{first:%d.%m.%Y %H:%M}–{last:%H:%M} {place or ''}".strip()


def _said(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)
