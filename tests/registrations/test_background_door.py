"""The tablet at the door: one person's form, and nothing else, until staff have the device back."""

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.utils import translation

from accounts.enums import Role
from accounts.models import PersonalLink
from esf.models import NoticeDraft, StartNotice
from esf.services import drafts
from registrations.services import backgrounds, tickets
from tests import factories as make
from tests.registrations.test_background import EDUCATION, HOME, SEND, WORK, YOU
from virtualfair.http import still_open

pytestmark = pytest.mark.django_db
NOW = dt.datetime.now(dt.UTC)
"""The database's own clock judges whether a link is open."""
PASSWORD = "pitkä-ja-hyvä-salasana"


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)
    make.municipality()
    translation.activate("en")


@pytest.fixture
def event():
    return make.counting_event(first=NOW)


@pytest.fixture
def registration(event):
    return make.register(event, make.contact(language="uk"))


@pytest.fixture
def staff(client, event):
    made = make.member(Role.DOOR, event)
    made.set_password(PASSWORD)
    made.save()
    client.force_login(made)
    return made


def hand(client, registration):
    return client.post(f"/en/desk/events/{registration.event_id}/door/{registration.pk}/background/")


@pytest.fixture
def url(client, staff, registration):
    return hand(client, registration).headers["Location"]


def test_the_door_offers_the_form_of_whoever_has_none(client, staff, event, registration):
    door, scan = f"/en/desk/events/{event.pk}/door/", {"scanned": tickets.text(registration), "source": "camera"}
    assert client.post(door, scan | {"nonce": uuid.uuid4()}).context["form_missing"]
    backgrounds.fill(registration=registration, answers=make.answers(), channel="DOOR", now=NOW)
    assert not client.post(door, scan | {"nonce": uuid.uuid4()}).context["form_missing"]
    assert hand(client, registration).status_code == 404


def test_the_language_comes_first_and_then_the_form_without_any_way_out(client, url):
    page = client.get(url)
    assert [f'href="{prefix}{url.removeprefix("/en")}?screen=you"' in page.text for prefix in ("", "/sv", "/en", "/uk")] == [True] * 4  # fmt: skip
    screen = client.get(f"{url}?screen=you")
    assert "<nav" not in screen.text
    assert "/desk/" not in screen.text


def test_the_person_fills_it_in_and_gives_the_device_back(client, registration, url):
    for each in (YOU, HOME, WORK, EDUCATION):
        client.post(f"{url}?screen={each['step']}", each)
    assert client.post(f"{url}?screen=summary", SEND).headers["Location"] == "/en/door-form/done/"
    notice = StartNotice.objects.get()
    assert (notice.source, notice.channel, notice.entered_by) == (registration.key, "DOOR", "SELF")
    assert "Please give the device back." in client.get("/en/door-form/done/").text
    assert (client.get(url).status_code, NoticeDraft.objects.count()) == (404, 0)


def test_the_device_opens_nothing_else(client, event, registration, url):
    for path in (f"/en/desk/events/{event.pk}/door/", "/en/desk/", "/en/desk/people/", "/en/account/email/", "/en/"):
        assert client.get(path).headers["Location"] == "/en/door-form/lent/"
    assert client.post(f"/en/desk/events/{event.pk}/door/{registration.pk}/background/").headers["Location"] == "/en/door-form/lent/"  # fmt: skip
    assert client.get(url).status_code == 200


def test_a_live_room_that_was_open_on_the_device_ends(client, staff, registration):
    before = client.session.session_key
    assert still_open([before], NOW) == {before}
    hand(client, registration)
    assert still_open([before], NOW) == frozenset()


def test_staff_go_on_when_they_have_shown_who_they_are(client, event, url, time_machine):
    time_machine.move_to(NOW + dt.timedelta(minutes=5), tick=False)
    wrong = client.post("/en/account/reauthenticate/?next=/en/desk/", {"password": "väärä"})
    assert (wrong.status_code, client.get("/en/desk/").status_code) == (200, 302)
    answer = client.post("/en/account/reauthenticate/?next=/en/desk/", {"password": PASSWORD})
    assert answer.headers["Location"] == "/en/desk/"
    assert client.get(f"/en/desk/events/{event.pk}/door/").status_code == 200
    assert client.get("/en/door-form/lent/").headers["Location"] == "/en/desk/"


def test_signing_out_ends_the_loan(client, url):
    client.post("/en/account/logout/")
    assert client.get("/en/").status_code == 200
    assert client.get("/en/desk/").headers["Location"].startswith("/en/account/login/")


def test_it_is_open_for_half_an_hour(url):
    link = PersonalLink.objects.get(purpose="form at the door")
    assert link.expires_at == NOW + dt.timedelta(minutes=30)
    PersonalLink.objects.filter(pk=link.pk).update(expires_at=NOW - dt.timedelta(seconds=1))
    assert Client().get(url).status_code == 404


def test_opened_anew_it_closes_the_earlier(staff, registration, url):
    other = Client()
    other.force_login(staff)
    again = hand(other, registration).headers["Location"]
    assert (Client().get(url).status_code, other.get(again).status_code) == (404, 200)


def test_what_was_typed_at_home_is_not_shown_at_the_door(client, staff, registration):
    drafts.save(source=registration.key, screen="you", typed={"birth_date": "17.5.1990", "gender": "F"}, now=NOW)
    url = hand(client, registration).headers["Location"]
    assert "17.5.1990" not in client.get(f"{url}?screen=you").text


def test_the_link_opens_no_other_page_of_the_person(client, url):
    token = url.strip("/").split("/")[-1]
    assert Client().get(f"/en/my/{token}/").status_code == 404


def test_a_form_given_meanwhile_is_not_written_over(client, registration, url):
    for each in (YOU, HOME, WORK, EDUCATION):
        client.post(f"{url}?screen={each['step']}", each)
    backgrounds.fill(registration=registration, answers=make.answers(gender="X"), channel="LINK", now=NOW)
    answer = client.post(f"{url}?screen=summary", SEND)
    assert (answer.status_code, answer.context["refusal"].code) == (409, "given_already")
    assert StartNotice.objects.get().gender == "X"


def test_only_those_at_the_door_hand_it_over_and_only_to_who_has_a_seat(client, event, registration):
    assert hand(client, registration).headers["Location"].startswith("/en/account/login/")
    client.force_login(make.member(Role.READER, event))
    assert hand(client, registration).status_code == 404
    client.force_login(make.member(Role.DOOR, event))
    assert client.get(f"/en/desk/events/{event.pk}/door/{registration.pk}/background/").status_code == 405
    elsewhere = make.register(make.counting_event())
    assert client.post(f"/en/desk/events/{event.pk}/door/{elsewhere.pk}/background/").status_code == 404
