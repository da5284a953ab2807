"""Registering somebody at the desk: the service, the page, and the slip."""

import datetime as dt
import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connections
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry, PersonalLink
from core.models import OutboxMessage
from registrations.enums import Channel, Status
from registrations.models import Registration, WalkIn
from registrations.services import seats, walk_ins
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def walk_in(event, who=None, **changes):
    plain = {"nonce": uuid.uuid4(), "pool_pk": None, "accept_queue": False, "is_another": False, "now": NOW}
    by = changes.pop("by", None) or make.user()
    return walk_ins.add(event=event, contact=who or nobody(), by=by, **plain | changes)


def nobody(**fields):
    """Somebody who gives a name alone."""
    return make.contact(**{"first_name": "Aino", "last_name": "Tiskinen", "email": ""} | fields)


def test_a_name_is_enough_for_a_seat(counters):
    event, helper = make.event(seats=2), make.user()

    made = walk_in(event, by=helper)

    assert (made.status, made.channel, made.name) == (Status.CONFIRMED, Channel.DESK, "Aino Tiskinen")
    assert (counters(event).taken, OutboxMessage.objects.count()) == (1, 0)
    assert AuditEntry.objects.get(action="registration.create").actor == helper


def test_whoever_gives_an_address_gets_a_message_too():
    walk_in(make.event(), nobody(email="aino@example.fi"))
    assert OutboxMessage.objects.get().recipient == "aino@example.fi"


def test_the_desk_is_open_when_registration_is_not():
    closed = make.event(registration_closes_at=NOW - dt.timedelta(days=1))
    not_yet = make.event(registration_opens_at=NOW + dt.timedelta(days=1))
    assert {walk_in(closed).status, walk_in(not_yet).status} == {Status.CONFIRMED}
    with pytest.raises(seats.NotOpen):
        walk_in(make.event(first=NOW - dt.timedelta(days=9)))


def test_the_same_form_sent_twice_makes_one_person(counters):
    event, helper, nonce = make.event(), make.user(), uuid.uuid4()

    first, second = (walk_in(event, by=helper, nonce=nonce) for _press in range(2))

    assert (first, counters(event).taken, WalkIn.objects.count()) == (second, 1, 1)


def test_a_used_form_serves_nobody_else():
    event, helper, nonce = make.event(), make.user(), uuid.uuid4()
    walk_in(event, by=helper, nonce=nonce)

    for changes in ({"by": make.user()}, {"by": helper, "who": nobody(first_name="Eino")}):
        with pytest.raises(walk_ins.StaleEntry):
            walk_in(event, nonce=nonce, **changes)
    with pytest.raises(walk_ins.StaleEntry):
        walk_in(make.event(), by=helper, nonce=nonce)
    assert Registration.objects.count() == 1


@pytest.mark.parametrize("written", [("aino", "TISKINEN"), ("Aino ", "Tiskinen")])
def test_somebody_of_the_same_name_is_asked_about_and_may_be_another(written, counters):
    event = make.event()
    there = walk_in(event, nobody(email="aino@example.fi"))
    who = nobody(first_name=written[0], last_name=written[1])

    with pytest.raises(walk_ins.SameName) as asked:
        walk_in(event, who)
    walk_in(event, who, is_another=True)

    assert (asked.value.there, counters(event).taken) == (there, 2)


def test_names_with_other_letters_are_the_same_in_capitals():
    event = make.event()
    walk_in(event, nobody(first_name="Åke", last_name="Öhman"))
    with pytest.raises(walk_ins.SameName):
        walk_in(event, nobody(first_name="ÅKE", last_name="öhman"))


def test_one_with_the_same_address_is_the_same_person():
    event, who = make.event(), make.contact()
    make.register(event, who)
    with pytest.raises(seats.AlreadyRegistered):
        walk_in(event, who, is_another=True)


def test_a_full_event_offers_the_queue(counters):
    event = make.event(seats=1)
    walk_in(event)
    with pytest.raises(seats.Full):
        walk_in(event, nobody(first_name="Eino"))
    assert walk_in(event, nobody(first_name="Eino"), accept_queue=True).status == Status.WAITING
    assert counters(event).waiting == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(settings.ON_SQLITE, reason="SQLite has one writer")
def test_two_presses_at_the_same_moment_make_one_person(counters):
    event, helper, nonce, start = make.event(), make.user(), uuid.uuid4(), Barrier(4)

    def press(_number):
        start.wait()
        try:
            return walk_in(event, by=helper, nonce=nonce).pk
        finally:
            connections.close_all()

    with ThreadPoolExecutor(4) as threads:
        made = set(threads.map(press, range(4)))

    assert (len(made), counters(event).taken) == (1, 1)


# The page


@pytest.fixture
def event(time_machine):
    event = make.event(first=NOW, seats=2)
    time_machine.move_to(NOW, tick=False)
    return event


@pytest.fixture
def desk(client, event):
    client.force_login(make.member(Role.DOOR, event))
    return reverse("registrations:walk_in", args=[event.pk])


def typed(**changes):
    return {"first_name": "Aino", "last_name": "Tiskinen", "language": "uk", "nonce": uuid.uuid4()} | changes


def test_the_slip_has_a_ticket_and_a_link_of_their_own(client, desk):
    response = client.post(desk, typed())

    made = Registration.objects.get()
    address = re.search(r"http\S+/uk/my/[\w-]{27}/", response.text)[0]
    assert (response.status_code, response.text.count("<svg")) == (200, 2)
    assert made.readable_code in response.text
    assert "no-store" in response.headers["Cache-Control"]
    assert client.get(address).status_code == 200


def test_sent_again_the_slip_is_the_same_persons(client, desk):
    data = typed()
    answers = [client.post(desk, data) for _press in range(2)]
    assert [each.context_data["registration"].pk for each in answers] == [Registration.objects.get().pk] * 2


def test_looking_at_the_form_makes_nothing(client, desk):
    assert client.get(desk).status_code == 200
    assert (PersonalLink.objects.count(), Registration.objects.count()) == (0, 0)


def test_a_name_that_is_there_already_is_asked_about_and_the_look_is_recorded(client, desk, event):
    client.post(desk, typed())
    again = typed()

    asked = client.post(desk, again)
    made = client.post(desk, again | {"another": "yes"})

    assert (asked.status_code, asked.context_data["refusal"].code, made.status_code) == (409, "same_name", 200)
    assert AuditEntry.objects.get(action="people.read").after == {"people": 1}
    assert Registration.objects.filter(event=event).count() == 2


def test_a_full_event_says_so_and_the_queue_is_one_press_away(client, desk):
    for name in ("Eino", "Leino"):
        client.post(desk, typed(first_name=name))

    told = client.post(desk, typed())
    slip = client.post(desk, typed(accept_queue="on"))

    assert (told.status_code, told.context_data["refusal"].code) == (409, "full")
    assert (slip.status_code, slip.text.count("<svg"), slip.context_data["place"]) == (200, 1, 1)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"first_name": ""}, {"first_name"}),
        ({"last_name": "<b>"}, {"last_name"}),
        ({"email": "aino"}, {"email"}),
        ({"phone": "abc"}, {"phone"}),
        ({"nonce": "1"}, {"nonce"}),
        ({"language": "xx"}, {"language"}),
    ],
)
def test_bad_input_is_shown_beside_its_field(client, desk, changes, wrong):
    response = client.post(desk, typed(**changes))
    assert (response.status_code, set(response.context_data["form"].errors)) == (422, wrong)


def test_of_several_dates_todays_is_meant(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event = make.event(first=NOW, meetings=3, each_date=True)
    client.force_login(make.member(Role.DOOR, event))
    desk = reverse("registrations:walk_in", args=[event.pk])

    client.post(desk, typed())

    assert Registration.objects.get().meeting.starts_at == NOW
    every = client.get(f"{desk}?meeting=all").context_data["form"]
    assert len(every.fields["pool"].choices) == 3


def test_seats_of_another_event_cannot_be_chosen(client, desk, event):
    seats.add_pool(event=event, parent_pk=event.pools.get().pk, plan=seats.PoolPlan(names={"fi": "A"}, capacity=1),
                   by=make.user(), now=NOW)  # fmt: skip
    seats.add_pool(event=event, parent_pk=event.pools.get(parent=None).pk,
                   plan=seats.PoolPlan(names={"fi": "B"}, capacity=1), by=make.user(), now=NOW)  # fmt: skip
    foreign = make.event().pools.get()

    assert client.post(desk, typed(pool=foreign.pk)).status_code == 422
    assert client.post(desk, typed(pool=event.pools.get(name_fi="B").pk)).status_code == 200


def test_who_may_register_at_the_desk(client, event):
    url = reverse("registrations:walk_in", args=[event.pk])
    assert client.get(url).status_code == 302
    for role, status in [(Role.DOOR, 200), (Role.TEACHER, 200), (Role.ORGANISER, 200), (Role.READER, 404),
                         (Role.REFERRER, 404), (Role.EXHIBITOR, 404)]:  # fmt: skip
        client.force_login(make.member(role, event))
        assert client.get(url).status_code == status
        client.force_login(make.member(role, make.event()))
        assert client.post(url, typed()).status_code == 404
