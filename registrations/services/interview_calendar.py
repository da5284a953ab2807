"""An applicant's interview as an iCalendar object (RFC 5545): one identifier, whatever time is booked."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, vText
from icalendar import Event as CalendarEvent

from events.services.calendar import zone
from registrations.models import InterviewSlot


def book(*, slot: InterviewSlot, guest: str, language: str, sequence: int, cancelled: bool, now: datetime) -> bytes:
    """The calendar file of a booked time, or what takes the interview out of a calendar again.

    :param guest: who the applicant is, by a key that stays
    :param sequence: greater than that of any earlier file to them
    """
    made = Calendar()
    made.add("prodid", "-//Miitti//FI")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if cancelled else "PUBLISH")
    made.add_component(_entry(slot, guest, language, sequence, now, cancelled=cancelled))
    made.add_component(zone(settings.TIME_ZONE))
    return bytes(made.to_ical())


def _entry(
    slot: InterviewSlot, guest: str, language: str, sequence: int, now: datetime, *, cancelled: bool
) -> CalendarEvent:
    entry = CalendarEvent()
    entry.add("uid", f"interview-{guest.replace(':', '-')}@{settings.SITE_URL.split('//')[-1].split(':')[0]}")
    entry.add("dtstamp", now)
    entry.add("sequence", sequence)
    entry.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    with translation.override(language):
        entry.add("summary", _("Interview: %(title)s") % {"title": slot.event.title})
    entry.add("dtstart", timezone.localtime(slot.starts_at))
    entry.add("dtend", timezone.localtime(slot.ends_at))
    where = slot.place or slot.link
    entry["location"] = vText(where)
    if slot.link:
        entry.add("url", slot.link)
    return entry
