"""The load client against a real server over HTTP, with the fixture's dataset: what it counts has happened."""

import asyncio
from types import SimpleNamespace

import pytest
from django.utils import timezone

from benchmarks import checkin, desk, registration, rush
from benchmarks.browser import Browser, UnexpectedError
from benchmarks.production import Site
from benchmarks.visitor import Person, register
from config.benchmark import fixture
from esf.models import StartNotice
from registrations.models import Attendance, Registration

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def site(live_server, settings, tmp_path):
    settings.SITE_URL, settings.STATIC_ROOT = live_server.url, tmp_path
    settings.ALLOWED_HOSTS = ["localhost"]
    made = fixture.build(seats=2, registrations=40, now=timezone.now(), say=lambda _line: None)
    return Site(pages=live_server.url, sockets=live_server.url, fixture=made.described(), processes={})


def figures(found):
    return {figure.figure: figure.value for figure in found}


@pytest.mark.parametrize("scripts", [False, True])
def test_a_visitor_registers_with_all_twelve_answers(site, scripts):
    event = site.fixture["events"]["others"][0]
    asyncio.run(register(site.pages, event, Person(7), scripts=scripts))

    made = Registration.objects.get(event=event["id"])
    notice = StartNotice.objects.get(source=made.key)
    assert (made.status, made.email) == ("confirmed", "kavija7@people.bench.example")
    assert (notice.employer_business_id, notice.citizenship_group, notice.post_office) == ("0165116-3", "FI", "Hartola")


def test_the_rush_sells_every_seat_once(site, monkeypatch):
    monkeypatch.setattr(rush, "CROWD", 6)
    found = figures(asyncio.run(rush.run(site)))

    assert (found["sold"], found["told_full"], found["errors"]) == (2, 4, 0)
    assert Registration.objects.filter(event=site.fixture["events"]["scarce"]["id"], status="confirmed").count() == 2


def test_eight_doors_let_each_ticket_in_once(site):
    found = figures(asyncio.run(checkin.run(site)))

    assert found["raced_wrong"] == 0
    assert Attendance.objects.count() == 40


def test_registrations_are_counted_by_the_desk(site, monkeypatch):
    for name, value in (("SECONDS", 0.2), ("WARM_UP_SECONDS", 0.1), ("VISITORS", 2)):
        monkeypatch.setattr(registration, name, value)
    before = Registration.objects.count()

    assert figures(asyncio.run(registration.run(site)))["per_s"] > 0
    assert Registration.objects.count() > before


def test_a_registration_that_the_desk_does_not_count_is_an_error(site, monkeypatch):
    for name, value in (("SECONDS", 0.1), ("WARM_UP_SECONDS", 0.1), ("VISITORS", 1)):
        monkeypatch.setattr(registration, name, value)

    async def forgetful(*_args):
        return {"confirmed": 40}

    monkeypatch.setattr(registration, "desk", SimpleNamespace(counters=forgetful))
    with pytest.raises(registration.LostError, match="the desk counts 0"):
        asyncio.run(registration.run(site))


def test_a_wrong_password_is_not_taken_for_a_desk(site):
    async def sign_in():
        await desk.sign_in(site.pages, site.fixture["login"], {"email": "owner@bench.example", "password": "wrong"})

    with pytest.raises(UnexpectedError, match="signing in failed"):
        asyncio.run(sign_in())


def test_a_browser_keeps_cookies_and_follows_redirects(site):
    async def visit():
        browser = Browser(site.pages)
        answer = await browser.get(site.pages + "/desk/")
        browser.close()
        return answer.status, browser.cookies, browser.token

    status, cookies, token = asyncio.run(visit())
    assert (status, "miitti_csrf" in cookies, bool(token)) == (200, True, True)
