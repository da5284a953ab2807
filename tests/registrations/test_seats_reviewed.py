"""What a review found about seats, mended: nobody passes the queue, and nothing tells who is registered."""

import datetime as dt

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.urls import reverse

from core.models import OutboxMessage
from core.sheets_in import read_table
from events.models import Event, PickUp, Ride
from events.services import copying, publishing
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import cancelling, letters, people_import, rides, seats
from registrations.services.seats import expiry
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

MINUTE, DAY = dt.timedelta(minutes=1), dt.timedelta(days=1)
LATE = NOW + dt.timedelta(minutes=settings.HOLD_MINUTES)


def divide(event, name, capacity, parent=None, **fields):
    parent = parent or event.pools.get(parent=None)
    plan = seats.PoolPlan(names={"fi": name}, capacity=capacity, **fields)
    return seats.add_pool(event=event, parent_pk=parent.pk, plan=plan, by=make.user(), now=NOW)


def send(hold, now, who=None, **more):
    return seats.register(hold=hold, contact=who or make.contact(), answers=None, support_needs="", now=now, **more)


def group(event, contact, others, *, kind=HoldKind.QUEUE, comes=True):
    people = [*([contact] if comes else []), *others]
    seats.hold(event=event, kind=kind, seats=len(people), now=NOW)
    claimants = [seats.Claimant(contact=each) for each in people]
    return seats.register_party(
        hold=Hold.objects.latest("pk"), contact=contact, claimants=claimants, company=None, now=NOW
    )


# Nobody passes the queue


def test_a_seat_whose_form_ran_out_is_theirs_who_wait_before_anybody_presses():
    event = make.event(seats=1)
    make.held(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)
    with pytest.raises(seats.Full):
        make.held(event, now=LATE)
    form = make.held(event, kind=HoldKind.QUEUE, now=NOW + MINUTE)

    late = send(form, LATE)

    assert (Registration.objects.get(pk=waiting.pk).status, late.status) == (Status.OFFERED, Status.WAITING)


def test_a_seat_whose_offer_lapsed_goes_to_the_next_in_line_not_to_a_newcomer():
    event = make.event(seats=1)
    seated = make.register(event)
    first = make.register(event, kind=HoldKind.QUEUE)
    make.register(event, kind=HoldKind.QUEUE, now=NOW + MINUTE)
    seats.cancel(registration=seated, by=None, now=NOW + MINUTE)
    first.refresh_from_db()
    with pytest.raises(seats.Full):
        make.held(event, now=first.offer.expires_at)


def test_seats_that_open_to_all_go_to_those_who_wait_first():
    event = make.event(seats=2)
    jobs = divide(event, "a", 1, reserved=True)
    divide(event, "b", 1, reserved=True, reserved_until=NOW + DAY)
    make.register(event, pool=jobs)
    make.register(event, pool=jobs, kind=HoldKind.QUEUE)
    with pytest.raises(seats.Full):
        make.held(event, pool=jobs, now=NOW + DAY)


def test_nobody_changes_to_a_date_past_those_who_wait_for_it():
    event = make.event(seats=1, each_date=True, meetings=2)
    one, two = event.pools.order_by("pk")
    mine = make.register(event, pool=one)
    make.held(event, pool=two)
    make.register(event, pool=two, kind=HoldKind.QUEUE)
    with pytest.raises(seats.DateFull):
        seats.change_date(registration=mine, pool_pk=two.pk, by=None, now=LATE)


# Divided seats


def test_a_form_for_seats_that_are_divided_meanwhile_is_still_good():
    event = make.event(seats=5)
    first = divide(event, "a", 1)
    divide(event, "b", 4)
    make.register(event, pool=first)
    form = make.held(event, pool=first)
    assert form.wanted_id == first.pk
    divide(event, "a1", 1, parent=first)
    assert send(form, NOW).status == Status.CONFIRMED


def test_a_reservation_holds_for_everything_within_it():
    event = make.event(seats=4)
    jobs = divide(event, "jobs", 3, reserved=True)
    other = divide(event, "other", 1)
    for pool in (jobs, other):
        make.register(event, pool=pool)
    divide(event, "young", 1, parent=jobs, reserved=True)
    with pytest.raises(seats.Full):
        make.held(event, pool=other)


def test_a_copys_reservation_ends_as_long_before_its_start():
    event = make.event(seats=4)
    divide(event, "jobs", 3, reserved=True, reserved_until=NOW + DAY)
    made = copying.copy(event=event, first_day=(NOW + 100 * DAY).date(), by=make.user(), now=NOW)
    assert made.pools.exclude(parent=None).get().reserved_until > NOW + 50 * DAY


# Nothing tells who is registered


def test_whether_a_friend_is_registered_does_not_decide_how_a_group_is_answered():
    states = []
    for known in (True, False):
        event, friend, me = make.event(seats=2), make.contact(), make.contact()
        make.register(event, friend if known else make.contact())
        states.append(group(event, me, [friend]).members.get(email=me.email).status)
    assert states == [Status.WAITING, Status.WAITING]


def test_a_group_of_whom_all_are_registered_gets_the_same_mail_and_the_same_page(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    mails, pages = [], []
    for known in (True, False):
        event = make.event(seats=2, title="T", slug=f"t{known}".lower())
        friends = [make.contact(first_name=name) for name in ("Liisa", "Pekka")]
        for who in friends if known else (make.contact(), make.contact()):
            make.register(event, who)
        party = group(event, make.contact(first_name="Outi"), friends, comes=False)
        letter = OutboxMessage.objects.filter(recipient=party.email).latest("pk")
        mails.append(letter.payload["text"].split("http")[0])
        page = client.get(letters.party_url(party=party, now=NOW).removeprefix("https://miitti.example")).text
        pages.append(page[page.index("<h1>") : page.index("<h2>")].replace(event.slug, ""))
    assert mails[0] == mails[1]
    assert pages[0].split("key-facts")[0] == pages[1].split("key-facts")[0]
    assert [("1. jonossa" in page) for page in pages] == [True, True]


def test_the_thank_you_page_and_the_order_of_names_tell_nothing(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event = make.event(seats=5)
    people = [make.contact(first_name=name) for name in ("Outi", "Liisa", "Pekka")]
    make.register(event, people[1])
    token = seats.hold(event=event, kind=HoldKind.SEAT, seats=3, now=NOW)
    claimants = [seats.Claimant(contact=each) for each in people]
    party = seats.register_party(
        hold=Hold.objects.latest("pk"), contact=people[0], claimants=claimants, company=None, now=NOW
    )
    assert "ryhmäsi sivulla" in client.get(reverse("registrations:form", args=[token])).text
    page = client.get(letters.party_url(party=party, now=NOW).removeprefix("https://miitti.example")).text
    assert [part.split(" ")[0] for part in page.split("<h3>")[1:]] == ["Outi", "Liisa", "Pekka"]


def test_one_person_has_one_seat_whether_or_not_the_form_asked_for_the_date_of_birth():
    event = make.counting_event(seats=5)
    who = make.contact(birth_date=dt.date(1990, 5, 17))
    make.register(event, who)
    bare = make.contact(first_name=who.first_name, last_name=who.last_name, email=who.email)
    with pytest.raises(seats.AlreadyRegistered):
        seats.enrol(
            event=event, contact=bare, answers=None, support_needs="", accept_queue=False, by=make.user(), now=NOW
        )
    twin = make.contact(
        first_name=who.first_name, last_name=who.last_name, email=who.email, birth_date=dt.date(1960, 5, 17)
    )
    assert make.register(event, twin).status == Status.CONFIRMED


def test_one_who_is_registered_is_written_to_once_an_hour():
    event, who = make.event(seats=50), make.contact()
    for _i in range(5):
        make.register(event, who)
    make.register(event, who, now=NOW + dt.timedelta(hours=1))
    sent = [message.payload["keys"]["letter"] for message in OutboxMessage.objects.filter(recipient=who.email)]
    assert sorted(sent) == ["confirmed", "known_already", "known_already"]


def test_a_group_joins_again_without_the_one_who_has_registered_alone_meanwhile():
    event, friend, me = make.event(seats=2), make.contact(), make.contact()
    seated = [make.register(event) for _i in range(2)]
    party = group(event, me, [friend])
    for each in seated:
        seats.cancel(registration=each, by=None, now=NOW)
    late = seats.of_party(party).expires_at
    seats.sweep(now=late)
    make.register(event, friend, now=late)

    seats.rejoin(registration=party.members.get(email=me.email), now=late)

    states = dict(party.members.values_list("email", "status"))
    assert states == {me.email: Status.CONFIRMED, friend.email: Status.LAPSED}


def test_a_table_brought_twice_registers_those_without_an_address_once():
    event = make.event(seats=5)
    by = make.organiser(event)
    for _twice in range(2):
        table = read_table(ContentFile(b"Etunimi;Sukunimi;Puhelin\nAino;Alku;0501234567\nEino;Keski;0501234568"))
        brought = people_import.keep(event=event, table=table, accept_queue=True, tell=False, by=by, now=NOW)
        people_import.begin(brought=brought, by=by, now=NOW)
        people_import.do_due(now=NOW)
    assert Registration.objects.active().count() == 2


# What is over is over


def test_a_form_for_a_date_that_was_called_off_is_refused():
    event = make.event(seats=1, each_date=True, meetings=2)
    pool = event.pools.order_by("pk").first()
    make.register(event, pool=pool)
    form = make.held(event, pool=pool, kind=HoldKind.QUEUE)
    cancelling.cancel_date(event=event, pool_pk=pool.pk, note="x", by=make.user(), now=NOW)
    with pytest.raises(seats.NotOpen):
        send(form, NOW + MINUTE)


def test_an_event_with_an_open_offer_is_not_unpublished_and_one_that_is_over_gives_no_seat():
    event = make.event(seats=1)
    seated, waiting = make.register(event), make.register(event, kind=HoldKind.QUEUE)
    seats.cancel(registration=seated, by=None, now=NOW)
    with pytest.raises(publishing.HasPeople):
        publishing.unpublish(event=event, by=make.user(), now=NOW)
    waiting.refresh_from_db()
    event.meetings.update(starts_at=NOW + MINUTE, ends_at=NOW + 2 * MINUTE)
    Event.objects.filter(pk=event.pk).update(sequence=7)
    with pytest.raises(seats.NotOpen):
        seats.accept(offer=waiting.offer, now=NOW + 3 * MINUTE)


def test_who_joins_again_gets_no_place_on_a_ride_that_is_full():
    event = make.event(seats=1)
    ride = Ride.objects.create(event=event, name="bus", seats=1)
    stop = PickUp.objects.create(ride=ride, place="x", leaves=dt.time(8))
    seated = make.register(event)
    first = send(make.held(event, kind=HoldKind.QUEUE), NOW, pick_up=stop.pk)
    seats.cancel(registration=seated, by=None, now=NOW)
    first.refresh_from_db()
    late = first.offer.expires_at
    seats.sweep(now=late)
    send(make.held(event, now=late), late, pick_up=stop.pk)
    seats.change_capacity(event=event, capacity=2, by=make.user(), now=late)

    seats.rejoin(registration=first, now=late)

    first.refresh_from_db()
    assert (first.status, first.pick_up, rides.aboard(ride)) == (Status.CONFIRMED, None, 1)


# Forms and sweeping


def test_a_renewed_form_has_its_whole_life_again():
    event = make.event(seats=5)
    form, later = make.held(event), NOW + dt.timedelta(hours=3)
    seats.sweep(now=later)
    seats.renew(hold=form, kind=HoldKind.SEAT, now=later)
    form.refresh_from_db()
    seats.save_draft(hold=form, step="contact", values={"a": "b"}, now=later + 15 * MINUTE)
    assert Hold.objects.get(pk=form.pk).expires_at == later + 15 * MINUTE + (LATE - NOW)


def test_another_tab_does_not_shorten_the_time_to_press_a_link():
    form = make.held(make.event(seats=3))
    other_tab = Hold.objects.get(pk=form.pk)
    seats.ask_to_confirm(hold=form, contact=make.contact(), now=NOW + MINUTE)
    seats.stay(hold=other_tab, now=NOW + MINUTE)
    assert Hold.objects.get(pk=form.pk).expires_at == NOW + MINUTE + dt.timedelta(minutes=settings.CONFIRM_MINUTES)


def test_one_tree_that_cannot_be_tended_does_not_keep_the_others_from_it(monkeypatch):
    broken, fine = make.event(), make.event()
    for event in (broken, fine):
        make.held(event)
    tidy = expiry.tidy

    def stumble(tree, now):
        if tree.event.pk == broken.pk:
            raise RuntimeError
        tidy(tree, now)

    monkeypatch.setattr(expiry, "tidy", stumble)
    seats.sweep(now=LATE)
    assert fine.pools.get().held == 0


def test_a_network_has_so_many_seats_of_unfinished_forms_not_so_many_forms(client_of, time_machine):
    time_machine.move_to(NOW, tick=False)
    event = make.event(seats=200)
    for _i in range(8):
        client_of("192.0.2.1").post(f"/events/{event.slug}/seat/", {"kind": "seat", "seats": "5"})
    assert event.pools.get().held == settings.HOLDS_PER_ADDRESS


@pytest.fixture
def client_of(client):
    return lambda address: type(client)(REMOTE_ADDR=address)


def test_one_who_has_changed_the_date_meanwhile_is_asked_to_look_again():
    event = make.event(seats=3, each_date=True, meetings=2)
    one, two = event.pools.order_by("pk")
    stale = make.register(event, pool=one)
    seats.change_date(registration=Registration.objects.get(pk=stale.pk), pool_pk=two.pk, by=None, now=NOW)
    with pytest.raises(seats.ChangedState):
        seats.cancel(registration=stale, by=None, now=NOW)
    with pytest.raises(seats.ChangedState):
        seats.hand_over(registration=stale, to=make.contact(), by=None, now=NOW)
