"""Pages by cursor: every row once, whatever comes and goes meanwhile."""

import datetime as dt
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.signing import Signer

from events.models import Event
from registrations.services import seats
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def ids(page):
    return [each["id"] for each in page["items"]]


def walk(machine, path, meanwhile=lambda _page: None, **params):
    """Every id in the list, page by page of two."""
    found, cursor = [], ""
    while cursor is not None:
        page = machine.get(path, {"limit": 2, "cursor": cursor} | params).json()
        assert len(page["items"]) <= 2
        found += ids(page)
        cursor = page["next"]
        meanwhile(page)
    return found


def test_every_event_comes_once_also_those_that_begin_together(visitor):
    days = [3, 1, 1, 1, 2]
    made = [make.event(first=NOW + dt.timedelta(days=day)).pk for day in days]
    assert walk(visitor, "/events") == [made[1], made[2], made[3], made[4], made[0]]


def test_an_event_that_comes_or_goes_meanwhile_shifts_nothing(visitor):
    made = [make.event(first=NOW + dt.timedelta(days=day)).pk for day in range(1, 7)]

    def meanwhile(_page):
        make.event(first=NOW + dt.timedelta(hours=1))
        Event.objects.filter(pk=made[0]).update(status="cancelled", cancelled_at=NOW)

    assert walk(visitor, "/events", meanwhile) == made


def test_a_series_whose_meeting_begins_and_ends_meanwhile_comes_once(visitor, time_machine):
    series = make.event(meetings=5, first=NOW + dt.timedelta(minutes=1), hours=1)
    others = [make.event(first=NOW + dt.timedelta(days=day)).pk for day in (1, 2, 3)]

    found = walk(visitor, "/events", lambda _page: time_machine.shift(dt.timedelta(hours=5)))

    assert found == [series.pk, *others]


def test_filters_hold_on_every_page(visitor):
    fairs = [make.event(kind="fair").pk for _i in range(3)]
    make.event(kind="course")
    assert walk(visitor, "/events", kind="fair", municipality="081") == fairs


def test_every_registration_comes_once_also_when_people_come_and_go(machine, owner):
    event = make.event(organisation=owner, seats=50)
    made = [make.register(event) for _i in range(5)]
    later = []

    def meanwhile(_page):
        later.append(make.register(event).pk)
        if made[0].status == "confirmed" and len(later) == 1:
            seats.cancel(registration=made[0], by=None, now=NOW)
        if len(later) > 2:
            later.pop()

    found = walk(machine, f"/events/{event.pk}/registrations", meanwhile)

    assert found[:5] == [each.pk for each in made]
    assert len(set(found)) == len(found)


def test_attendances_and_projects_have_pages_too(machine, owner):
    projects = [make.project(organisation=owner).pk for _i in range(3)]
    event = make.event(organisation=owner, first=NOW)
    present = [make.check_in(make.register(event)).attendance.pk for _i in range(3)]

    assert walk(machine, "/projects") == projects
    assert walk(machine, f"/events/{event.pk}/attendances") == present


def test_the_next_page_is_linked_and_the_last_is_not(visitor):
    made = [make.event(kind="fair").pk for _i in range(3)]
    first = visitor.get("/events", {"limit": 2, "kind": "fair"})

    link = first.headers["Link"]
    assert link.endswith('>; rel="next"')
    parts = urlsplit(link.removeprefix("<").partition(">")[0])
    assert (parts.netloc, parts.path) == ("miitti.example", "/api/v1/events")
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    assert query == {"limit": "2", "kind": "fair", "cursor": first.json()["next"]}
    last = visitor.get("/events", query)
    assert (ids(last.json()), last.json()["next"], "Link" in last.headers) == (made[2:], None, False)


def test_a_list_that_ends_with_its_page_has_no_next(visitor):
    make.event(), make.event()
    assert visitor.get("/events", {"limit": 2}).json()["next"] is None


@pytest.mark.parametrize("path", ["/events", "/projects"])
@pytest.mark.parametrize("cursor", ["x", "\x00", "1:2", "WzFd:abc", "ä", Signer(salt="another").sign_object([1])])
def test_a_cursor_that_is_not_ours_is_named(machine, path, cursor):
    response = machine.get(path, {"cursor": cursor})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "cursor")


def test_another_lists_cursor_is_not_taken(machine, owner):
    for _i in range(2):
        make.project(organisation=owner)
    cursor = machine.get("/projects", {"limit": 1}).json()["next"]
    assert machine.get("/events", {"cursor": cursor}).status_code == 422


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "", str(10**30)])
def test_a_page_has_one_to_a_hundred_items(machine, limit):
    response = machine.get("/projects", {"limit": limit})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "limit")
