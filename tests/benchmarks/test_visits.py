"""The load client against a real server over HTTP, with the fixture's dataset: what it counts has happened."""

import asyncio
from types import SimpleNamespace

import pytest
from django.utils import timezone

from benchmarks import cancel, checkin, crowd, desk, kill, registration, rush, visitor
from benchmarks.browser import Browser, UnexpectedError
from benchmarks.production import Site, running
from benchmarks.visitor import Person, register
from config.benchmark import fixture, full
from esf.models import StartNotice
from registrations.models import Attendance, Registration

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _nobody_types(monkeypatch):
    """The tests' pages take a screen that comes back at once."""
    monkeypatch.setattr(visitor, "TYPING_SECONDS", 0.0)


@pytest.fixture
def build(live_server, settings, tmp_path):
    settings.SITE_URL, settings.STATIC_ROOT = live_server.url, tmp_path
    settings.ALLOWED_HOSTS = ["localhost"]

    def run(registrations=40, **numbers):
        sizes = {"seats": 2, "registrations": registrations, "full_events": full.Numbers(**numbers)}
        made = fixture.build(**sizes, now=timezone.now(), say=lambda _line: None)
        return Site(pages=live_server.url, sockets=live_server.url, fixture=made.described(), processes={})

    return run


@pytest.fixture
def site(build):
    return build()


def figures(found):
    return {figure.figure: figure.value for figure in found}


@pytest.mark.parametrize("scripts", [False, True])
def test_a_visitor_registers_with_all_twelve_answers(site, scripts):
    event = site.fixture["events"]["others"][0]
    asyncio.run(register(site.pages, event, Person(7), scripts=scripts, at_once=asyncio.Semaphore(1)))

    made = Registration.objects.get(event=event["id"])
    notice = StartNotice.objects.get(source=made.key)
    assert (made.status, made.email) == ("confirmed", "kavija7@people.bench.example")
    assert (notice.employer_business_id, notice.citizenship_group, notice.post_office) == ("0165116-3", "FI", "Hartola")


def test_the_rush_sells_every_seat_once(site, monkeypatch):
    monkeypatch.setattr(rush, "CROWD", 6)
    found = figures(asyncio.run(rush.run(site)))

    assert (found["sold"], found["told_full"], found["errors"]) == (2, 4, 0)
    assert Registration.objects.filter(event=site.fixture["events"]["scarce"]["id"], status="confirmed").count() == 2


def test_every_visitor_comes_from_a_network_of_their_own():
    assert len({Person(number).address for number in range(5_000_000, 5_002_000)}) == 2_000


def test_the_crowd_gets_every_seat_once_and_the_others_the_queue(build, monkeypatch):
    monkeypatch.setattr(crowd, "CROWD", 8)
    monkeypatch.setattr(crowd, "MINUTE", 0.5)
    found = figures(asyncio.run(crowd.run(build(registrations=1, popular=3))))

    assert (found["sold"], found["told_full"], found["errors"]) == (3, 5, 0)
    assert 0 < found["p95_ms"] <= found["slowest_ms"]


def test_each_cancelled_seat_is_offered_and_costs_the_same_at_a_big_event(build, monkeypatch):
    for module, name, value in ((full, "SEATED", 4), (full, "A_FEW", 3), (cancel, "CANCELS", 3), (cancel, "ROUNDS", 2)):
        monkeypatch.setattr(module, name, value)
    found = figures(asyncio.run(cancel.run(build(registrations=1, waiting=5, big=30))))

    assert (found["offered"], found["still_waiting"]) == (3, 2)
    assert found["small_queries"] == found["big_queries"]
    assert found["p95_ms"] >= found["p50_ms"] > 0


def test_servers_that_are_killed_lose_nothing(monkeypatch):
    for name in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(visitor, "TYPING_SECONDS", 2.1)
    monkeypatch.setattr(kill, "CROWD", 6)
    monkeypatch.setattr(kill, "AT_THANKS", 1)

    with running(seats=2, registrations=1, rushes=2) as site:
        found = figures(asyncio.run(kill.run(site)))

    assert (found["kills"], found["lost"], found["leaked"], found["oversold"], found["miscounted"]) == (2, 0, 0, 0, 0)
    assert found["thanked"] > 0


def test_nobody_elses_servers_are_killed(site):
    with pytest.raises(RuntimeError, match="somebody else"):
        asyncio.run(kill.run(site))


def test_eight_doors_let_each_ticket_in_once(site):
    found = figures(asyncio.run(checkin.run(site)))

    assert found["raced_wrong"] == 0
    assert Attendance.objects.count() == 40


def test_registrations_are_counted_by_the_desk(site, monkeypatch):
    for name, value in (("SECONDS", 3.0), ("WARM_UP_SECONDS", 0.1), ("VISITORS", 2)):
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
