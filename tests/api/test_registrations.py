import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Person
from api.enums import Scope
from api.models import ApiToken
from core.models import OutboxMessage
from esf.models import StartNotice
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import seats, tickets
from tests import factories as make
from tests.api.conftest import Machine
from tests.factories import NOW

pytestmark = pytest.mark.django_db

BACKGROUND = {
    "birth_date": "1990-05-17",
    "gender": "F",
    "municipality_code": "081",
    "labour_status_start": "UNEMPLOYED",
    "unemployment_duration": "M12_24",
    "education_level": "ISCED3",
}


def person(**changes):
    plain = {
        "first_name": "Aino",
        "last_name": "Esimerkki",
        "email": "aino@people.example",
        "phone": "040 123 4567",
        "language": "sv",
        "support_needs": "Tolk",
    }
    return plain | changes


def register(machine, event, **changes):
    return machine.post(f"/events/{event.pk}/registrations", person(**changes))


def wrong(response):
    assert (response.status_code, response.json()["code"]) == (422, "wrong_fields")
    return [each["field"] for each in response.json()["errors"]]


def test_a_registration_takes_a_seat_and_mails_the_ticket(machine, event, counters):
    response = register(machine, event)

    row = Registration.objects.get()
    assert response.status_code == 201
    assert response.json() == {
        "id": row.pk,
        "event_id": event.pk,
        "meeting_id": None,
        "status": "confirmed",
        "code": row.code,
        "ticket": tickets.text(row),
        "place_in_queue": None,
    }
    assert (row.phone, row.language, row.support_needs) == ("+358401234567", "sv", "Tolk")
    assert counters(event).taken == 1
    assert OutboxMessage.objects.get().recipient == "aino@people.example"
    assert AuditEntry.objects.get(action="registration.create").actor == ApiToken.objects.get().created_by


def test_its_ticket_opens_the_door(machine, event, meeting):
    ticket = register(machine, event).json()["ticket"]
    assert machine.post(f"/meetings/{meeting.pk}/check-ins", {"scanned": ticket}).status_code == 201


def test_a_full_event_takes_into_the_queue_only_who_accepts_that(machine, owner, counters):
    event = make.event(organisation=owner, seats=1)
    make.register(event)
    make.register(event, kind=HoldKind.QUEUE)

    assert register(machine, event).json()["code"] == "full"
    waiting = register(machine, event, accept_queue=True).json()

    assert (waiting["status"], waiting["ticket"], waiting["place_in_queue"]) == ("waiting", None, 2)
    assert counters(event).waiting == 2


def test_the_same_person_again_is_refused_and_nothing_is_held(machine, event, counters):
    register(machine, event)
    response = register(machine, event)

    assert (response.status_code, response.json()["code"]) == (409, "already_registered")
    assert (counters(event).held, OutboxMessage.objects.count()) == (0, 1)


@pytest.mark.parametrize(
    "changes",
    [{"seats": None}, {"status": "draft"}, {"status": "cancelled"}, {"registration_closes_at": NOW}],
)
def test_what_is_not_open_takes_nobody(machine, owner, changes):
    assert register(machine, make.event(organisation=owner, **changes)).json()["code"] == "not_open"


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"email": "aino"}, ["email"]),
        ({"phone": "never", "first_name": "https://x"}, ["phone", "first_name"]),
        ({"first_name": ""}, ["first_name"]),
        ({"first_name": "A\x00ino"}, ["first_name"]),
        ({"first_name": "A\ud800ino"}, ["first_name"]),
        ({"first_name": "A" * 101}, ["first_name"]),
        ({"language": "de"}, ["language"]),
        ({"accept_queue": "true"}, ["accept_queue"]),
        ({"frist_name": "Aino"}, ["frist_name"]),
        ({"background": BACKGROUND}, ["background"]),
    ],
)
def test_a_wrong_form_names_its_fields_and_holds_no_seat(machine, event, changes, fields):
    assert sorted(wrong(register(machine, event, **changes))) == sorted(fields)
    assert (Hold.objects.count(), Person.objects.count()) == (0, 0)


def test_what_is_missing_is_named(machine, event):
    response = machine.post(f"/events/{event.pk}/registrations", {})
    assert wrong(response) == ["first_name", "last_name", "email", "language"]


def test_the_background_form_comes_along_where_the_event_asks_for_it(machine, owner):
    event = make.counting_event(organisation=owner)

    response = register(machine, event, background=BACKGROUND)

    notice = StartNotice.objects.get()
    assert response.status_code == 201
    assert (notice.source, notice.birth_date) == (f"registration:{response.json()['id']}", dt.date(1990, 5, 17))
    assert (notice.unemployment_duration, notice.first_name, notice.phone) == ("M12_24", "Aino", "+358401234567")


@pytest.mark.parametrize(
    ("background", "fields"),
    [
        (None, ["background"]),
        ({}, [f"background.{name}" for name in BACKGROUND if name != "unemployment_duration"]),
        (BACKGROUND | {"birth_date": "17.5.1990"}, ["background.birth_date"]),
        (BACKGROUND | {"birth_date": "1990-02-30"}, ["background.birth_date"]),
        (BACKGROUND | {"birth_date": "1790-01-01"}, ["background.birth_date"]),
        (BACKGROUND | {"gender": "W"}, ["background.gender"]),
        (BACKGROUND | {"municipality_code": "998"}, ["background.municipality_code"]),
        (BACKGROUND | {"unemployment_duration": None}, ["background.unemployment_duration"]),
        (BACKGROUND | {"employer_business_id": "0165116-4"}, ["background.employer_business_id"]),
        (BACKGROUND | {"citizenship_group": "FI"}, ["background.citizenship_group"]),
        (BACKGROUND | {"postal_code": "1960"}, ["background.postal_code"]),
    ],
)
def test_a_wrong_background_form_names_its_fields(machine, owner, background, fields):
    event = make.counting_event(organisation=owner)
    assert wrong(register(machine, event, background=background)) == fields
    assert Hold.objects.count() == 0


def test_origin_is_taken_where_the_project_asks_for_it(machine, owner):
    event = make.counting_event(organisation=owner, project=make.project(asks_origin=True))
    register(machine, event, background=BACKGROUND | {"citizenship_group": "EU", "foreign_background": "REFUSED"})
    assert StartNotice.objects.get().citizenship_group == "EU"


def test_the_list_shows_who_comes_in_their_order_and_reading_is_recorded(machine, owner):
    event = make.event(organisation=owner, seats=1)
    first, second = make.register(event), make.register(event, kind=HoldKind.QUEUE)
    make.register(make.event(organisation=owner))

    items = machine.get(f"/events/{event.pk}/registrations").json()["items"]

    assert [(each["id"], each["status"], each["place_in_queue"]) for each in items] == [
        (first.pk, "confirmed", None),
        (second.pk, "waiting", 1),
    ]
    assert items[0]["email"] == first.email
    token, entry = ApiToken.objects.get(), AuditEntry.objects.get(action="people.read")
    assert (entry.actor, entry.subject, entry.scope) == (token.created_by, token.key, event.scope)
    assert entry.after == {"people": 2}


def test_an_empty_list_is_no_reading(machine, event):
    assert machine.get(f"/events/{event.pk}/registrations").json() == {"items": [], "next": None}
    assert not AuditEntry.objects.filter(action="people.read").exists()


def test_the_list_can_be_narrowed_to_a_status(machine, owner):
    event = make.event(organisation=owner, seats=1)
    make.register(event)
    waiting = make.register(event, kind=HoldKind.QUEUE)
    found = machine.get(f"/events/{event.pk}/registrations", {"status": "waiting"}).json()["items"]
    assert [each["id"] for each in found] == [waiting.pk]


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_costs_the_same_queries_for_any_number_of_people(machine, event, people):
    for _i in range(people):
        make.register(event)
    machine.get("/events")

    with CaptureQueriesContext(connection) as queries:
        machine.get(f"/events/{event.pk}/registrations")

    assert len(queries) == 4


def test_one_registration_can_be_read_and_that_is_recorded(machine, event):
    registration = make.register(event)

    found = machine.get(f"/registrations/{registration.pk}").json()

    assert (found["last_name"], found["code"]) == (registration.last_name, registration.code)
    assert AuditEntry.objects.get(action="people.read").after == {"people": 1}


def test_cancelling_offers_the_seat_to_the_next(machine, owner):
    event = make.event(organisation=owner, seats=1)
    first, second = make.register(event), make.register(event, kind=HoldKind.QUEUE)

    response = machine.post(f"/registrations/{first.pk}/cancel")

    assert response.json() == {
        "id": first.pk,
        "event_id": event.pk,
        "status": "cancelled",
        "cancelled_at": "2026-11-23T12:00:00Z",
    }
    assert Registration.objects.get(pk=second.pk).status == Status.OFFERED
    assert AuditEntry.objects.get(action="registration.cancel").actor == ApiToken.objects.get().created_by


def test_one_who_has_cancelled_or_been_there_is_not_cancelled(machine, event, meeting):
    gone, present = make.register(event), make.register(event)
    machine.post(f"/registrations/{gone.pk}/cancel")
    make.check_in(present, meeting)

    assert machine.post(f"/registrations/{gone.pk}/cancel").json()["code"] == "nothing_to_cancel"
    assert machine.post(f"/registrations/{present.pk}/cancel").json()["code"] == "already_attended"


def test_who_may_only_write_learns_no_names(owner, event):
    machine, registration = Machine(make.api_token(owner, Scope.REGISTRATIONS_WRITE)), make.register(event)
    made, gone = register(machine, event), machine.post(f"/registrations/{registration.pk}/cancel")
    assert "Aino" not in made.text + gone.text
    assert registration.email not in gone.text


def test_seats_for_different_people_are_chosen_by_their_pool(machine, owner):
    event = make.event(organisation=owner, seats=5)
    plan = seats.PoolPlan(names={"fi": "Työnhakijat", "en": "Jobseekers"}, capacity=2)
    root = event.pools.get()
    jobs = seats.add_pool(event=event, parent_pk=root.pk, plan=plan, by=make.user(), now=NOW)
    others = seats.PoolPlan(names={"fi": "Muut"}, capacity=2, reserved=True)
    seats.add_pool(event=event, parent_pk=root.pk, plan=others, by=make.user(), now=NOW)

    [told, _others] = machine.get(f"/events/{event.pk}", {"language": "en"}).json()["pools"]
    assert told == {"id": jobs.pk, "meeting_id": None, "name": "Jobseekers", "door": "open", "free_seats": 2}
    assert register(machine, event).json()["code"] == "group_needed"
    assert register(machine, event, pool_id=make.event().pools.get().pk).status_code == 422
    assert register(machine, event, pool_id=jobs.pk).status_code == 201
    assert jobs.registrations.count() == 1
