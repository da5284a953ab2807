"""Hosts and exhibitors: from the form to the printed programme."""

import datetime as dt
import re

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.enums import Role
from core.models import OutboxMessage
from events.enums import Kind, StandState
from events.models import Stand
from registrations.services import stands
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def event():
    make.privacy_notices()
    return make.event(kind=Kind.POPUP, seats=None, takes_stands=True, stands_serve_food=True)


def typed(**changes):
    plain = {
        "name": "Mummon kahvila", "offering": "Pullaa ja kahvia", "street": "Keskustie 4", "municipality": "081",
        "coordinates": "61.5789, 26.0169", "opens": "10:00", "closes": "14:00", "website": "", "business_id": "",
        "hygiene_pass": "on", "contact_name": "Maija Mallikas", "contact_email": "maija@example.fi", "contact_phone": "040 123 4567",
    }  # fmt: skip
    return {name: value for name, value in (plain | changes).items() if value is not None}


def applied(client, event, **changes):
    response = client.post(reverse("registrations:stand", args=[event.slug]), typed(**changes))
    assert response.status_code == 302, response.context["form"].errors
    return Stand.objects.latest("pk")


def link():
    text = OutboxMessage.objects.filter(recipient="maija@example.fi").latest("pk").payload["text"]
    return re.search(r"/my-stand/[\w-]+/", text)[0]


def decide(stand, *, approve=True, number=""):
    stands.decide(stand=stand, approve=approve, number=number, by=make.user(), now=NOW)
    stand.refresh_from_db()
    return stand


def test_a_host_signs_up_and_gets_a_link(client, event):
    stand = applied(client, event)
    assert (stand.state, stand.latitude, stand.longitude, stand.opens) == (
        StandState.APPLIED,
        61.5789,
        26.0169,
        dt.time(10),
    )
    assert (stand.contact_phone, stand.hygiene_pass, stand.language) == ("+358401234567", True, "fi")
    assert client.get(link()).status_code == 200


def test_nothing_is_public_before_it_is_approved_and_the_contact_never_is(client, event):
    stand = applied(client, event)
    assert "Mummon kahvila" not in client.get(event.get_absolute_url()).text
    decide(stand, number="7")
    page = client.get(event.get_absolute_url()).text
    assert (
        "Mummon kahvila" in page,
        "Pullaa ja kahvia" in page,
        "Maija Mallikas" in page,
        "maija@example.fi" in page,
    ) == (True, True, False, False)
    assert "Mummon kahvila" in client.get(reverse("registrations:stands", args=[event.slug])).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"hygiene_pass": None}, "hygiene_pass"),
        ({"closes": "09:00"}, "closes"),
        ({"coordinates": "kirkon vieressä"}, "coordinates"),
        ({"coordinates": "0, 0"}, "coordinates"),
        ({"business_id": "1234567-0"}, "business_id"),
        ({"contact_email": "maija"}, "contact_email"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"contact_name": "http://x.example"}, "contact_name"),
    ],
)
def test_a_wrong_form_comes_back_as_typed(client, event, changes, field):
    response = client.post(reverse("registrations:stand", args=[event.slug]), typed(**changes))
    assert (response.status_code, list(response.context["form"].errors)) == (422, [field])
    assert not Stand.objects.exists()


def test_a_machine_is_thanked_and_forgotten(client, event):
    response = client.post(reverse("registrations:stand", args=[event.slug]), typed(homepage="https://spam.example"))
    assert (response.status_code, Stand.objects.exists()) == (302, False)


def test_one_network_sends_ten_forms_an_hour(client, event):
    for _i in range(10):
        applied(client, event)
    assert client.post(reverse("registrations:stand", args=[event.slug]), typed()).status_code == 422


@pytest.mark.parametrize(
    "fields", [{"takes_stands": False}, {"stands_close_at": NOW}, {"status": "draft", "published_at": None}]
)
def test_where_none_are_taken_there_is_no_form(client, event, fields):
    type(event).objects.filter(pk=event.pk).update(**fields, sequence=1)
    assert client.get(reverse("registrations:stand", args=[event.slug])).status_code == 404


def test_a_host_changes_and_withdraws_by_the_link(client, event):
    stand = decide(applied(client, event))
    path = link()
    client.post(path, typed(offering="Letut"))
    stand.refresh_from_db()
    assert (stand.offering, stand.state) == ("Letut", StandState.APPROVED)

    client.post(path + "withdraw/")
    stand.refresh_from_db()
    assert stand.state == StandState.WITHDRAWN
    assert "Letut" not in client.get(event.get_absolute_url()).text
    with pytest.raises(stands.StandIsOver):
        stands.withdraw(stand=stand, now=NOW)
    assert client.get("/my-stand/" + "x" * 27 + "/").status_code == 404


def test_an_organiser_approves_numbers_and_declines(client, event):
    first, second = applied(client, event), applied(client, event, name="Lettula")
    client.force_login(make.organiser(event))
    assert "Maija Mallikas" in client.get(reverse("registrations:stand_desk", args=[event.pk])).text
    path = reverse("registrations:decide_stand", args=[event.pk, first.pk])
    client.post(path, {"do": "approve", "number": "1"})
    client.post(reverse("registrations:decide_stand", args=[event.pk, second.pk]), {"do": "approve", "number": "1"})
    assert list(Stand.objects.order_by("pk").values_list("state", "number")) == [("approved", "1"), ("applied", "")]
    client.post(reverse("registrations:decide_stand", args=[event.pk, second.pk]), {"do": "decline"})
    kinds = [each.payload["keys"]["letter"] for each in OutboxMessage.objects.order_by("pk")]
    assert kinds == ["stand_received", "stand_received", "stand_approved", "stand_declined"]


def test_another_number_is_given_silently(client, event):
    stand = decide(applied(client, event), number="1")
    decide(stand, number="2")
    assert (stand.number, OutboxMessage.objects.count()) == ("2", 2)


def test_numbers_stand_in_their_order(client, event):
    for number in ("10", "2", "", "1"):
        decide(applied(client, event, name=f"Stand {number}"), number=number)
    assert [each.number for each in event.shown_stands] == ["1", "2", "10", ""]


def test_only_those_who_may_plan_see_the_contacts(client, event):
    path = reverse("registrations:stand_desk", args=[event.pk])
    assert client.get(path).headers["Location"].startswith("/account/login/")
    for somebody in (make.member(Role.OWNER, make.organisation()), make.member(Role.DOOR, event.organisation)):
        client.force_login(somebody)
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "fields",
    [{"state": "else"}, {"opens": dt.time(12), "closes": dt.time(11)}, {"latitude": 0.0}, {"latitude": 10.0, "longitude": 10.0},
     {"business_id": "x"}, {"state": StandState.APPROVED}, {"decided_at": NOW}],
)  # fmt: skip
def test_the_database_keeps_a_stand_in_order(client, event, fields):
    stand = applied(client, event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stand.objects.filter(pk=stand.pk).update(**fields)


def test_the_database_gives_a_number_once(client, event):
    for _i in range(2):
        applied(client, event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stand.objects.update(state=StandState.APPROVED, decided_at=NOW, number="1")
