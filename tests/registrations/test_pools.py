"""Seats divided among people: shared, nested, reserved until a day; divided and resized while people register."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from events import shelf
from events.enums import Door
from events.models import Event, SeatPool
from events.rules import door_of, door_of_pool
from events.services import copying
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import cancelling, seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def divide(event, name, capacity, parent=None, **fields):
    """A part of the event's seats for some people."""
    parent = parent or event.pools.get(parent=None)
    plan = seats.PoolPlan(names={"fi": name}, capacity=capacity, **fields)
    return seats.add_pool(event=event, parent_pk=parent.pk, plan=plan, by=make.user(), now=NOW)


def fifty():
    """Fifty seats: at most 40 for jobseekers, 10 reserved for employers until tomorrow."""
    event = make.event(seats=4)
    jobs = divide(event, "Työnhakijat", 3, reserved=True)
    firms = divide(event, "Työnantajat", 2, reserved=True, reserved_until=NOW + DAY)
    return event, jobs, firms


def read(event):
    return shelf.by_pk(event.pk)


def test_one_chooses_for_whom_the_seats_are(counters):
    event, _jobs, firms = fifty()
    with pytest.raises(seats.GroupNeeded):
        make.held(event)

    mine = make.register(event, pool=firms)

    assert mine.pool == firms
    assert [(pool.name, pool.taken) for pool in read(event).leaves] == [("Työnhakijat", 0), ("Työnantajat", 1)]
    counters(event)


def test_a_pool_of_a_stranger_is_no_way_in():
    event, _jobs, _firms = fifty()
    stranger = make.event().pools.get()
    with pytest.raises(seats.NotOpen):
        make.held(event, pool=stranger)


def test_all_together_have_no_more_than_the_whole(counters):
    event, jobs, firms = fifty()
    for pool in (jobs, jobs, firms, firms):
        make.register(event, pool=pool)

    with pytest.raises(seats.Full):
        make.held(event, pool=jobs)

    assert (counters(event).taken, door_of(read(event), NOW)) == (4, Door.QUEUE)


def test_reserved_seats_are_for_everybody_from_their_day_on(counters):
    event, jobs, firms = fifty()
    for _i in range(3):
        make.register(event, pool=jobs)
    with pytest.raises(seats.Full):
        make.held(event, pool=jobs)

    late = make.register(event, pool=jobs, now=NOW + DAY)

    assert (late.pool, late.wanted) == (firms, jobs)
    assert counters(event).taken == 4


def test_who_waits_is_offered_a_seat_that_opens_to_all_by_itself(counters):
    event, jobs, firms = fifty()
    for _i in range(3):
        make.register(event, pool=jobs)
    waiting = make.register(event, pool=jobs, kind=HoldKind.QUEUE)

    seats.sweep(now=NOW + DAY - dt.timedelta(minutes=1))
    assert Registration.objects.get(pk=waiting.pk).status == Status.WAITING
    seats.sweep(now=NOW + DAY)

    waiting.refresh_from_db()
    assert (waiting.status, waiting.pool, waiting.wanted) == (Status.OFFERED, firms, jobs)
    counters(event)


def test_seats_can_be_divided_twice():
    event = make.event(seats=10)
    jobs = divide(event, "Työnhakijat", 8)
    young = divide(event, "Alle 30-vuotiaat", 3, parent=jobs)
    with pytest.raises(seats.TooDeep):
        divide(event, "Alle 20-vuotiaat", 1, parent=young)
    assert [pool.name for pool in read(event).leaves] == ["Alle 30-vuotiaat"]
    make.register(event, pool=young)
    assert [pool.taken for pool in read(event).seat_pools[0].tree_pools] == [1, 1, 1]


def test_what_is_taken_stays_when_seats_are_divided(counters):
    event = make.event(seats=2)
    seated, form = make.register(event), make.held(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)

    jobs = divide(event, "Työnhakijat", 1)

    everyone = next(pool for pool in read(event).leaves if pool.pk != jobs.pk)
    rows = Registration.objects.filter(pk__in=[seated.pk, waiting.pk]).values_list("pool", flat=True)
    assert (everyone.name, set(rows), Hold.objects.get(pk=form.pk).pool_id) == ("Kaikille", {everyone.pk}, everyone.pk)
    seats.register(hold=form, contact=make.contact(), answers=None, support_needs="", now=NOW)
    assert (counters(event).taken, counters(event).waiting) == (2, 1)


def test_an_unused_division_is_removed_and_a_used_one_stays():
    event, jobs, firms = fifty()
    make.register(event, pool=firms)
    seats.remove_pool(event=event, pool_pk=jobs.pk, by=make.user(), now=NOW)
    with pytest.raises(seats.PoolInUse):
        seats.remove_pool(event=event, pool_pk=firms.pk, by=make.user(), now=NOW)
    with pytest.raises(seats.NotOpen):
        seats.remove_pool(event=event, pool_pk=event.pools.get(parent=None).pk, by=make.user(), now=NOW)
    assert [pool.pk for pool in read(event).leaves] == [firms.pk]


def test_no_pool_is_cut_below_what_is_taken_in_it_or_in_its_parts():
    event, _jobs, firms = fifty()
    make.register(event, pool=firms)
    make.held(event, pool=firms)
    for pool in (firms, event.pools.get(parent=None)):
        with pytest.raises(seats.BelowTaken):
            seats.change_capacity(event=event, pool_pk=pool.pk, capacity=1, by=make.user(), now=NOW)


def test_a_larger_part_serves_those_who_wait_for_it(counters):
    event, _jobs, firms = fifty()
    for _i in range(2):
        make.register(event, pool=firms)
    waiting = make.register(event, pool=firms, kind=HoldKind.QUEUE)

    plan = seats.PoolPlan(names={"fi": "Yritykset", "sv": "Företag"}, capacity=3, reserved=True)
    seats.change_pool(event=event, pool_pk=firms.pk, plan=plan, by=make.user(), now=NOW)

    assert Registration.objects.get(pk=waiting.pk).status == Status.OFFERED
    assert (SeatPool.objects.get(pk=firms.pk).name_sv, counters(event).offered) == ("Företag", 1)


def test_a_cancelled_event_leaves_no_counter_standing(counters):
    event, jobs, firms = fifty()
    for pool in (jobs, firms, firms):
        make.register(event, pool=pool)
    make.held(event, pool=jobs)
    make.register(event, pool=firms, kind=HoldKind.QUEUE)
    cancelling.cancel_event(event=event, notes={"cancel_note_fi": "Sairaus"}, by=make.organiser(event), now=NOW)
    counters(event)
    assert [pool.taken + pool.held + pool.waiting + pool.offered for pool in event.pools.all()] == [0, 0, 0]


def test_a_copy_has_the_same_division_and_terms():
    event, _jobs, _firms = fifty()
    made = copying.copy(event=event, first_day=dt.date(2027, 1, 11), by=make.organiser(event), now=NOW)
    names = [(pool.name, pool.capacity, pool.reserved) for pool in Event.objects.get(pk=made.pk).leaves]
    assert names == [("Työnhakijat", 3, True), ("Työnantajat", 2, True)]


def test_each_date_has_a_tree_of_its_own(counters):
    event = make.event(seats=2, each_date=True, meetings=2)
    first, second = read(event).seat_pools
    jobs = divide(event, "Työnhakijat", 1, parent=first)
    mine = make.register(event, pool=jobs)

    seats.change_date(registration=mine, pool_pk=second.pk, by=None, now=NOW)

    mine.refresh_from_db()
    assert (mine.pool.pk, mine.meeting_id) == (second.pk, second.meeting_id)
    counters(event)


def test_the_database_refuses_a_second_root_and_a_branch_without_root():
    event, jobs, _firms = fifty()
    with pytest.raises(IntegrityError), transaction.atomic():
        SeatPool.objects.create(event=event, capacity=1)
    with pytest.raises(IntegrityError, match="seat_pool_branch_has_its_root"), transaction.atomic():
        SeatPool.objects.filter(pk=jobs.pk).update(root=None)
    with pytest.raises(IntegrityError, match="seat_pool_never_oversold"), transaction.atomic():
        SeatPool.objects.filter(pk=jobs.pk).update(taken=2, offered=2)


def test_the_catalogue_finds_what_has_room_in_one_of_its_parts():
    event, jobs, firms = fifty()
    rooms = Event.objects.with_room_at(NOW)
    assert rooms.filter(pk=event.pk).exists()
    for pool in (jobs, jobs, jobs):
        make.register(event, pool=pool)
    assert rooms.filter(pk=event.pk).exists()  # for employers
    make.register(event, pool=firms)
    assert not rooms.filter(pk=event.pk).exists()


# Pages


def test_the_event_page_lets_one_choose(client):
    event, jobs, firms = fifty()
    page = client.get(f"/events/{event.slug}/").text
    assert (f'value="seat-{jobs.pk}"' in page, f'value="seat-{firms.pk}"' in page) == (True, True)
    assert client.post(f"/events/{event.slug}/seat/", {"kind": "seat"}).status_code == 409
    taken = client.post(f"/events/{event.slug}/seat/", {"take": f"seat-{firms.pk}"})
    assert (taken.status_code, Hold.objects.get().pool) == (302, firms)


def test_doors_of_parts_are_told_live(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event, jobs, _firms = fifty()
    for _i in range(3):
        make.register(event, pool=jobs)
    page = client.get(f"/seats/?events={event.pk}-{jobs.pk}").text
    assert f'data-seats="{event.pk}-{jobs.pk}" data-door="queue"' in page
    assert door_of_pool(read(event), read(event).pool_of(jobs.pk), NOW) == Door.QUEUE


def test_the_organiser_divides_seats_and_sets_terms_on_one_page(client):
    event = make.event(seats=50)
    root = event.pools.get()
    client.force_login(make.organiser(event))
    url = f"/desk/events/{event.pk}/seat-plan/"
    new = f"new{root.pk}"
    wrong = client.post(f"{url}{root.pk}/divide/", {f"{new}-name_fi": "Työnhakijat", f"{new}-capacity": "0"})
    assert (wrong.status_code, "Työnhakijat" in wrong.text) == (422, True)
    client.post(f"{url}{root.pk}/divide/", {f"{new}-name_fi": "Työnhakijat", f"{new}-capacity": "40"})
    jobs = event.pools.get(root=root)
    assert (jobs.name_fi, jobs.capacity, jobs.reserved) == ("Työnhakijat", 40, False)

    client.post(f"{url}{jobs.pk}/", {f"pool{jobs.pk}-name_fi": "Hakijat", f"pool{jobs.pk}-capacity": "30"})
    jobs.refresh_from_db()
    assert (jobs.name_fi, jobs.capacity) == ("Hakijat", 30)

    terms = {"offer_hours": "", "keep_together_hours": "0", "largest_party": "1", "may_hand_over": "on"}
    client.post(f"{url}terms/", terms)
    mine = Event.objects.get(pk=event.pk).terms
    assert (mine.offer_hours, mine.largest_party, mine.may_hand_over) == (None, 1, True)
    assert 'id="party-size"' not in client.get(f"/events/{event.slug}/").text

    client.post(f"{url}{jobs.pk}/remove/")
    assert event.pools.count() == 1


def test_strangers_cannot_divide_seats(client):
    event, jobs, _firms = fifty()
    client.force_login(make.organiser(make.event()))
    assert client.get(f"/desk/events/{event.pk}/seat-plan/").status_code == 404
    assert client.post(f"/desk/events/{event.pk}/seat-plan/{jobs.pk}/remove/").status_code == 404
