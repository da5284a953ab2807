import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from registrations.models import Attendance
from registrations.services import seats, tickets
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(time_machine):
    event = make.event(first=NOW)
    time_machine.move_to(NOW, tick=False)
    return event


@pytest.fixture
def door(client, event):
    client.force_login(make.member(Role.DOOR, event))
    return reverse("registrations:door", args=[event.pk])


def scan(client, door, scanned, **changes):
    data = {"scanned": scanned, "nonce": uuid.uuid4(), "source": "camera"} | changes
    return client.post(door, data, headers={"HX-Request": "true"})


def test_a_good_ticket_shows_the_name_large_and_counts_one_more(client, door, event):
    registration = make.register(event)

    response = scan(client, door, tickets.text(registration))

    assert (response.status_code, response.context_data["present"]) == (200, 1)
    assert f'<p class="name">{registration.name}</p>' in response.text
    assert "<html" not in response.text


def test_the_second_scan_is_refused_with_the_first_ones_time(client, door, event):
    registration = make.register(event)
    scan(client, door, tickets.text(registration))

    response = scan(client, door, tickets.text(registration))

    assert (response.status_code, response.context_data["refusal"].code) == (409, "already_in")
    assert "14" in response.text
    assert Attendance.objects.get().source == "camera"


def test_forged_foreign_cancelled_and_unknown_tickets_each_have_their_own_words(client, door, event):
    cancelled = make.register(event)
    seats.cancel(registration=cancelled, by=None, now=NOW)
    shown = {
        "forged_ticket": tickets.text(cancelled) + "A",
        "foreign_ticket": tickets.text(make.register(make.event())),
        "cancelled_ticket": tickets.text(cancelled),
        "unknown_code": "ZZZZ-ZZZZ",
    }

    refusals = {code: scan(client, door, text).context_data["refusal"] for code, text in shown.items()}

    assert {code: refusal.code for code, refusal in refusals.items()} == {code: code for code in shown}
    assert len({str(refusal.message) for refusal in refusals.values()}) == 4


def test_a_foreign_ticket_tells_nothing_of_its_holder(client, door, event):
    stranger = make.register(make.event())
    assert stranger.name not in scan(client, door, tickets.text(stranger)).text


def test_an_empty_code_is_asked_for_again(client, door):
    response = scan(client, door, "")
    assert (response.status_code, response.context_data["refusal"]) == (422, None)


def test_letting_somebody_in_costs_these_queries(client, time_machine):
    time_machine.move_to(NOW, tick=False)
    event = make.counting_event(first=NOW)
    client.force_login(make.member(Role.DOOR, event))
    door = reverse("registrations:door", args=[event.pk])
    costs = []
    for _who in range(3):
        registration = make.register(event, answers=make.answers())
        with CaptureQueriesContext(connection) as queries:
            assert scan(client, door, tickets.text(registration)).context_data["admission"].participant
        costs.append(len(queries) - sum("SAVEPOINT" in query["sql"] for query in queries))
    assert costs[1:] == [17, 17]  # one asks whether the background form is missing


def test_it_works_without_scripts(client, door, event):
    registration = make.register(event)
    response = client.post(door, {"scanned": registration.readable_code, "nonce": uuid.uuid4(), "source": "typed"})

    assert "<html" in response.text
    assert registration.name in response.text


def test_every_scan_is_in_the_audit_log(client, door, event):
    registration = make.register(event)
    scan(client, door, tickets.text(registration))

    entry = AuditEntry.objects.get(action="attendance.check_in")
    assert (entry.subject, entry.scope, entry.actor.name) == (registration.key, event.scope, "Wirkki Worker")


def test_only_the_scanner_may_run_wasm(client, door):
    assert "'wasm-unsafe-eval'" in client.get(door).headers["Content-Security-Policy"]
    assert "'wasm-unsafe-eval'" not in client.get("/").headers["Content-Security-Policy"]


def test_who_may_stand_at_the_door(client, event):
    url = reverse("registrations:door", args=[event.pk])
    assert client.get(url).status_code == 302
    other = make.event()
    for role, status in [(Role.DOOR, 200), (Role.TEACHER, 200), (Role.ORGANISER, 200), (Role.READER, 404)]:
        client.force_login(make.member(role, event))
        assert client.get(url).status_code == status
        client.force_login(make.member(role, other))
        assert client.get(url).status_code == 404


def test_a_meeting_of_another_event_cannot_be_chosen(client, door):
    foreign = make.event().meetings.get()
    assert client.get(f"{door}?meeting={foreign.pk}").status_code == 404
