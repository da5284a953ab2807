"""An event as an iCalendar object (RFC 5545): one VEVENT per meeting, with its time zone."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Timezone, vText
from icalendar import Event as CalendarEvent

from events.enums import Status
from events.models import Event, Meeting


def calendar(*, event: Event, now: datetime, meetings: Iterable[Meeting] | None = None) -> bytes:
    """Some or all of the event's meetings. Identifiers stay for ever, so a newer file replaces an older one."""
    book = Calendar()
    book.add("prodid", "-//Miitti//FI")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    for meeting in event.timetable if meetings is None else meetings:
        book.add_component(component(event, meeting, now))
    book.add_component(zone(settings.TIME_ZONE))
    return bytes(book.to_ical())


@cache
def zone(name: str) -> Timezone:
    """The rules of our clock for a century; they are the same in every file."""
    return Timezone.from_tzid(name)


def component(event: Event, meeting: Meeting, now: datetime) -> CalendarEvent:
    entry = CalendarEvent()
    entry.add("uid", f"meeting-{meeting.pk}@{settings.SITE_URL.split('//')[-1].split(':')[0]}")
    entry.add("dtstamp", now)
    entry.add("last-modified", event.changed_at)
    entry.add("sequence", event.sequence)
    entry.add("status", "CANCELLED" if event.status == Status.CANCELLED or meeting.cancelled_at else "CONFIRMED")
    entry.add("summary", " – ".join(filter(None, [event.title, meeting.title])))
    entry.add("description", event.summary)
    entry.add("dtstart", timezone.localtime(meeting.starts_at))
    entry.add("dtend", timezone.localtime(meeting.ends_at))
    entry.add("url", settings.SITE_URL + event.get_absolute_url())
    if meeting.venue:
        entry["location"] = vText(f"{meeting.venue.name}, {meeting.venue.address}")
    return entry
