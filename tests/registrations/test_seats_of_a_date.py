"""Where each date of an event has seats of its own, people register for one date at a time."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
import vobject
from django.conf import settings
from django.db import DatabaseError, IntegrityError, connections, transaction

from core.models import OutboxMessage
from events import shelf
from events.enums import Door
from events.models import Event
from events.rules import door_of, door_of_pool
from events.services import rides
from events.services.calendar import calendar
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import attendance, cancelling, letters, seats
from registrations.services.seats import moving, tree
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def evenings(number=2, **fields):
    """An event with pools in the order of its dates."""
    event = make.event(each_date=True, meetings=number, **fields)
    return event, Event.objects.get(pk=event.pk).seat_pools


def test_a_seat_on_one_date_takes_none_on_another():
    event, (first, second) = evenings(seats=1)

    registration = make.register(event, pool=first)

    first.refresh_from_db()
    second.refresh_from_db()
    assert (registration.meeting, first.taken, second.taken) == (first.meeting, 1, 0)
    with pytest.raises(seats.Full):
        make.held(event, pool=first)
    assert make.register(event, pool=second).status == Status.CONFIRMED


def test_the_same_person_may_come_on_two_dates_but_once_on_each():
    event, (first, second) = evenings()
    who = make.contact()

    for pool in (first, second, first):
        make.register(event, who, pool=pool)

    assert list(Registration.objects.order_by("pk").values_list("meeting", flat=True)) == [
        first.meeting_id,
        second.meeting_id,
    ]


def test_the_database_itself_lets_nobody_have_two_seats_on_a_date():
    event, (first, _second) = evenings()
    registration = make.register(event, pool=first)
    registration.pk, registration.code = None, "BCDFGHJK"
    with pytest.raises(IntegrityError), transaction.atomic():
        registration.save(force_insert=True)


def test_who_chooses_no_date_is_asked_to():
    event, _pools = evenings()
    with pytest.raises(seats.DateNeeded):
        make.held(event)


def test_another_events_date_is_no_door_in():
    event, other = make.event(), evenings()[1][0]
    with pytest.raises(seats.NotOpen):
        make.held(event, pool=other)


def test_a_cancelled_seat_goes_to_that_dates_queue():
    event, (first, second) = evenings(seats=1, offers=False)
    mine = make.register(event, pool=first)
    there = make.register(event, pool=second)
    behind = make.register(event, pool=first, kind=HoldKind.QUEUE)
    elsewhere = make.register(event, pool=second, kind=HoldKind.QUEUE)

    seats.cancel(registration=mine, by=None, now=NOW)

    states = dict(Registration.objects.values_list("pk", "status"))
    assert states == {
        mine.pk: Status.CANCELLED,
        there.pk: Status.CONFIRMED,
        behind.pk: Status.CONFIRMED,
        elsewhere.pk: Status.WAITING,
    }


def test_a_date_that_is_over_closes_while_later_ones_stay_open():
    event, (first, second) = evenings(seats=3)
    after_the_first = first.meeting.ends_at + dt.timedelta(minutes=1)
    read = shelf.by_pk(event.pk)

    assert [door_of_pool(read, pool, after_the_first) for pool in read.seat_pools] == [Door.OVER, Door.OPEN]
    assert door_of(read, after_the_first) == Door.OPEN
    assert read.seats_at(after_the_first) == (3, 0, 0, 0, 0, 3)
    with pytest.raises(seats.NotOpen):
        make.held(event, pool=first, now=after_the_first)
    assert make.held(event, pool=second, now=after_the_first).pool == second


def test_an_event_is_open_while_one_of_its_dates_is():
    event, (first, second) = evenings(seats=1)
    make.register(event, pool=first)
    assert door_of(shelf.by_pk(event.pk), NOW) == Door.OPEN
    make.register(event, pool=second)
    assert door_of(shelf.by_pk(event.pk), NOW) == Door.QUEUE
    assert not Event.objects.with_room_at(NOW).exists()


def test_a_ticket_for_one_date_does_not_open_another():
    event, (first, second) = evenings()
    registration = make.register(event, pool=first)

    with pytest.raises(attendance.OtherDate) as refusal:
        make.check_in(registration, second.meeting)

    assert str(refusal.value) == "Lippu on toiseen kertaan: 30.11.2026."
    assert make.check_in(registration, first.meeting).registration == registration


def test_calendar_file_and_own_page_tell_of_that_date_alone(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event, (_first, second) = evenings()
    make.register(event, pool=second)
    page = letters.personal_url(registration=Registration.objects.get(), now=NOW).removeprefix("https://miitti.example")

    book = vobject.readOne(client.get(f"{page}calendar.ics").content.decode())

    assert [entry.dtstart.value for entry in book.vevent_list] == [second.meeting.starts_at]
    assert "7.12." in client.get(page).text
    assert "30.11." not in client.get(page).text


def test_a_visitor_chooses_a_date_on_the_events_page(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event, (first, second) = evenings(seats=1)
    make.register(event, pool=first)
    page = client.get(event.get_absolute_url()).text
    assert f'name="take" value="queue-{first.pk}"' in page
    assert f'name="take" value="seat-{second.pk}"' in page

    client.post(f"{event.get_absolute_url()}seat/", {"pool": second.pk, "kind": "seat"})

    assert Hold.objects.latest("pk").pool == second


def test_open_pages_hear_of_each_dates_seats(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event, (first, second) = evenings(seats=1)
    make.register(event, pool=first)

    told = client.get(f"/seats/?events={event.pk}-{first.pk}").text

    assert f'data-seats="{event.pk}" data-door="open"' in told
    assert f'data-seats="{event.pk}-{first.pk}" data-door="queue"' in told
    assert f'data-seats="{event.pk}-{second.pk}" data-door="open"' in told


def test_rides_are_for_events_whose_dates_share_their_seats():
    event, _pools = evenings()
    with pytest.raises(rides.OwnSeatsOfDates):
        rides.save(event=event, ride=None, names={"name_fi": "Bussi"}, seats=8, stops=[], by=make.user(), now=NOW)


# From one date to another


def change(registration, pool, now=NOW):
    seats.change_date(registration=registration, pool_pk=pool.pk, by=None, now=now)


def test_one_changes_the_date_and_the_old_seat_goes_to_that_dates_queue():
    event, (first, second) = evenings(seats=1, offers=False)
    mine = make.register(event, pool=first)
    behind = make.register(event, pool=first, kind=HoldKind.QUEUE)

    change(mine, second)

    mine.refresh_from_db()
    behind.refresh_from_db()
    assert (mine.pool, mine.meeting, mine.status) == (second, second.meeting, Status.CONFIRMED)
    assert (behind.pool, behind.status) == (first, Status.CONFIRMED)
    assert [(pool.taken, pool.waiting) for pool in event.pools.order_by("pk")] == [(1, 0), (1, 0)]
    assert OutboxMessage.objects.filter(payload__keys__letter="moved").count() == 1


def test_one_who_waits_gets_a_seat_on_another_date():
    event, (first, second) = evenings(seats=1)
    make.register(event, pool=first)
    mine = make.register(event, pool=first, kind=HoldKind.QUEUE)
    change(mine, second)
    assert [(pool.taken, pool.waiting) for pool in event.pools.order_by("pk")] == [(1, 0), (1, 0)]


def test_nobody_goes_past_those_who_wait_nor_into_a_full_date():
    event, (first, second) = evenings(seats=1)
    mine = make.register(event, pool=first)
    make.register(event, pool=second)
    with pytest.raises(seats.DateFull):
        change(mine, second)
    mine.refresh_from_db()
    assert mine.pool == first


def test_a_date_of_another_event_ones_own_or_one_that_is_over_is_refused():
    event, (first, second) = evenings()
    mine = make.register(event, pool=first)
    with pytest.raises(seats.NotOpen):
        change(mine, evenings()[1][0])
    with pytest.raises(seats.ThereAlready):
        change(mine, first)
    with pytest.raises(seats.NotOpen):
        change(mine, second, now=second.meeting.ends_at)


def test_on_the_personal_page_one_chooses_among_the_dates_with_seats(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event, (first, second, third) = evenings(3, seats=1)
    mine = make.register(event, pool=first)
    make.register(event, pool=second)
    page = letters.personal_url(registration=mine, now=NOW).removeprefix("https://miitti.example")
    shown = client.get(f"{page}date/").text
    assert (f'value="{second.pk}"' in shown, f'value="{third.pk}"' in shown) == (False, True)

    client.post(f"{page}date/", {"pool": third.pk})
    refused = client.post(f"{page}date/", {"pool": second.pk})

    mine.refresh_from_db()
    assert (mine.pool, refused.status_code) == (third, 409)
    assert client.post(f"{page}date/", {"pool": "x"}).status_code == 404


def cross(count):
    """Pairs of people change places' dates against each other at once. Return what was answered besides success."""
    pairs = []
    for _i in range(count):
        event, (first, second) = evenings(seats=5)
        pairs.append(((make.register(event, pool=first), second), (make.register(event, pool=second), first)))

    def go(job):
        (registration, pool), start = job
        try:
            start.wait()
            change(registration, pool)
        except DatabaseError as error:
            return type(error).__name__
        finally:
            connections.close_all()

    wrong = []
    for one, other in pairs:
        start = Barrier(2)
        with ThreadPoolExecutor(2) as hands:
            wrong += [each for each in hands.map(go, [(one, start), (other, start)]) if each]
    return wrong


@pytest.mark.django_db(transaction=True)
def test_two_who_change_against_each_other_both_arrive(counters):
    assert cross(25) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_locked_in_the_order_of_their_wishes_they_would_wait_for_each_other(monkeypatch):

    @contextmanager
    def as_wished(one, other, now):
        with tree.tending(one, now) as old, tree.tending(other, now) as new:
            yield old, new

    monkeypatch.setattr(moving, "tending_two", as_wished)
    assert any("OperationalError" in cross(5) for _attempt in range(12))


# A date that is called off


def call_off(event, pool, note="Opettaja on sairas."):
    return cancelling.cancel_date(event=event, pool_pk=pool.pk, note=note, by=make.organiser(event), now=NOW)


def test_a_date_is_called_off_and_the_others_stay():
    event, (first, second) = evenings(seats=1)
    mine = make.register(event, pool=first)
    waiting = make.register(event, pool=first, kind=HoldKind.QUEUE)
    other = make.register(event, pool=second)

    assert call_off(event, first) == 2

    states = dict(Registration.objects.values_list("pk", "status"))
    assert states == {mine.pk: Status.CANCELLED, waiting.pk: Status.CANCELLED, other.pk: Status.CONFIRMED}
    letters_sent = OutboxMessage.objects.filter(payload__keys__letter="date_cancelled")
    assert {"Opettaja on sairas." in each.payload["text"] for each in letters_sent} == {True}
    read = shelf.by_pk(event.pk)
    assert [door_of_pool(read, each, NOW) for each in read.seat_pools] == [Door.CANCELLED, Door.QUEUE]
    assert read.next_meeting(NOW).pk == second.meeting_id
    with pytest.raises(seats.NotOpen):
        make.held(event, pool=first)
    with pytest.raises(cancelling.NotOn):
        call_off(event, first)


def test_calendars_hear_that_the_date_is_off():
    event, (first, _second) = evenings()
    call_off(event, first)
    book = vobject.readOne(calendar(event=shelf.by_pk(event.pk), now=NOW).decode())
    assert [entry.status.value for entry in book.vevent_list] == ["CANCELLED", "CONFIRMED"]


def test_pages_say_that_it_is_off_and_offer_the_others(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event, (first, second) = evenings()
    client.force_login(make.organiser(event))
    client.post(f"/desk/events/{event.pk}/dates/{first.pk}/cancel/", {"note": "x"})
    page = client.get(event.get_absolute_url()).text
    assert not any(f'value="{kind}-{first.pk}"' in page for kind in ("seat", "queue"))
    assert f'name="take" value="seat-{second.pk}"' in page
    assert "Peruttu" in page


def test_one_who_has_begun_a_form_still_sees_the_other_dates(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event, (first, second) = evenings()
    client.post(f"{event.get_absolute_url()}seat/", {"pool": first.pk, "kind": "seat"})
    assert f'name="take" value="seat-{second.pk}"' in client.get(event.get_absolute_url()).text
