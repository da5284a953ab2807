import datetime as dt

import pytest
from icalendar import Calendar

from events.services.calendar import calendar
from events.services.planning import Event
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def entries(event):
    fresh = Event.objects.with_meetings().get(pk=event.pk)
    return Calendar.from_ical(calendar(event=fresh, now=NOW)).walk("VEVENT")


def test_each_meeting_is_an_entry_in_finnish_time_with_its_zone():
    event = make.event(meetings=2, first=make.at("2026-12-08 17:00"))
    book = Calendar.from_ical(calendar(event=event, now=NOW))

    starts = [entry.decoded("dtstart") for entry in book.walk("VEVENT")]
    assert [start.strftime("%H:%M %Z") for start in starts] == ["17:00 EET", "17:00 EET"]
    assert [zone["tzid"] for zone in book.walk("VTIMEZONE")] == ["Europe/Helsinki"]
    assert str(book.walk("VEVENT")[0]["location"]) == "Kirjasto, Kirjastotie 1, 19600 Hartola"


def test_a_moved_meeting_keeps_its_identifier_and_raises_its_sequence():
    event = make.event()
    before = entries(event)[0]
    event.meetings.update(starts_at=NOW + dt.timedelta(days=8), ends_at=NOW + dt.timedelta(days=8, hours=1))
    Event.objects.filter(pk=event.pk).update(sequence=event.sequence + 1)
    after = entries(event)[0]

    assert (before["uid"], int(before["sequence"]) + 1) == (after["uid"], int(after["sequence"]))
    assert before.decoded("dtstart") != after.decoded("dtstart")


def test_the_file_is_served_as_a_calendar(client):
    event = make.event()
    response = client.get(event.get_absolute_url() + "calendar.ics")

    assert response.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert response.headers["Content-Disposition"] == f'attachment; filename="{event.slug}.ics"'
