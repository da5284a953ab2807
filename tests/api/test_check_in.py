import datetime as dt
import uuid

import pytest
from django.db import OperationalError, connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from api.models import ApiToken
from esf.models import Participation
from registrations.enums import HoldKind
from registrations.models import Attendance
from registrations.services import attendance, seats, tickets
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def statements(queries):
    """What asks or changes rows; the borders of transactions are counted apart."""
    borders = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")
    sql = [each["sql"] for each in queries]
    return [line for line in sql if not line.startswith(borders)], [line for line in sql if line.startswith(borders)]


def scans(*registrations, **more):
    return {"scans": [{"scanned": tickets.text(each), "nonce": str(uuid.uuid4())} | more for each in registrations]}


def test_a_ticket_lets_its_holder_in_and_the_log_says_by_whose_token(machine, event, meeting):
    registration = make.register(event)

    response = machine.post(f"/meetings/{meeting.pk}/check-ins", {"scanned": tickets.text(registration)})

    row = Attendance.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "attendance_id": row.pk,
        "registration_id": registration.pk,
        "meeting_id": meeting.pk,
        "first_name": registration.first_name,
        "last_name": registration.last_name,
        "at": "2026-11-23T12:00:00Z",
    }
    maker = ApiToken.objects.get().created_by
    assert (row.source, row.by) == ("api", maker)
    assert AuditEntry.objects.get(action="attendance.check_in").actor == maker


def test_the_second_time_is_refused_and_tells_the_first(machine, event, meeting):
    registration = make.register(event)
    for _i in range(2):
        response = machine.post(f"/meetings/{meeting.pk}/check-ins", {"scanned": registration.readable_code})

    problem = response.json()
    assert (response.status_code, problem["code"]) == (409, "already_in")
    assert problem["first_at"] == "2026-11-23T12:00:00Z"


@pytest.mark.parametrize(
    ("code", "scanned"),
    [
        ("forged_ticket", lambda event: "MIITTI1-1-0-AAAAAAAAAAAAAAAA"),
        ("unknown_code", lambda event: "ZZZZ-ZZZZ"),
        ("unknown_code", lambda event: "ÄÖ"),
        ("foreign_ticket", lambda event: tickets.text(make.register(make.event()))),
        ("waiting_ticket", lambda event: tickets.text(waiting(event))),
        ("cancelled_ticket", lambda event: tickets.text(cancelled(event))),
    ],
)
def test_each_refusal_has_its_code(machine, event, meeting, code, scanned):
    response = machine.post(f"/meetings/{meeting.pk}/check-ins", {"scanned": scanned(event)})
    assert (response.status_code, response.json()["code"]) == (409, code)


def waiting(event):
    for _i in range(5):
        make.register(event)
    return make.register(event, kind=HoldKind.QUEUE)


def cancelled(event):
    registration = make.register(event)
    seats.cancel(registration=registration, by=None, now=NOW)
    return registration


def test_the_day_before_the_door_is_shut(machine, owner):
    event = make.event(organisation=owner, first=NOW + dt.timedelta(days=1))
    path = f"/meetings/{event.meetings.get().pk}/check-ins"
    response = machine.post(path, {"scanned": tickets.text(make.register(event))})
    assert response.json()["code"] == "wrong_day"


@pytest.mark.parametrize("project", [False, True])
def test_a_check_in_costs_few_queries(machine, owner, project):
    event = (
        make.counting_event(organisation=owner, first=NOW, meetings=2, every=dt.timedelta(hours=3))
        if project
        else make.event(organisation=owner, first=NOW)
    )
    who = make.contact()
    first, *others = event.meetings.order_by("starts_at")
    registration = make.register(event, who, answers=make.answers(who) if project else None)
    if project:
        make.check_in(registration, others[0], now=NOW)
        assert Participation.objects.count() == 1
    machine.get("/events")

    with CaptureQueriesContext(connection) as queries:
        response = machine.post(f"/meetings/{first.pk}/check-ins", {"scanned": tickets.text(registration)})

    rows, borders = statements(queries)
    assert response.status_code == 201
    assert (len(rows), len(borders)) == ((12, 4) if project else (8, 4))


def test_a_batch_answers_each_scan_for_itself_in_their_order(machine, event, meeting):
    first, second = make.register(event), make.register(event)
    body = scans(first, cancelled(event), second, first)

    results = machine.post(f"/meetings/{meeting.pk}/check-ins/batch", body).json()["results"]

    assert [each["outcome"] for each in results] == ["admitted", "refused", "admitted", "refused"]
    assert [each["code"] for each in results] == [None, "cancelled_ticket", None, "already_in"]
    assert [each["nonce"] for each in results] == [each["nonce"] for each in body["scans"]]
    assert (results[2]["admitted"]["registration_id"], results[3]["first_at"]) == (second.pk, "2026-11-23T12:00:00Z")
    assert Attendance.objects.count() == 2


def test_a_batch_sent_again_under_another_key_lets_nobody_in_twice(machine, event, meeting):
    body = scans(make.register(event), make.register(event))
    first, second = (machine.post(f"/meetings/{meeting.pk}/check-ins/batch", body) for _i in range(2))

    assert first.json() == second.json()
    assert Attendance.objects.count() == 2


def test_a_scan_made_without_a_network_counts_from_when_it_was_made(machine, owner, time_machine):
    event = make.event(organisation=owner, first=NOW)
    path = f"/meetings/{event.meetings.get().pk}/check-ins"
    body = scans(make.register(event), at="2026-11-23T14:05:00+02:00")
    time_machine.move_to(NOW + dt.timedelta(hours=40), tick=False)

    late = machine.post(path, {"scanned": body["scans"][0]["scanned"]})
    batch = machine.post(f"{path}/batch", body)

    assert late.json()["code"] == "wrong_day"
    assert batch.json()["results"][0]["admitted"]["at"] == "2026-11-23T12:05:00Z"


@pytest.mark.parametrize("at", ["2026-11-23T12:05:01Z", "2026-11-21T11:59:59Z"])
def test_a_scan_from_the_future_or_from_long_ago_is_refused(machine, event, meeting, at):
    body = scans(make.register(event), at=at)
    single = {name: body["scans"][0][name] for name in ("scanned", "at")}

    assert machine.post(f"/meetings/{meeting.pk}/check-ins", single).json()["code"] == "unbelievable_time"
    [result] = machine.post(f"/meetings/{meeting.pk}/check-ins/batch", body).json()["results"]
    assert result["code"] == "unbelievable_time"


def test_a_batch_that_is_broken_off_keeps_what_was_done_and_is_not_remembered(machine, event, meeting, monkeypatch):
    """Each scan is a transaction of its own: many in one could wait for another door that waits for them."""
    first, second, let_in = make.register(event), make.register(event), attendance.check_in

    def check_in(*, scanned, **values):
        if scanned == tickets.text(second):
            raise OperationalError("canceling statement due to lock timeout")
        return let_in(scanned=scanned, **values)

    body, path = scans(first, second), f"/meetings/{meeting.pk}/check-ins/batch"
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(attendance, "check_in", check_in)
        assert machine.post(path, body, key="one-batch").status_code == 503
    assert Attendance.objects.get().registration == first

    again = machine.post(path, body, key="one-batch").json()["results"]
    assert [each["outcome"] for each in again] == ["admitted", "admitted"]


@pytest.mark.parametrize("number", [0, 501])
def test_a_batch_holds_one_to_five_hundred_scans(machine, meeting, number):
    body = {"scans": [{"scanned": "ZZZZ-ZZZZ", "nonce": str(uuid.uuid4())}] * number}
    response = machine.post(f"/meetings/{meeting.pk}/check-ins/batch", body)
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "scans")


def test_a_wrong_scan_in_a_batch_is_named_by_its_place(machine, meeting):
    body = {"scans": [{"scanned": "ZZZZ-ZZZZ", "nonce": str(uuid.uuid4())}, {"scanned": "", "nonce": "one", "door": 1}]}
    response = machine.post(f"/meetings/{meeting.pk}/check-ins/batch", body)
    assert [each["field"] for each in response.json()["errors"]] == ["scans.1.scanned", "scans.1.nonce", "scans.1.door"]
    assert not Attendance.objects.exists()
