"""An event as an iCalendar object (RFC 5545): one VEVENT per meeting, with its time zone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import parseaddr
from functools import cache

from django.conf import settings
from django.utils import timezone
from icalendar import Calendar, Timezone, vCalAddress, vInt, vText
from icalendar import Event as CalendarEvent

from events.enums import Status
from events.models import Event, Meeting

REFRESH_HOURS = 6
END = b"END:VCALENDAR\r\n"


def calendar(*, event: Event, now: datetime, meetings: Iterable[Meeting] | None = None) -> bytes:
    """Some or all of the event's meetings. Identifiers stay for ever, so a newer file replaces an older one."""
    book = _book("PUBLISH")
    for meeting in event.timetable if meetings is None else meetings:
        book.add_component(component(event, meeting, now))
    return _written(book)


def _written(book: Calendar) -> bytes:
    """The file, with the rules of our clock, which are the same in each and long."""
    return bytes(book.to_ical()).removesuffix(END) + _zone_written(settings.TIME_ZONE) + END


@cache
def _zone_written(name: str) -> bytes:
    return bytes(zone(name).to_ical())


@cache
def zone(name: str) -> Timezone:
    """The rules of our clock for a century; they are the same in every file."""
    return Timezone.from_tzid(name)


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Somebody who is invited: `key` tells them from the meeting's others, for ever."""

    key: str
    name: str
    email: str


def invitation(*, event: Event, meeting: Meeting, guest: Guest, sequence: int, method: str, now: datetime) -> bytes:
    """One meeting in one person's calendar (RFC 5546): the same UID for ever, and a higher `sequence` for each change.

    :param method: `REQUEST` to put it there or to change it, `CANCEL` to take it away
    """
    book = _book(method)
    entry = personal(event, meeting, guest, sequence, now)
    if method == "CANCEL":
        entry["STATUS"] = "CANCELLED"
    book.add_component(entry)
    return _written(book)


def personal_calendar(*, entries: Iterable[CalendarEvent], name: str) -> bytes:
    """Everything that one person comes to, for a calendar that asks for it again and again."""
    book = _book("PUBLISH")
    book.add("x-wr-calname", name)
    book.add("name", name)  # RFC 7986, section 5.1
    book.add("refresh-interval", timedelta(hours=REFRESH_HOURS), parameters={"VALUE": "DURATION"})
    for entry in entries:
        book.add_component(entry)
    return _written(book)


def personal(event: Event, meeting: Meeting, guest: Guest, sequence: int, now: datetime) -> CalendarEvent:
    """A meeting as it stands in the calendar of somebody who comes: with the link to join online."""
    entry = component(event, meeting, now)
    entry["UID"] = vText(f"meeting-{meeting.pk}-{guest.key}@{_host()}")
    entry["SEQUENCE"] = vInt(sequence)
    organiser = vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    organiser.params["CN"] = vText(str(event.organisation))
    entry.add("organizer", organiser)
    attendee = vCalAddress(f"mailto:{guest.email}")
    for name, value in (("CN", guest.name), ("PARTSTAT", "ACCEPTED"), ("ROLE", "REQ-PARTICIPANT"), ("RSVP", "FALSE")):
        attendee.params[name] = vText(value)
    entry.add("attendee", attendee)
    if meeting.link:
        entry["DESCRIPTION"] = vText("\n\n".join(filter(None, [event.summary, meeting.link])))
        if not meeting.venue:
            entry["LOCATION"] = vText(meeting.link)
    return entry


def _book(method: str) -> Calendar:
    book = Calendar()
    book.add("prodid", "-//Miitti//FI")
    book.add("version", "2.0")
    book.add("method", method)
    return book


def _host() -> str:
    return settings.SITE_URL.split("//")[-1].split(":")[0]


def component(event: Event, meeting: Meeting, now: datetime) -> CalendarEvent:
    """A meeting as everybody may know it."""
    entry = CalendarEvent()
    entry.add("uid", f"meeting-{meeting.pk}@{_host()}")
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
