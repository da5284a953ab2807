import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.enums import Status
from registrations.enums import HoldKind
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def ids(response):
    return [each["id"] for each in response.json()["items"]]


def test_anyone_may_read_the_published_events_in_their_language(visitor):
    event = make.event(title_fi="Kurssi", title_sv="Kurs", seats=5)
    make.event(status=Status.DRAFT)

    response = visitor.get("/events", {"language": "sv"})

    [found] = response.json()["items"]
    assert response.headers["Content-Language"] == "sv"
    assert (found["title"], found["door"], found["free_seats"]) == ("Kurs", "open", 5)
    assert found["meetings"][0]["municipality_code"] == "081"
    assert found["url"] == f"https://miitti.example/sv/events/{event.slug}/"


def test_one_event_says_all_that_its_page_says_also_when_it_is_cancelled(visitor):
    event = make.event(status=Status.CANCELLED, title="Kurssi", project=make.project(), asks_start_notice=True)

    found = visitor.get(f"/events/{event.pk}").json()

    assert (found["title"], found["status"], found["door"]) == ("Kurssi", "cancelled", "cancelled")
    assert (found["organiser"], found["project_code"]) == (event.organisation.name, event.project.code)
    assert (found["contact_email"], found["asks_background"]) == ("jarjestaja@kunta.example", True)


def test_a_draft_is_nowhere(visitor, machine, owner):
    draft = make.event(organisation=owner, status=Status.DRAFT)
    for path in ("", "/seats"):
        assert visitor.get(f"/events/{draft.pk}{path}").status_code == 404
        assert machine.get(f"/events/{draft.pk}{path}").status_code == 404
    assert ids(machine.get("/events")) == []
    assert machine.get(f"/events/{draft.pk}/occupancy").status_code == 200


def test_they_can_be_narrowed(visitor):
    fair, course = make.event(kind="fair"), make.event(kind="course", changed_at=NOW)
    assert ids(visitor.get("/events", {"kind": "fair"})) == [fair.pk]
    assert ids(visitor.get("/events", {"municipality": "999"})) == []
    assert ids(visitor.get("/events", {"municipality": "081"})) == [fair.pk, course.pk]
    assert ids(visitor.get("/events", {"changed_since": "2026-11-23T12:00:00Z"})) == [course.pk]
    assert ids(visitor.get("/events", {"starts_before": "2026-11-30T12:00:01Z"})) == [fair.pk, course.pk]
    assert ids(visitor.get("/events", {"starts_before": "2026-11-30T12:00:00Z"})) == []


def test_the_soonest_comes_first_and_what_is_over_is_gone(visitor):
    later, sooner = make.event(first=NOW + dt.timedelta(days=2)), make.event(first=NOW + dt.timedelta(days=1))
    make.event(first=NOW - dt.timedelta(days=1))
    assert ids(visitor.get("/events")) == [sooner.pk, later.pk]


@pytest.mark.parametrize("events", [1, 3])
def test_the_list_costs_the_same_queries_for_any_number_of_events(visitor, events):
    for _i in range(events):
        make.event(project=make.project())

    with CaptureQueriesContext(connection) as queries:
        visitor.get("/events")

    assert len(queries) == 4


def test_everybody_sees_free_seats_and_the_organiser_how_they_are_taken(visitor, machine, event):
    make.register(event)
    make.held(event)

    seats = {"event_id": event.pk, "door": "open", "capacity": 5, "free": 3}
    assert visitor.get(f"/events/{event.pk}/seats").json() == seats
    more = machine.get(f"/events/{event.pk}/occupancy").json()
    assert more == seats | {"taken": 1, "held": 1, "offered": 0, "waiting": 0}


def test_the_queue_is_told_to_the_organiser_alone(visitor, machine, owner):
    event = make.event(organisation=owner, seats=1)
    make.register(event)
    make.register(event, kind=HoldKind.QUEUE)

    assert visitor.get(f"/events/{event.pk}/seats").json()["door"] == "queue"
    assert machine.get(f"/events/{event.pk}/occupancy").json()["waiting"] == 1


def test_where_nobody_registers_there_are_no_seats_to_count(visitor, machine, owner):
    event = make.event(organisation=owner, seats=None)
    seats = {"event_id": event.pk, "door": "free_entry", "capacity": None, "free": None}
    assert visitor.get(f"/events/{event.pk}/seats").json() == seats
    assert machine.get(f"/events/{event.pk}/occupancy").json() == seats | {
        "taken": None,
        "held": None,
        "offered": None,
        "waiting": None,
    }
