"""Published events, for anyone's own pages."""

from datetime import datetime
from typing import Literal

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone, translation
from ninja import Field, Query, Router, Schema

from events.enums import Kind
from events.models import Event, Meeting
from events.rules import door_of

router = Router(tags=["events"])

Language = Literal["fi", "sv", "en", "uk"]


class MeetingOut(Schema):
    starts_at: datetime
    ends_at: datetime
    place: str | None
    municipality_code: str | None


class EventOut(Schema):
    id: int
    slug: str
    url: str
    kind: Kind
    title: str
    summary: str
    door: str
    free_seats: int | None
    project_code: str | None
    meetings: list[MeetingOut]


class Filter(Schema):
    language: Language = "fi"
    kind: Kind | None = None
    municipality: str | None = Field(None, pattern=r"^[0-9]{3}$")


@router.get("/events", response=list[EventOut], auth=None, summary="Events that are not over")
def list_events(request: HttpRequest, wanted: Query[Filter]) -> list[EventOut]:
    """The next hundred events, the soonest first, with their texts in `language`, Finnish where there is none."""
    now = timezone.now()
    found = Event.objects.published().upcoming_at(now).select_related("project").with_meetings()
    if wanted.kind:
        found = found.filter(kind=wanted.kind)
    if wanted.municipality:
        found = found.in_municipality(wanted.municipality)
    with translation.override(wanted.language):
        return [_event(event, now) for event in found[:100]]


def _event(event: Event, now: datetime) -> EventOut:
    return EventOut(
        id=event.pk,
        slug=event.slug,
        url=settings.SITE_URL + event.get_absolute_url(),
        kind=Kind(event.kind),
        title=event.title,
        summary=event.summary,
        door=door_of(event, now).value,
        free_seats=event.pool.free if event.pool else None,
        project_code=event.project.code if event.project else None,
        meetings=[_meeting(meeting) for meeting in event.timetable],
    )


def _meeting(meeting: Meeting) -> MeetingOut:
    return MeetingOut(
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        place=f"{meeting.venue.name}, {meeting.venue.address}" if meeting.venue else None,
        municipality_code=meeting.venue.municipality_id if meeting.venue else None,
    )
