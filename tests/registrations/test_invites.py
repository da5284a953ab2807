"""What arrives in people's calendars: read by two libraries, through the letters that really leave."""

import datetime as dt
from email import message_from_bytes

import icalendar
import pytest
import vobject
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.services import outbox
from events.models import Event
from registrations.enums import HoldKind
from registrations.models import Invite
from registrations.services import cancelling, changes, invites, letters, seats, terms
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

MINUTES = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


def delivered():
    """Deliver everything, and return the calendar objects that came, each with the method of its type."""
    mail.outbox.clear()
    outbox.deliver_due(clock=timezone.now)
    parts = [part for each in mail.outbox for part in message_from_bytes(each.message().as_bytes()).walk()]
    calls = [part for part in parts if part.get_content_type() == "text/calendar"]
    return [(part.get_param("method"), part.get_payload(decode=True)) for part in calls]


def entry(content):
    [found] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return found


def later(event, by=dt.timedelta(hours=1), number=0):
    """Move one of the event's meetings, as the form does."""
    meeting = event.meetings.order_by("starts_at")[number]
    meeting.starts_at, meeting.ends_at = meeting.starts_at + by, meeting.ends_at + by
    meeting.save()
    event = Event.objects.get(pk=event.pk)
    event.sequence, event.changed_at = event.sequence + 1, timezone.now()
    event.save(update_fields=["sequence", "changed_at"])


def known(event):
    """What people know of the plan is written down a minute after publishing."""
    changes.tell_due(now=timezone.now())


def test_request_update_and_cancel_are_one_event_to_a_second_library(time_machine):
    event = make.event()
    registration = make.register(event, make.contact(first_name="Aino", email="aino@example.fi"))
    known(event)
    [(first_method, first)] = delivered()

    time_machine.move_to(NOW + MINUTES)
    later(event)
    time_machine.move_to(NOW + 7 * MINUTES)
    assert changes.tell_due(now=timezone.now()) == 1
    [(second_method, second)] = delivered()

    registration.refresh_from_db()
    seats.cancel(registration=registration, by=None, now=timezone.now())
    [(third_method, third)] = delivered()

    assert [first_method, second_method, third_method] == ["REQUEST", "REQUEST", "CANCEL"]
    read = [vobject.readOne(content.decode()) for content in (first, second, third)]
    assert len({each.vevent.uid.value for each in read}) == 1
    assert [each.method.value for each in read] == ["REQUEST", "REQUEST", "CANCEL"]
    assert [int(each.vevent.sequence.value) for each in read] == [0, 1, 2]
    assert read[1].vevent.dtstart.value - read[0].vevent.dtstart.value == dt.timedelta(hours=1)
    assert [each.vevent.status.value for each in read] == ["CONFIRMED", "CONFIRMED", "CANCELLED"]
    assert read[0].vevent.attendee.value == "mailto:aino@example.fi"
    assert entry(first)["DTSTART"].params["TZID"] == read[0].vtimezone.tzid.value == "Europe/Helsinki"


def test_each_meeting_is_an_object_of_its_own():
    event = make.event(meetings=3)
    make.register(event)
    calls = delivered()
    assert [(method, len(icalendar.Calendar.from_ical(content).walk("VEVENT"))) for method, content in calls] == [
        ("REQUEST", 1)
    ] * 3
    assert len({str(entry(content)["UID"]) for _method, content in calls}) == 3


def test_a_change_reaches_only_those_whose_date_it_is(time_machine):
    event = make.event(meetings=2, each_date=True)
    first, second = event.pools.order_by("meeting__starts_at")
    make.register(event, pool=first)
    touched = make.register(event, pool=second)
    known(event)
    delivered()

    time_machine.move_to(NOW + MINUTES)
    later(event, number=1)
    time_machine.move_to(NOW + 7 * MINUTES)
    changes.tell_due(now=timezone.now())
    [(_method, content)] = delivered()

    assert [each.to for each in mail.outbox] == [[touched.email]]
    assert int(entry(content)["SEQUENCE"]) == 1


def test_a_change_is_told_once_and_in_one_letter(time_machine):
    event = make.event()
    make.register(event)
    known(event)
    time_machine.move_to(NOW + MINUTES)
    later(event)
    time_machine.move_to(NOW + 4 * MINUTES)
    later(event)
    told = [changes.tell_due(now=NOW + minutes * MINUTES) for minutes in (6, 10, 11)]
    assert told == [0, 1, 0]


def test_what_was_changed_and_changed_back_is_no_news(time_machine):
    event = make.event()
    make.register(event)
    known(event)
    time_machine.move_to(NOW + MINUTES)
    later(event)
    later(event, -dt.timedelta(hours=1))
    assert changes.untold(event=Event.objects.get(pk=event.pk), now=timezone.now()) is None
    assert changes.tell_due(now=NOW + 10 * MINUTES) == 0


def test_the_organiser_sees_what_will_be_told_and_may_keep_it(time_machine):
    event = make.event()
    make.register(event)
    known(event)
    time_machine.move_to(NOW + MINUTES)
    later(event)
    event = Event.objects.get(pk=event.pk)
    news = changes.untold(event=event, now=timezone.now())
    assert (len(news.changes), news.people, news.at) == (1, 1, NOW + 6 * MINUTES)
    changes.keep_to_oneself(event=event, by=make.user(), now=timezone.now())
    assert changes.untold(event=event, now=timezone.now()) is None
    assert changes.tell_due(now=NOW + 10 * MINUTES) == 0


def test_who_waits_is_told_too_and_gets_no_invite(time_machine):
    event = make.event(seats=1)
    make.register(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)
    known(event)
    delivered()
    time_machine.move_to(NOW + MINUTES)
    later(event)
    time_machine.move_to(NOW + 7 * MINUTES)
    assert changes.tell_due(now=timezone.now()) == 2
    delivered()
    [letter] = [each for each in mail.outbox if each.to == [waiting.email]]
    assert letter.attachments == []


def test_who_registers_after_the_change_knows_it_already(time_machine):
    event = make.event()
    known(event)
    time_machine.move_to(NOW + MINUTES)
    later(event)
    time_machine.move_to(NOW + 2 * MINUTES)
    make.register(Event.objects.get(pk=event.pk), now=timezone.now())
    assert changes.tell_due(now=NOW + 10 * MINUTES) == 0


def test_who_registers_after_the_change_is_told_nothing_because_other_terms_are_set_later(time_machine):
    event = make.event()
    make.register(event)
    known(event)
    time_machine.move_to(NOW + MINUTES)
    later(event)
    Event.objects.filter(pk=event.pk).update(plan_changed_at=timezone.now())
    make.register(event, now=NOW + 2 * MINUTES)

    time_machine.move_to(NOW + 4 * MINUTES)
    terms.change(event=event, values={"largest_party": 3}, by=make.user(), now=timezone.now())

    assert changes.untold(event=Event.objects.get(pk=event.pk), now=timezone.now()).at == NOW + 6 * MINUTES
    assert changes.tell_due(now=NOW + 6 * MINUTES) == 1


def test_a_cancelled_event_leaves_every_calendar(time_machine):
    event = make.event(meetings=2)
    make.register(event, make.contact(language="fi"))
    known(event)
    delivered()
    cancelling.cancel_event(event=event, notes={"cancel_note_fi": "Kouluttaja sairastui."}, by=make.user(), now=NOW)
    assert [(method, str(entry(content)["STATUS"])) for method, content in delivered()] == [("CANCEL", "CANCELLED")] * 2


def test_a_seat_that_was_given_away_leaves_one_calendar_and_enters_another():
    event = make.event()
    registration = make.register(event)
    delivered()
    seats.hand_over(registration=registration, to=make.contact(email="uusi@example.fi"), by=None, now=NOW)
    assert sorted(method for method, _content in delivered()) == ["CANCEL", "REQUEST"]


def test_a_letter_that_is_sent_again_repeats_the_same_number():
    event = make.event()
    registration = make.register(event)
    [(_method, first)] = delivered()
    from_desk = Invite.objects.get()
    letters.new_link(registration=registration, now=NOW)
    [(_method, again)] = delivered()
    assert int(entry(first)["SEQUENCE"]) == int(entry(again)["SEQUENCE"]) == from_desk.sequence == 0


def test_a_letter_that_repeats_what_the_calendar_knows_writes_nothing(django_assert_num_queries):
    registration = make.register(make.event())
    delivered()
    calls = invites.due(registration=registration, again=True, now=NOW)
    assert [call.method for call in calls] == ["REQUEST"]
    with django_assert_num_queries(2):  # a savepoint, and no more
        invites.told(calls=calls)


def test_a_meeting_stands_once_in_somebodys_calendar():
    make.register(make.event())
    delivered()
    invite = Invite.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Invite.objects.create(
            registration=invite.registration, meeting_key=invite.meeting_key, method="REQUEST", told={}, sent_at=NOW
        )
