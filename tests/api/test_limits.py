import datetime as dt

import pytest

from api.models import ApiToken
from tests import factories as make
from tests.api.conftest import Machine
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _few(settings):
    settings.API_ANONYMOUS_PER_MINUTE = 2


def statuses(machine, times, **headers):
    return [machine.get("/events", **headers).status_code for _i in range(times)]


def test_a_token_has_its_own_number_of_requests_a_minute(machine, owner, time_machine):
    ApiToken.objects.update(per_minute=3)
    time_machine.move_to(NOW + dt.timedelta(seconds=15), tick=False)

    assert statuses(machine, 3) == [200, 200, 200]
    response = machine.get("/projects")

    assert (response.status_code, response.json()["code"]) == (429, "too_many_requests")
    assert response.headers["Retry-After"] == "45"
    assert statuses(Machine(make.api_token(owner)), 1) == [200]
    time_machine.move_to(NOW + dt.timedelta(seconds=60), tick=False)
    assert statuses(machine, 1) == [200]


def test_every_answer_says_what_is_left(visitor, machine):
    left = [visitor.get("/events").headers["X-RateLimit-Remaining"] for _i in range(3)]
    assert left == ["1", "0", "0"]
    answer = machine.post("/registrations/1/cancel")
    names = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")
    assert [answer.headers[name] for name in names] == ["1200", "1199", "60"]


def test_those_without_a_token_share_their_addresss_requests(visitor):
    assert statuses(visitor, 3) == [200, 200, 429]
    assert statuses(Machine(), 1) == [429]
    visitor.client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert statuses(visitor, 1) == [200]


def test_a_network_of_ipv6_is_one_address(visitor):
    for ending in ("1", "2"):
        visitor.client.defaults["REMOTE_ADDR"] = f"2001:db8:0:1::{ending}"
        visitor.get("/events")
    assert statuses(visitor, 1) == [429]
    visitor.client.defaults["REMOTE_ADDR"] = "2001:db8:0:2::1"
    assert statuses(visitor, 1) == [200]


def test_what_anyone_can_write_into_a_header_is_believed_only_of_our_proxy(visitor, settings):
    statuses(visitor, 2)
    assert statuses(visitor, 1, **{"X-Forwarded-For": "192.0.2.7"}) == [429]
    settings.ENV = type(settings.ENV)(**{**vars(settings.ENV), "behind_proxy": True})
    assert statuses(visitor, 1, **{"X-Forwarded-For": "192.0.2.7"}) == [200]
    assert statuses(visitor, 2, **{"X-Forwarded-For": "192.0.2.9, 192.0.2.7"}) == [200, 429]


def test_guessing_tokens_is_counted_too(visitor):
    guesses = [visitor.get("/projects", Authorization="Bearer miitti_guess").status_code for _i in range(3)]
    assert guesses == [401, 401, 429]


def test_the_day_of_a_tokens_use_is_noted_once_a_day(machine, django_assert_num_queries, time_machine):
    with django_assert_num_queries(3):
        machine.get("/projects")
    assert ApiToken.objects.get().last_used_on == dt.date(2026, 11, 23)
    with django_assert_num_queries(2):
        machine.get("/projects")
    time_machine.move_to(NOW + dt.timedelta(days=1), tick=False)
    machine.get("/projects")
    assert ApiToken.objects.get().last_used_on == dt.date(2026, 11, 24)
