"""Links that put an event into a calendar on the web."""

from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from django import template
from django.conf import settings

from events.models import Event, Meeting

register = template.Library()

GOOGLE = "https://calendar.google.com/calendar/render?"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose?"
OFFICE = "https://outlook.office.com/calendar/0/deeplink/compose?"


class Service(NamedTuple):
    name: str
    url: str


@register.simple_tag
def calendar_links(event: Event, meeting: Meeting | None) -> list[Service]:
    """Where `meeting` can be added by hand. The addresses hold what is public of the event, nothing of the visitor."""
    if meeting is None:
        return []
    where = f"{meeting.venue.name}, {meeting.venue.address}" if meeting.venue else ""
    page = settings.SITE_URL + event.get_absolute_url()
    details = "\n\n".join(filter(None, [event.summary, page]))
    span = f"{_compact(meeting.starts_at)}/{_compact(meeting.ends_at)}"
    google = {"action": "TEMPLATE", "text": event.title, "dates": span, "details": details, "location": where}
    outlook = {
        "subject": event.title,
        "startdt": meeting.starts_at.astimezone(UTC).isoformat(),
        "enddt": meeting.ends_at.astimezone(UTC).isoformat(),
        "body": details,
        "location": where,
    }
    return [
        Service("Google", GOOGLE + urlencode(google)),
        Service("Outlook.com", OUTLOOK + urlencode(outlook)),
        Service("Microsoft 365", OFFICE + urlencode(outlook)),
    ]


def _compact(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
