"""Freed seats are offered to those who wait, in their order, and kept for them until they answer or time runs out."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connections

from core.models import OutboxMessage
from events.models import Event, SeatPoolQuerySet, Terms
from registrations.enums import HoldKind, Outcome, Status
from registrations.models import Offer, QueueMove, Registration
from registrations.rules import offer_ends
from registrations.services import letters, seats
from registrations.services.seats import holds
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)
MINUTE = dt.timedelta(minutes=1)


def full(capacity=1, waiting=2, **fields):
    """An event without a free seat: those who have one, and those who wait, in the order in which they came."""
    event = make.event(seats=capacity, **fields)
    seated = [make.register(event) for _i in range(capacity)]
    queue = [make.register(event, kind=HoldKind.QUEUE, now=NOW + number * MINUTE) for number in range(waiting)]
    return event, seated, queue


def states(*registrations):
    return [Registration.objects.get(pk=each.pk).status for each in registrations]


def mail_to(registration):
    keys = OutboxMessage.objects.filter(recipient=registration.email).order_by("pk")
    return [message.payload["keys"]["letter"] for message in keys]


def offer_of(registration):
    return Registration.objects.get(pk=registration.pk).offer


def free_one(seated, now=NOW):
    seats.cancel(registration=seated[0], by=None, now=now)


# Offers


def test_a_freed_seat_is_offered_to_the_first_in_line_for_a_day(counters):
    event, seated, (first, second) = full()

    free_one(seated)

    assert states(first, second) == [Status.OFFERED, Status.WAITING]
    assert offer_of(first).expires_at == NOW + DAY
    assert mail_to(first) == ["waiting", "offered"]
    assert (counters(event).offered, counters(event).free) == (1, 0)


def test_who_takes_the_offer_has_a_seat_and_a_ticket(counters):
    event, seated, (first, _second) = full()
    free_one(seated)

    seats.accept(offer=offer_of(first), now=NOW + MINUTE)

    assert states(first) == [Status.CONFIRMED]
    assert mail_to(first)[-1] == "promoted"
    assert Offer.objects.get().outcome == Outcome.ACCEPTED
    assert (counters(event).taken, counters(event).offered) == (1, 0)
    with pytest.raises(seats.NothingOffered):
        seats.accept(offer=offer_of(first), now=NOW + MINUTE)


def test_who_declines_leaves_the_list_and_the_next_is_offered_the_seat(counters):
    event, seated, (first, second) = full()
    free_one(seated)

    seats.decline(offer=offer_of(first), now=NOW + MINUTE)

    assert states(first, second) == [Status.CANCELLED, Status.OFFERED]
    assert (counters(event).offered, counters(event).waiting) == (1, 0)


def test_who_does_not_answer_in_time_is_told_and_the_next_is_offered_the_seat(counters):
    event, seated, (first, second) = full()
    free_one(seated)

    assert seats.sweep(now=NOW + DAY - MINUTE) == 0
    assert seats.sweep(now=NOW + DAY) == 1

    assert states(first, second) == [Status.LAPSED, Status.OFFERED]
    assert (mail_to(first)[-1], Offer.objects.earliest("pk").outcome) == ("lapsed", Outcome.LAPSED)
    assert counters(event).offered == 1


def test_in_the_second_in_which_it_ends_an_offer_is_over():
    _event, seated, (first, second) = full()
    free_one(seated)

    with pytest.raises(seats.OfferOver):
        seats.accept(offer=offer_of(first), now=NOW + DAY)
    assert states(first, second) == [Status.OFFERED, Status.WAITING]

    seats.accept(offer=offer_of(first), now=NOW + DAY - dt.timedelta(microseconds=1))
    assert states(first) == [Status.CONFIRMED]


def test_who_let_an_offer_run_out_joins_the_queues_end_again_with_the_form_that_was_kept(counters):
    event, seated, (first, second) = full()
    free_one(seated)
    seats.sweep(now=NOW + DAY)

    seats.rejoin(registration=first, now=NOW + DAY + MINUTE)

    assert states(first, second) == [Status.WAITING, Status.OFFERED]
    assert (counters(event).waiting, mail_to(first)[-1]) == (1, "waiting")
    with pytest.raises(seats.NothingLapsed):
        seats.rejoin(registration=first, now=NOW + DAY + MINUTE)


def test_who_joins_again_while_a_seat_is_free_has_it_at_once(counters):
    event, seated, (first,) = full(waiting=1)
    free_one(seated)
    seats.sweep(now=NOW + DAY)

    seats.rejoin(registration=first, now=NOW + DAY)

    assert (states(first), counters(event).taken) == ([Status.CONFIRMED], 1)


def test_who_registered_anew_meanwhile_does_not_join_twice():
    event, seated, (first,) = full(waiting=1)
    free_one(seated)
    seats.sweep(now=NOW + DAY)
    who = make.contact(first_name=first.first_name, last_name=first.last_name, email=first.email)
    make.register(event, who, now=NOW + DAY)

    with pytest.raises(seats.ThereAlready):
        seats.rejoin(registration=first, now=NOW + DAY)


def test_an_offered_seat_is_not_for_newcomers():
    event, seated, _queue = full()
    free_one(seated)
    with pytest.raises(seats.Full):
        make.held(event)


def test_cancelling_an_offered_seat_ends_the_offer(counters):
    event, seated, (first, second) = full()
    free_one(seated)

    seats.cancel(registration=first, by=None, now=NOW)

    assert states(first, second) == [Status.CANCELLED, Status.OFFERED]
    assert Offer.objects.earliest("pk").outcome == Outcome.DECLINED
    counters(event)


def test_where_the_event_says_so_a_freed_seat_is_given_at_once(counters):
    event, seated, (first, _second) = full(offers=False)
    free_one(seated)
    assert (states(first), mail_to(first)[-1], counters(event).taken) == ([Status.CONFIRMED], "promoted", 1)


# Until when


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def weekdays_but(*days):
    return lambda day: day.weekday() < 5 and day.isoformat() not in days


@pytest.mark.parametrize(
    ("now", "starts", "ends_at"),
    [
        ("2026-11-23T12:00", "2026-12-24T12:00", "2026-11-24T12:00"),
        ("2026-11-23T12:00", "2026-11-24T12:00", "2026-11-24T00:00"),
        ("2026-11-23T12:00", "2026-11-23T13:00", "2026-11-23T12:30"),
        ("2026-11-23T12:00", "2026-11-23T12:10", "2026-11-23T12:15"),
        ("2026-11-23T12:00", "2026-11-23T11:00", "2026-11-23T15:00"),
        ("2026-03-28T12:00", "2026-04-28T12:00", "2026-03-29T12:00"),
        ("2026-10-24T12:00", "2026-12-24T12:00", "2026-10-25T12:00"),
    ],
    ids=[
        "usual",
        "half of what is left",
        "an hour before",
        "never too short",
        "begun",
        "spring clocks",
        "autumn clocks",
    ],
)
def test_an_offer_stands_for_its_hours_and_shorter_near_the_start(now, starts, ends_at):
    start = at(starts)
    assert offer_ends(now=at(now), hours=24, starts_at=start, ends_at=start + dt.timedelta(hours=4)) == at(ends_at)


@pytest.mark.parametrize(
    ("now", "hours", "ends_at"),
    [
        ("2026-11-23T12:00", 24, "2026-11-24T12:00"),  # Monday 14.00 to Tuesday 14.00 in Finland
        ("2026-11-27T10:00", 24, "2026-11-30T10:00"),  # Friday noon: the weekend does not count
        ("2026-11-28T10:00", 24, "2026-12-01T06:00"),  # Saturday: Monday counts whole, and no offer ends at night
        ("2026-11-23T18:00", 24, "2026-11-25T06:00"),  # 20.00: not in the evening either
        ("2026-12-04T10:00", 24, "2026-12-08T10:00"),  # Monday 7 December is off here
        ("2026-03-27T10:00", 24, "2026-03-30T09:00"),  # the clocks go forward on Sunday: 12.00 is 09.00 UTC
    ],
)
def test_weekends_and_holidays_do_not_count_where_the_event_says_so(now, hours, ends_at):
    working = weekdays_but("2026-12-07")
    far = at("2027-12-01T00:00")
    assert offer_ends(now=at(now), hours=hours, starts_at=far, ends_at=far, working=working) == at(ends_at)


def test_the_finnish_calendar_says_which_days_are_off():
    event, seated, (first, _second) = full(first=NOW + 60 * DAY)
    Terms.objects.create(event=event, offer_in_working_hours=True)
    Event.objects.filter(pk=event.pk).update(sequence=1)

    free_one(seated, now=at("2026-12-23T10:00"))  # Christmas from Thursday to Saturday

    assert offer_of(first).expires_at == at("2026-12-28T10:00")


# The queue's order


def test_an_organiser_lets_somebody_go_first_and_the_reason_is_kept():
    event, seated, (first, second, third) = full(waiting=3)
    worker = make.organiser(event)

    seats.move_in_queue(registration=third, place=1, reason="Työ alkaa ensi viikolla", by=worker, now=NOW)

    places = {row.pk: row.place for row in Registration.objects.with_places().filter(event=event) if row.place}
    assert places == {third.pk: 1, first.pk: 2, second.pk: 3}
    move = QueueMove.objects.get()
    assert (move.by, move.reason, move.from_place, move.to_place) == (worker, "Työ alkaa ensi viikolla", 3, 1)
    free_one(seated)
    assert states(third) == [Status.OFFERED]


@pytest.mark.parametrize("place", [1, 2, 3, 4, 9])
@pytest.mark.parametrize("who", [0, 1, 2, 3])
def test_one_stands_where_one_was_put_also_among_those_of_the_same_instant(who, place):
    event = make.event(seats=1)
    make.register(event)
    queue = [make.register(event, kind=HoldKind.QUEUE) for _i in range(4)]
    mine = queue[who]
    others = [each.pk for each in queue if each is not mine]

    for _twice in range(2):
        seats.move_in_queue(registration=mine, place=place, reason="Syy", by=make.user(), now=NOW)

    order = list(Registration.objects.waiting().values_list("pk", flat=True))
    wanted = [*others[: place - 1], mine.pk, *others[place - 1 :]]
    assert order == wanted
    assert [row.place for row in Registration.objects.with_places().waiting()] == [1, 2, 3, 4]


def test_without_a_reason_nobody_is_moved():
    _event, _seated, (first, _second) = full()
    with pytest.raises(seats.ReasonNeeded):
        seats.move_in_queue(registration=first, place=2, reason=" ", by=make.user(), now=NOW)


# Two who press at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("unlocked", [False, pytest.param(True, marks=pytest.mark.skipif(
    settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer"))])  # fmt: skip
def test_a_seat_is_accepted_or_lapses_but_never_both(unlocked, monkeypatch, counters):
    """Without the lock of the tree the two see the same offer, and the counters tell of it."""
    if unlocked:
        monkeypatch.setattr(SeatPoolQuerySet, "locked", lambda self: self.all())
    wrong = 0
    for _round in range(60 if unlocked else 6):
        if wrong:
            break
        event, seated, (first, second) = full()
        free_one(seated)
        offer, start = offer_of(first), Barrier(2)

        def accept(offer=offer, start=start):
            start.wait()
            try:
                seats.accept(offer=offer, now=NOW + DAY - MINUTE)
            except (seats.OfferOver, seats.NothingOffered):
                pass
            finally:
                connections.close_all()

        def sweep(offer=offer, start=start):
            start.wait()
            try:
                holds._sweep_tree(offer.pool_id, NOW + DAY)
            finally:
                connections.close_all()

        with ThreadPoolExecutor(2) as hands:
            results = [hands.submit(accept), hands.submit(sweep)]
            errors = [each.exception() for each in results if each.exception()]
        pool = Event.objects.get(pk=event.pk).pools.get()
        right = (pool.taken, pool.offered, pool.waiting) in {(1, 0, 1), (0, 1, 0)} and not errors
        if right and not unlocked:
            counters(event)
            assert states(first, second) in ([Status.CONFIRMED, Status.WAITING], [Status.LAPSED, Status.OFFERED])
        wrong += not right
    assert (wrong > 0) == unlocked


# Pages


def page_of(registration):
    return letters.personal_url(registration=registration, now=NOW).removeprefix("https://miitti.example")


def test_one_answers_on_ones_own_page_and_opening_it_decides_nothing(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    _event, seated, (first, second) = full()
    free_one(seated)
    url = page_of(first)

    shown = client.get(url).text
    assert f"{url}accept/" in shown
    assert states(first) == [Status.OFFERED]
    assert client.get(f"{url}accept/").status_code == 405
    assert client.post(f"{url}accept/").status_code == 302

    assert states(first, second) == [Status.CONFIRMED, Status.WAITING]
    again = client.post(f"{url}accept/")
    assert (again.status_code, f'action="{url}accept/"' in again.text) == (409, False)


def test_one_leaves_the_seat_to_the_next_on_ones_own_page(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    _event, seated, (first, second) = full()
    free_one(seated)
    client.post(f"{page_of(first)}decline/")
    assert states(first, second) == [Status.CANCELLED, Status.OFFERED]


def test_who_was_too_late_is_told_and_joins_again_with_one_press(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    _event, seated, (first, _second) = full()
    free_one(seated)
    url = page_of(first)
    time_machine.move_to(NOW + DAY, tick=False)
    assert client.post(f"{url}accept/").status_code == 409
    seats.sweep(now=NOW + DAY)

    assert f"{url}rejoin/" in client.get(url).text
    client.post(f"{url}rejoin/")

    assert states(first) == [Status.WAITING]


def test_the_organiser_sees_why_each_stands_where_they_stand_and_moves_one(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event, _seated, (first, second) = full()
    client.force_login(make.organiser(event))
    url = f"/desk/events/{event.pk}/queue/"

    assert [name in client.get(url).text for name in (first.name, second.name)] == [True, True]
    nothing = client.post(f"{url}{second.pk}/", {f"move{second.pk}-place": 1, f"move{second.pk}-reason": ""})
    assert nothing.status_code == 422
    client.post(f"{url}{second.pk}/", {f"move{second.pk}-place": 1, f"move{second.pk}-reason": "Sovittu puhelimessa"})

    assert "Sovittu puhelimessa" in client.get(url).text
    assert list(Registration.objects.waiting()) == [second, first]


def test_an_organiser_of_another_event_cannot_move_them(client):
    event, _seated, (first, _second) = full()
    other = make.event()
    client.force_login(make.organiser(other))
    assert client.get(f"/desk/events/{event.pk}/queue/").status_code == 404
    data = {f"move{first.pk}-place": 2, f"move{first.pk}-reason": "x"}
    assert client.post(f"/desk/events/{other.pk}/queue/{first.pk}/", data).status_code == 404
