"""The same request sent twice has one effect and one answer."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from api.models import ApiToken, IdempotentAnswer
from api.services import idempotency
from api.v1 import registrations as endpoints
from core import worker
from core.models import OutboxMessage
from events.models import Event
from registrations.models import Attendance, Registration
from registrations.services import seats, tickets
from tests import factories as make
from tests.api.conftest import Machine
from tests.factories import NOW

pytestmark = pytest.mark.django_db

KEY = "one-request"


def person(number=1, **changes):
    plain = {"first_name": "Aino", "last_name": "Esimerkki", "email": f"aino{number}@people.example", "language": "fi"}
    return plain | changes


def register(machine, event, body=None, key=KEY):
    return machine.post(f"/events/{event.pk}/registrations", body or person(), key=key)


def test_the_second_sending_gets_the_first_answer_to_the_letter(machine, event):
    first, second = (register(machine, event) for _i in range(2))

    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert ("Idempotent-Replayed" in first.headers, second.headers["Idempotent-Replayed"]) == (False, "true")
    assert (Registration.objects.count(), OutboxMessage.objects.count()) == (1, 1)


def test_a_refusal_is_kept_too(machine, owner):
    event = make.event(organisation=owner, seats=1)
    make.register(event)
    first = register(machine, event)
    seats.change_capacity(event=event, capacity=9, by=make.user(), now=NOW)

    second = register(machine, event)

    assert (first.status_code, first.json()["code"]) == (409, "full")
    assert (second.status_code, second.content) == (409, first.content)
    assert second.headers["Content-Type"] == "application/problem+json"
    assert register(machine, event, key="another-request").status_code == 201


@pytest.mark.parametrize("change", ["body", "path"])
def test_the_same_key_with_another_request_is_refused(machine, owner, event, change):
    register(machine, event)
    body = person(2) if change == "body" else person()
    target = make.event(organisation=owner) if change == "path" else event

    response = register(machine, target, body)

    assert (response.status_code, response.json()["code"]) == (409, "idempotency_key_reused")
    assert Registration.objects.count() == 1


def test_another_token_may_use_the_same_key(machine, owner, event):
    register(machine, event)
    assert register(Machine(make.api_token(owner)), event, person(2)).status_code == 201


def test_what_was_wrong_may_be_corrected_under_the_same_key(machine, event):
    assert register(machine, event, person(email="aino")).status_code == 422
    assert register(machine, event).status_code == 201


def test_a_busy_database_is_not_remembered(machine, event, monkeypatch):
    def busy(**_values):
        raise OperationalError("canceling statement due to lock timeout")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(endpoints.seats, "enrol", busy)
        response = register(machine, event)
    assert (response.status_code, response.headers["Retry-After"]) == (503, "5")
    assert response.json()["code"] == "busy"
    assert not IdempotentAnswer.objects.exists()
    assert register(machine, event).status_code == 201


def test_a_failure_of_ours_is_not_remembered_and_tells_nothing(machine, event, monkeypatch):
    def broken(**_values):
        raise RuntimeError("a secret of ours")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(endpoints.seats, "enrol", broken)
        response = register(machine, event)
    assert (response.status_code, response.json()["code"]) == (500, "failed")
    assert "secret" not in response.text
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize(
    ("key", "code"),
    [
        (None, "idempotency_key_missing"),
        ("short", "idempotency_key_malformed"),
        ("x" * 201, "idempotency_key_malformed"),
        ("with a space", "idempotency_key_malformed"),
        ("älä-lähetä", "idempotency_key_malformed"),
    ],
)
@pytest.mark.parametrize(
    "path",
    ["/events/1/registrations", "/registrations/1/cancel", "/meetings/1/check-ins", "/meetings/1/check-ins/batch"],
)
def test_every_post_needs_a_key(machine, path, key, code):
    headers = {"Authorization": f"Bearer {machine.token}"} | ({"Idempotency-Key": key} if key else {})
    response = machine.client.post(f"/api/v1{path}", {}, content_type="application/json", headers=headers)
    assert (response.status_code, response.json()["code"]) == (400, code)


def test_a_check_in_and_a_batch_are_answered_again(machine, event, meeting):
    registration = make.register(event)
    path, scanned = f"/meetings/{meeting.pk}/check-ins", tickets.text(registration)
    batch = {"scans": [{"scanned": scanned, "nonce": "8b1d2c52-3c31-4c0b-9d2c-5f3f0d6d3f0e"}]}
    for target, body, key in [(path, {"scanned": scanned}, "a-check-in"), (f"{path}/batch", batch, "many-check-ins")]:
        first, second = (machine.post(target, body, key=key) for _i in range(2))
        assert second.content == first.content
        assert second.headers["Idempotent-Replayed"] == "true"
    assert Attendance.objects.count() == 1


def test_answers_are_forgotten_after_a_day(machine, event):
    register(machine, event)
    assert idempotency.sweep(now=NOW + dt.timedelta(hours=23, minutes=59)) == 0
    worker._duties["api answers"].do(NOW + dt.timedelta(hours=24))
    assert not IdempotentAnswer.objects.exists()


@pytest.mark.parametrize("changes", [{}, {"status": 500, "key": "another"}])
def test_the_database_keeps_one_answer_a_key_and_no_failure(machine, event, changes):
    register(machine, event)
    row = IdempotentAnswer.objects.get()
    for name, value in changes.items():
        setattr(row, name, value)
    row.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


TWINS = 20


def twice_at_once(event):
    """Each of twenty requests is sent two times at the same moment. Return the pairs of answers."""
    token = ApiToken.objects.get(digest__gt="")

    def send(job):
        asked, start = job
        try:
            start.wait()
            return idempotency.answer(asked=asked, effect=lambda: attend(event, asked.key), now=NOW)
        finally:
            connections.close_all()

    jobs = []
    for number in range(TWINS):
        asked = idempotency.Asked(token=token, key=f"request-{number}", digest="0" * 64)
        jobs += [(asked, Barrier(2))]
    twins = [job for job in jobs for _twin in range(2)]
    with ThreadPoolExecutor(max_workers=2) as pair:
        answers = list(pair.map(send, twins))
    return list(zip(answers[::2], answers[1::2], strict=True))


def attend(event, key):
    """An effect that nothing but the key holds back: somebody without an address is a new person each time."""
    contact = make.contact(email="", last_name=key)
    made = seats.enrol(
        event=event, contact=contact, answers=None, support_needs="", accept_queue=False, by=event.keeper, now=NOW
    )
    return idempotency.Answer(status=201, body=str(made.pk))


@pytest.fixture
def crowded(transactional_db):
    event = Event.objects.get(pk=make.event(seats=200).pk)
    event.keeper = make.user()
    make.api_token(event.organisation)
    return event


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_has_an_effect_and_both_get_its_answer(crowded, counters):
    pairs = twice_at_once(crowded)

    assert [one.body for one, _other in pairs] == [other.body for _one, other in pairs]
    assert [{one.replayed, other.replayed} for one, other in pairs] == [{True, False}] * TWINS
    assert counters(crowded).taken == TWINS


@pytest.mark.django_db(transaction=True)
def test_without_the_unique_key_both_have(crowded, monkeypatch):
    """The row is written under a key of its own, as if the constraint were not there."""

    def keep(asked, given, now):
        IdempotentAnswer.objects.create(
            token=asked.token,
            key=make.user().email,
            request_digest=asked.digest,
            status=given.status,
            body=given.body,
            at=now,
        )

    monkeypatch.setattr(idempotency, "_keep", keep)
    twice_at_once(crowded)

    assert Registration.objects.count() > TWINS
