"""The litany of every endpoint: who may, who may not, and how each is told."""

import datetime as dt

import pytest

from accounts.models import Organisation
from api.enums import Scope
from api.models import ApiToken
from api.services import tokens
from api.v1.urls import document
from tests import factories as make
from tests.api.conftest import Machine
from tests.factories import NOW

pytestmark = pytest.mark.django_db

PERSON = {"first_name": "Aino", "last_name": "Esimerkki", "email": "aino@people.example", "language": "fi"}
SCAN = {"scanned": "ZZZZ-ZZZZ", "nonce": "8b1d2c52-3c31-4c0b-9d2c-5f3f0d6d3f0e"}

PROTECTED = [
    ("get", "/events/{event}/occupancy", None, Scope.EVENTS_READ, 200),
    ("get", "/events/{event}/registrations", None, Scope.REGISTRATIONS_READ, 200),
    ("post", "/events/{event}/registrations", PERSON, Scope.REGISTRATIONS_WRITE, 201),
    ("get", "/registrations/{registration}", None, Scope.REGISTRATIONS_READ, 200),
    ("post", "/registrations/{registration}/cancel", None, Scope.REGISTRATIONS_WRITE, 200),
    ("post", "/meetings/{meeting}/check-ins", {"scanned": "{ticket}"}, Scope.CHECKIN_WRITE, 201),
    ("post", "/meetings/{meeting}/check-ins/batch", {"scans": [SCAN]}, Scope.CHECKIN_WRITE, 200),
    ("get", "/events/{event}/attendances", None, Scope.ATTENDANCE_READ, 200),
    ("get", "/projects", None, Scope.INDICATORS_READ, 200),
    ("get", "/projects/{project}/indicators", None, Scope.INDICATORS_READ, 200),
]
PUBLIC = ["/events", "/events/{event}", "/events/{event}/seats"]

protected = pytest.mark.parametrize(("method", "path", "body", "scope", "good"), PROTECTED)


@pytest.fixture
def names(event, meeting):
    registration = make.register(event)
    return {
        "event": event.pk,
        "meeting": meeting.pk,
        "registration": registration.pk,
        "project": make.project(organisation=event.organisation).pk,
        "ticket": registration.code,
    }


def ask(machine, method, path, body, names):
    path = path.format(**names)
    if method == "get":
        return machine.get(path)
    if body and "scanned" in body:
        body = {"scanned": body["scanned"].format(**names)}
    return machine.post(path, body)


def told(response):
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == response.status_code
    return response.status_code, problem["code"]


def test_the_list_above_is_all_there_is():
    paths = document()["paths"]
    named = {(method, path) for path, methods in paths.items() for method in methods}
    mine = {(method, f"/api/v1{path}") for method, path, *_rest in PROTECTED} | {("get", f"/api/v1{p}") for p in PUBLIC}
    plain = {
        (
            m,
            p.replace("{event}", "{event_id}")
            .replace("{meeting}", "{meeting_id}")
            .replace("{registration}", "{registration_id}")
            .replace("{project}", "{project_id}"),
        )
        for m, p in mine
    }
    assert named == plain


@protected
def test_its_own_token_may(owner, names, method, path, body, scope, good):
    assert ask(Machine(make.api_token(owner, scope)), method, path, body, names).status_code == good


@protected
def test_a_token_with_every_other_scope_may_not(owner, names, method, path, body, scope, good):
    response = ask(Machine(make.api_token(owner, *set(Scope) - {scope})), method, path, body, names)
    assert told(response) == (403, "scope_missing")
    assert scope.value in response.json()["detail"]


@protected
def test_without_a_token_nobody_may(names, method, path, body, scope, good):
    response = ask(Machine(), method, path, body, names)
    assert told(response) == (401, "token_missing")
    assert response.headers["WWW-Authenticate"] == 'Bearer realm="Miitti"'


@protected
def test_another_organisations_token_finds_nothing(names, method, path, body, scope, good):
    response = ask(Machine(make.api_token(make.organisation())), method, path, body, names)
    if path == "/projects":
        assert response.json() == {"items": [], "next": None}
    else:
        assert told(response) == (404, "not_found")


@protected
def test_a_revoked_token_is_dead_at_once(machine, names, method, path, body, scope, good):
    tokens.revoke(token=ApiToken.objects.get(), by=make.user(), now=NOW)
    assert told(ask(machine, method, path, body, names)) == (401, "token_invalid")


@protected
def test_an_expired_token_is_dead(names, method, path, body, scope, good, time_machine):
    owner = Organisation.objects.get(events__pk=names["event"])
    machine = Machine(make.api_token(owner, expires_at=NOW + dt.timedelta(hours=1)))
    time_machine.move_to(NOW + dt.timedelta(hours=1), tick=False)
    assert told(ask(machine, method, path, body, names)) == (401, "token_invalid")


@protected
def test_another_method_is_not_taken(machine, names, method, path, body, scope, good):
    response = machine.client.delete(f"/api/v1{path.format(**names)}")
    assert told(response) == (405, "method_not_allowed")
    assert method.upper() in response.headers["Allow"]


@pytest.mark.parametrize("text", ["", "miitti_", "miitti_" + "x" * 27, "another_" + "x" * 27, "\xe4\xe4"])
@pytest.mark.parametrize("path", ["/events", "/projects"])
def test_what_is_no_token_of_ours_opens_nothing(text, path):
    assert told(Machine().get(path, Authorization=f"Bearer {text}")) == (401, "token_invalid")


@pytest.mark.parametrize("header", ["Basic bWlpdHRp", "miitti_", "Bearer"])
def test_another_way_to_sign_in_is_none(header):
    assert told(Machine().get("/projects", Authorization=header)) == (401, "token_invalid")


@pytest.mark.parametrize("path", PUBLIC)
def test_everybody_may_read_what_is_public_with_and_without_a_token(machine, visitor, names, path):
    path = path.format(**names)
    assert (visitor.get(path).status_code, machine.get(path).status_code) == (200, 200)


def test_a_cookie_opens_nothing_and_none_is_made(client, owner, visitor):
    client.force_login(make.member("owner", owner))
    assert client.get("/api/v1/projects").status_code == 401
    assert visitor.get("/events").cookies == {}


def test_what_a_token_sees_is_kept_by_no_cache(machine, visitor):
    assert "no-store" in machine.get("/projects").headers["Cache-Control"]
    assert "Cache-Control" not in visitor.get("/events").headers
    assert "Authorization" in visitor.get("/events").headers["Vary"]
