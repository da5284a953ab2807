"""Every answer that is not what was asked for is a problem (RFC 9457), in the reader's language."""

import pytest
from django.db import OperationalError

from api.v1 import access
from tests import factories as make

pytestmark = pytest.mark.django_db


def test_a_problem_has_its_parts_and_no_empty_ones(visitor):
    response = visitor.get("/nothing", **{"Accept-Language": "en"})

    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "code": "not_found",
        "detail": "There is nothing here, or not for you.",
    }


@pytest.mark.parametrize("path", ["/", "/nothing", "/events/", "/events/1/nothing", "/events/%00", "/nothing%0A"])
@pytest.mark.parametrize("method", ["get", "post", "delete"])
def test_what_is_not_there_is_a_problem_too(visitor, path, method):
    response = getattr(visitor.client, method)(f"/api/v1{path}")
    assert response.status_code in {404, 405, 422}
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_head_of_an_answer_may_be_asked_for_alone(visitor):
    response = visitor.client.head("/api/v1/events")
    assert (response.status_code, response.content, response.headers["Content-Length"]) == (200, b"", "27")
    assert response.headers["Content-Type"] == "application/json; charset=utf-8"


@pytest.mark.parametrize(("language", "wanted"), [("en", "en"), ("sv;q=0.5, de", "sv"), ("de", "fi"), ("", "fi")])
def test_the_detail_is_in_the_readers_language(visitor, language, wanted):
    response = visitor.get("/nothing", **{"Accept-Language": language})
    assert response.headers["Content-Language"] == wanted
    assert "Accept-Language" in response.headers["Vary"]


def test_a_refusal_speaks_the_readers_language(machine, meeting):
    path = f"/meetings/{meeting.pk}/check-ins"
    said = {
        language: machine.post(path, {"scanned": "ZZZZ-ZZZZ"}, **{"Accept-Language": language}).json()["detail"]
        for language in ("fi", "sv", "en", "uk")
    }
    assert said["en"] == "No ticket has this code. Check the letters, or scan the QR code."
    assert len(set(said.values())) == 4


def send(machine, path, body):
    """A body as it stands, to the byte."""
    headers = {"Authorization": f"Bearer {machine.token}", "Idempotency-Key": "one-request"}
    return machine.client.post(
        f"/api/v1{path}", body.encode("latin-1"), content_type="application/json", headers=headers
    )


@pytest.mark.parametrize("body", ["{", "\xff", "", "[" * 100_000, '{"a": NaN', "nothing"])
def test_a_body_that_is_no_json_is_malformed(machine, event, body):
    response = send(machine, f"/events/{event.pk}/registrations", body)
    assert (response.status_code, response.json()["code"]) == (400, "malformed") if body else (422, "wrong_fields")


@pytest.mark.parametrize(
    "body", ["[]", "null", "1", '"text"', '{"scanned": 1}', '{"scanned": null}', '{"scanned": "' + "x" * 201 + '"}']
)
def test_a_body_of_another_shape_is_named_field_by_field(machine, meeting, body):
    response = send(machine, f"/meetings/{meeting.pk}/check-ins", body)
    assert (response.status_code, response.json()["code"]) == (422, "wrong_fields")
    assert [each["field"] for each in response.json()["errors"]] == ["scanned" if "scanned" in body else ""]


def test_a_body_that_is_too_large_is_said_to_be(machine, meeting, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = machine.post(f"/meetings/{meeting.pk}/check-ins", {"scanned": "x" * 200})
    assert (response.status_code, response.json()["code"]) == (413, "too_large")


@pytest.mark.parametrize("number", ["0", "-1", str(2**63), str(10**400), "1.5", "one", "%00", "1%00", "١"])
@pytest.mark.parametrize("path", ["/events/{}", "/events/{}/seats", "/registrations/{}", "/projects/{}/indicators"])
def test_an_absurd_number_is_wrong_and_never_a_failure(machine, path, number):
    response = machine.get(path.format(number))
    assert response.status_code in {404, 422}
    assert response.headers["Content-Type"] == "application/problem+json"


def test_the_largest_number_a_database_knows_is_only_not_there(machine):
    assert machine.get(f"/events/{2**63 - 1}").status_code == 404


@pytest.mark.parametrize(
    "moment",
    [
        "now",
        "1700000000",
        "2026-11-24",
        "2026-11-24T17:00:00",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-02-30T17:00:00Z",
    ],
)
def test_a_moment_is_written_as_in_rfc_3339_and_of_our_time(visitor, moment):
    response = visitor.get("/events", {"changed_since": moment})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "changed_since")


def test_a_database_that_is_busy_before_anything_began_is_a_problem_too(visitor, monkeypatch):
    def busy(*_args):
        raise OperationalError("couldn't get a connection after 30.00 sec")

    monkeypatch.setattr(access, "_count", busy)
    response = visitor.get("/events")
    assert (response.status_code, response.json()["code"]) == (503, "busy")
    assert response.headers["Retry-After"] == "5"


def test_another_database_error_is_a_failure_of_ours(visitor, monkeypatch):
    def broken(*_args):
        raise OperationalError("no such table: secrets")

    monkeypatch.setattr(access, "_count", broken)
    response = visitor.get("/events")
    assert (response.status_code, response.json()["code"]) == (500, "failed")
    assert "secrets" not in response.text


def test_no_answer_makes_a_session(machine, event):
    machine.get("/events")
    make.register(event)
    assert machine.client.cookies == {}
