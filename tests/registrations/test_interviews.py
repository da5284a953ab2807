"""Applicants book times for interviews; of two who want the same one, one gets it."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import icalendar
import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django.test import Client

from core.models import OutboxMessage
from registrations.enums import Stage
from registrations.models import InterviewSlot, InterviewSlotQuerySet
from registrations.services import interview_calendar, selection
from registrations.services.selection.interviews import BookedSlot
from tests import factories as make
from tests.factories import NOW
from tests.registrations import selecting

pytestmark = pytest.mark.django_db

DAY = "2026-12-01"


@pytest.fixture(autouse=True)
def _noon(time_machine):
    time_machine.move_to(NOW, tick=False)


def invited(event, number):
    found = selecting.several(event, number)
    selecting.decide(event, Stage.INVITED, *found)
    return [selecting.again(each) for each in found]


def times(event, number=2, **how):
    plan = selection.SlotPlan(
        starts_at=make.at(f"{DAY} 09:00"),
        ends_at=make.at(f"{DAY} 09:00") + number * dt.timedelta(minutes=30),
        minutes=30,
        **{"place": "Kirjasto"} | how,
    )
    selection.add_slots(event=event, plan=plan, by=make.user(), now=NOW)
    return list(InterviewSlot.objects.filter(event=event).order_by("starts_at", "pk"))


def test_times_made_twice_are_there_once():
    event = selecting.event()

    assert len(times(event, 4)) == 4
    assert len(times(event, 6)) == 6


def test_an_applicant_books_changes_and_leaves_a_time():
    event = selecting.event()
    [mine], (one, two) = invited(event, 1), times(event)

    selection.book(application=mine, slot_pk=one.pk, now=NOW)
    selection.book(application=mine, slot_pk=two.pk, now=NOW)
    assert list(InterviewSlot.objects.filter(application=mine)) == [two]
    selection.unbook(application=mine, now=NOW)

    assert not InterviewSlot.objects.exclude(application=None).exists()
    assert selecting.letters_to(mine) == ["received", "invited", "interview", "interview", "interview_cancelled"]


def test_a_time_is_one_persons():
    event = selecting.event()
    (mine, theirs), (one, _two) = invited(event, 2), times(event)
    selection.book(application=mine, slot_pk=one.pk, now=NOW)

    with pytest.raises(selection.SlotTaken):
        selection.book(application=theirs, slot_pk=one.pk, now=NOW)


def test_who_is_not_invited_books_nothing():
    event = selecting.event()
    application, (one, _two) = selecting.apply(event), times(event)

    with pytest.raises(selection.NotInvited):
        selection.book(application=application, slot_pk=one.pk, now=NOW)


def test_what_has_begun_is_neither_booked_nor_left():
    event = selecting.event()
    [mine], (one, two) = invited(event, 1), times(event)
    selection.book(application=mine, slot_pk=one.pk, now=NOW)
    late = one.starts_at

    with pytest.raises(selection.SlotOver):
        selection.book(application=mine, slot_pk=two.pk, now=late)
    with pytest.raises(selection.SlotOver):
        selection.unbook(application=mine, now=late)


def test_another_events_time_is_not_there():
    [mine] = invited(selecting.event(), 1)
    [one, _two] = times(selecting.event())

    with pytest.raises(selection.SlotTaken):
        selection.book(application=mine, slot_pk=one.pk, now=NOW)


def test_whoever_withdraws_leaves_the_time_to_others():
    event = selecting.event()
    [mine], (one, _two) = invited(event, 1), times(event)
    selection.book(application=mine, slot_pk=one.pk, now=NOW)

    selecting.decide(event, Stage.WITHDRAWN, mine, reason="Soitti")

    assert InterviewSlot.objects.free().count() == 2


def test_a_booked_time_is_not_removed():
    event = selecting.event()
    [mine], (one, two) = invited(event, 1), times(event)
    selection.book(application=mine, slot_pk=one.pk, now=NOW)
    one.refresh_from_db()

    with pytest.raises(BookedSlot):
        selection.remove_slot(slot=one, by=make.user(), now=NOW)
    selection.remove_slot(slot=two, by=make.user(), now=NOW)
    assert list(InterviewSlot.objects.all()) == [one]


@pytest.mark.parametrize("wrong", [{"place": "", "link": ""}, {"ends_at": NOW}])
def test_a_time_makes_sense_in_the_database(wrong):
    plain = {"starts_at": NOW, "ends_at": NOW + dt.timedelta(hours=1), "place": "Kirjasto"}
    with pytest.raises(IntegrityError), transaction.atomic():
        InterviewSlot.objects.create(event=selecting.event(), **plain | wrong)


def test_an_applicant_has_one_time_in_the_database():
    event = selecting.event()
    [mine], (one, two) = invited(event, 1), times(event)
    InterviewSlot.objects.filter(pk=one.pk).update(application=mine)

    with pytest.raises(IntegrityError), transaction.atomic():
        InterviewSlot.objects.filter(pk=two.pk).update(application=mine)


def test_the_calendar_file_is_the_same_event_when_it_is_booked_and_cancelled():
    event = selecting.event()
    [mine], (one, _two) = invited(event, 1), times(event)
    booked = selection.book(application=mine, slot_pk=one.pk, now=NOW)

    [first] = icalendar.Calendar.from_ical(
        interview_calendar.book(slot=booked, guest="a", language="fi", sequence=7, cancelled=False, now=NOW)
    ).walk("VEVENT")
    [last] = icalendar.Calendar.from_ical(
        interview_calendar.book(slot=booked, guest="a", language="fi", sequence=9, cancelled=True, now=NOW)
    ).walk("VEVENT")

    assert first["UID"] == last["UID"]
    assert (first["STATUS"], last["STATUS"]) == ("CONFIRMED", "CANCELLED")
    assert first["SEQUENCE"] < last["SEQUENCE"]
    assert first.decoded("DTSTART") == one.starts_at


def test_the_letter_brings_the_calendar_file(mailoutbox):
    event = selecting.event()
    [mine], (one, _two) = invited(event, 1), times(event)
    selecting.deliver()
    selection.book(application=mine, slot_pk=one.pk, now=NOW)

    selecting.deliver()

    assert [name for name, _content, _type in mailoutbox[-1].attachments] == ["interview.ics"]
    assert OutboxMessage.objects.latest("pk").state == "sent"


# The applicant's page


def test_the_page_shows_free_times_and_books_one(client):
    event = selecting.event()
    [mine], (one, _two) = invited(event, 1), times(event)
    address = f"/my/{selecting.link(mine)}/interview/"

    assert client.get(address).text.count('name="slot"') == 2
    assert client.post(address, {"slot": one.pk}).status_code == 302
    assert client.get(address).text.count('name="slot"') == 1
    assert client.post(address, {"leave": "1"}).status_code == 302
    assert InterviewSlot.objects.free().count() == 2


def test_who_comes_too_late_is_told_and_sees_what_is_free(client):
    event = selecting.event()
    (mine, theirs), (one, two) = invited(event, 2), times(event)
    selection.book(application=theirs, slot_pk=one.pk, now=NOW)

    answer = client.post(f"/my/{selecting.link(mine)}/interview/", {"slot": one.pk})

    assert answer.status_code == 409
    assert (f'value="{one.pk}"' in answer.text, f'value="{two.pk}"' in answer.text) == (False, True)


@pytest.mark.parametrize("sent", [{}, {"slot": "x"}, {"slot": "9" * 40}, {"slot": "²"}])
def test_nonsense_is_no_time(client, sent):
    event = selecting.event()
    [mine] = invited(event, 1)

    assert client.post(f"/my/{selecting.link(mine)}/interview/", sent).status_code == 409


def test_there_is_no_such_page_for_who_is_not_invited(client):
    application = selecting.apply(selecting.event())

    assert client.get(f"/my/{selecting.link(application)}/interview/").status_code == 404


# The organiser's page


FORM = {"day": DAY, "begins": "09:00", "ends": "12:00", "minutes": "30", "pause": "0", "place": "Kirjasto"}


def test_the_organiser_makes_times_in_one_go():
    event = selecting.event()
    client = Client()
    client.force_login(make.organiser(event))
    address = f"/desk/events/{event.pk}/selection/interviews/"

    client.post(address, FORM | {"break_begins": "10:00", "break_ends": "10:30"})

    assert InterviewSlot.objects.count() == 5
    client.post(address, {"remove": InterviewSlot.objects.first().pk})
    assert InterviewSlot.objects.count() == 4


@pytest.mark.parametrize(
    "wrong", [{"ends": "09:00"}, {"place": ""}, {"break_begins": "10:00"}, {"minutes": "0"}, {"minutes": "400"}]
)
def test_wrong_times_are_told_and_nothing_typed_is_lost(wrong):
    event = selecting.event()
    client = Client()
    client.force_login(make.organiser(event))

    answer = client.post(f"/desk/events/{event.pk}/selection/interviews/", FORM | {"interviewers": "Anna"} | wrong)

    assert answer.status_code == 422
    assert 'value="Anna"' in answer.text
    assert InterviewSlot.objects.count() == 0


# In a crowd


def rush(applications, slot):
    """All press for the same time at once. Return who got it and who was told that it is gone."""
    together = Barrier(len(applications))

    def press(application):
        together.wait()
        try:
            selection.book(application=application, slot_pk=slot.pk, now=NOW)
        except Exception as error:  # noqa: BLE001 - the answer is what is asked
            return type(error).__name__
        finally:
            connections.close_all()
        return "booked"

    with ThreadPoolExecutor(len(applications)) as threads:
        return sorted(threads.map(press, applications))


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_for_one_time_one_gets_it():
    event = selecting.event()
    applications, (one, _two) = invited(event, 6), times(event)

    assert rush(applications, one) == ["SlotTaken"] * 5 + ["booked"]
    one.refresh_from_db()
    assert one.application_id in {each.pk for each in applications}


@pytest.mark.django_db(transaction=True)
def test_two_who_swap_their_times_never_wait_for_each_other():
    event = selecting.event()
    (mine, theirs), slots = invited(event, 2), times(event, 3)
    selection.book(application=mine, slot_pk=slots[0].pk, now=NOW)
    selection.book(application=theirs, slot_pk=slots[1].pk, now=NOW)

    def go(who):
        for slot in slots * 10:
            with suppress(selection.SlotTaken):
                selection.book(application=who, slot_pk=slot.pk, now=NOW)
        connections.close_all()

    with ThreadPoolExecutor(2) as threads:
        list(threads.map(go, (mine, theirs)))

    assert InterviewSlot.objects.exclude(application=None).count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_lock_several_believe_that_they_have_the_time(monkeypatch):
    event = selecting.event()
    applications, (one, _two) = invited(event, 6), times(event)
    monkeypatch.setattr(InterviewSlotQuerySet, "locked", lambda self: self.all())

    assert rush(applications, one).count("booked") > 1
