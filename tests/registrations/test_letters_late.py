"""Letters whose turn comes late: the mail server was down, and meanwhile the world went on."""

import datetime as dt

import icalendar
import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from core.services import mail as post_office
from core.services import outbox
from events.models import Event, Meeting
from registrations.enums import HoldKind, Stage
from registrations.models import Hold, Registration
from registrations.services import changes, seats, selection
from tests import factories as make
from tests.factories import NOW
from tests.registrations import selecting
from tests.registrations.test_interviews import invited, times
from tests.registrations.test_invites import MINUTES, delivered, known, later

pytestmark = pytest.mark.django_db

HOURS = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


class Down(EmailBackend):
    def open(self):
        raise ConnectionRefusedError


@pytest.fixture
def server_is_down(monkeypatch):
    """Try to deliver while no mail server answers."""

    def attempt():
        post_office.hang_up()
        with monkeypatch.context() as patch:
            patch.setattr("core.services.mail.get_connection", Down)
            outbox.deliver_due(clock=timezone.now)

    return attempt


def subjects():
    return [each.subject for each in mail.outbox]


def test_a_cancellation_reaches_the_calendar_also_when_the_first_attempt_failed(time_machine, server_is_down):
    registration = make.register(make.event())
    delivered()
    seats.cancel(registration=Registration.objects.get(pk=registration.pk), by=None, now=NOW)
    server_is_down()
    time_machine.move_to(NOW + 2 * HOURS)
    assert [method for method, _content in delivered()] == ["CANCEL"]


def test_a_change_reaches_the_calendar_also_when_the_first_attempt_failed(time_machine, server_is_down):
    event = make.event()
    make.register(event)
    known(event)
    delivered()
    time_machine.move_to(NOW + MINUTES)
    later(event)
    time_machine.move_to(NOW + 7 * MINUTES)
    changes.tell_due(now=timezone.now())
    server_is_down()
    time_machine.move_to(NOW + 2 * HOURS)
    [(method, content)] = delivered()
    [entry] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert (method, int(entry["SEQUENCE"])) == ("REQUEST", 1)


def test_a_date_that_comes_before_twenty_others_takes_none_of_them_away(time_machine):
    event = make.event(meetings=20)
    make.register(event)
    known(event)
    assert len(delivered()) == 20
    time_machine.move_to(NOW + MINUTES)
    first = event.meetings.order_by("starts_at")[0]
    starts_at = first.starts_at + 5 * HOURS
    Meeting.objects.create(event=event, starts_at=starts_at, ends_at=starts_at + HOURS, venue=first.venue)
    Event.objects.filter(pk=event.pk).update(sequence=1, changed_at=timezone.now())
    time_machine.move_to(NOW + 7 * MINUTES)
    assert changes.tell_due(now=timezone.now()) == 1
    assert [method for method, _content in delivered()] == ["REQUEST"]


def test_who_is_chosen_and_has_let_it_lapse_meanwhile_is_not_told_that_they_are_chosen(time_machine):
    event = selecting.event(seats=1)
    application = selecting.apply(event)
    delivered()
    selecting.decide(event, Stage.OFFERED, application)
    time_machine.move_to(NOW + dt.timedelta(days=8))
    seats.sweep(now=timezone.now())
    delivered()
    assert subjects() == [f"Vastausaika on päättynyt: {event.title}"]


def test_who_takes_a_seat_and_withdraws_at_once_is_told_of_the_withdrawal_alone():
    event = selecting.event(seats=1)
    application = selecting.apply(event)
    selecting.decide(event, Stage.OFFERED, application)
    delivered()
    seats.accept(offer=selecting.again(application).registration.offer, now=NOW)
    seats.cancel(registration=selecting.again(application).registration, by=None, now=NOW)
    delivered()
    assert subjects() == [f"Hakemuksesi on peruttu: {event.title}"]


def test_who_had_a_seat_and_withdraws_has_the_course_taken_out_of_the_calendar():
    event = selecting.event(seats=1)
    application = selecting.apply(event)
    selecting.decide(event, Stage.OFFERED, application)
    seats.accept(offer=selecting.again(application).registration.offer, now=NOW)
    delivered()
    seats.cancel(registration=selecting.again(application).registration, by=None, now=NOW)
    assert [method for method, _content in delivered()] == ["CANCEL"]


def test_another_time_of_interview_takes_the_place_of_the_first_in_the_calendar():
    event = selecting.event()
    [mine], (one, two) = invited(event, 1), times(event)
    delivered()
    selection.book(application=mine, slot_pk=one.pk, now=NOW)
    [(_method, first)] = delivered()
    selection.book(application=selecting.again(mine), slot_pk=two.pk, now=NOW)
    [(_method, second)] = delivered()
    before, after = (icalendar.Calendar.from_ical(each).walk("VEVENT")[0] for each in (first, second))
    assert (before["UID"], after.decoded("DTSTART")) == (after["UID"], two.starts_at)
    assert before["SEQUENCE"] < after["SEQUENCE"]


def test_who_is_not_chosen_has_the_interview_taken_out_of_the_calendar():
    event = selecting.event()
    [mine], (one, _two) = invited(event, 1), times(event)
    selection.book(application=mine, slot_pk=one.pk, now=NOW)
    delivered()
    selecting.decide(event, Stage.REJECTED, mine)
    assert [method for method, _content in delivered()] == ["CANCEL"]


def test_a_time_that_was_left_again_is_not_announced():
    event = selecting.event()
    [mine], (one, two) = invited(event, 1), times(event)
    delivered()
    selection.book(application=mine, slot_pk=one.pk, now=NOW)
    selection.book(application=selecting.again(mine), slot_pk=two.pk, now=NOW)
    [(_method, content)] = delivered()
    [entry] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert entry.decoded("DTSTART") == two.starts_at


def test_who_is_interrupted_and_whose_seat_is_freed_is_told_and_has_an_empty_calendar():
    event = selecting.event(seats=1)
    application = selecting.apply(event)
    selecting.decide(event, Stage.OFFERED, application)
    seats.accept(offer=selecting.again(application).registration.offer, now=NOW)
    delivered()
    selecting.decide(event, Stage.STARTED, application)
    selecting.decide(event, Stage.INTERRUPTED, application, reason="Muutti", frees=True)
    assert [method for method, _content in delivered()] == ["CANCEL"]
    assert subjects() == [f"Ilmoittautumisesi on peruttu: {event.title}"]


def test_who_applies_a_second_time_is_told_again_that_the_application_is_there_and_of_no_seat():
    event = selecting.event()
    who = make.contact()
    selecting.apply(event, who)
    delivered()
    make.held(event, HoldKind.APPLY)
    hold = Hold.objects.latest("pk")
    assert seats.register(hold=hold, contact=who, answers=None, support_needs="", now=NOW) is None
    delivered()
    assert subjects() == [f"Hakemuksesi on saapunut: {event.title}"]
