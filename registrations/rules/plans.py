"""What has changed in a plan, between what people know and what is so now."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from events.models import Meeting


@dataclass(frozen=True)
class Dated:
    """A meeting as far as those who come to it must know it."""

    starts_at: str
    ends_at: str
    title: str
    where: str
    link: str

    @classmethod
    def of(cls, meeting: Meeting) -> Self:
        where = f"{meeting.venue.name}, {meeting.venue.address}" if meeting.venue else ""
        return cls(meeting.starts_at.isoformat(), meeting.ends_at.isoformat(), meeting.title, where, meeting.link)

    @property
    def starts(self) -> datetime:
        return datetime.fromisoformat(self.starts_at)

    @property
    def ends(self) -> datetime:
        return datetime.fromisoformat(self.ends_at)


@dataclass(frozen=True)
class Change:
    """One meeting that is not as it was; `before` is None for a new one, `after` for one that is gone."""

    meeting: int
    before: Dated | None
    after: Dated | None


def plan_of(meetings: Iterable[Meeting]) -> dict[str, dict[str, str]]:
    """The meetings that are held, as JSON, by their keys."""
    return {str(each.pk): Dated.of(each).__dict__ for each in meetings if each.cancelled_at is None}


def changes(before: Mapping[str, Any], after: Mapping[str, Any], now: datetime) -> list[Change]:
    """What has changed between two plans, in the order of time; what is over for good does not count."""
    found = []
    for key in before.keys() | after.keys():
        old = Dated(**before[key]) if key in before else None
        new = Dated(**after[key]) if key in after else None
        if old != new and max(each.ends for each in (old, new) if each) > now:
            found.append(Change(int(key), old, new))
    return sorted(found, key=lambda change: ((change.after or change.before).starts, change.meeting))  # type: ignore[union-attr]
