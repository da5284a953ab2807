import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from events.models import ProjectTarget
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def test_an_organisation_sees_its_own_projects(machine, owner):
    project = make.project(organisation=owner, code="S30001", name="Vauhtia työhön")
    make.project()

    assert machine.get("/projects").json()["items"] == [
        {
            "id": project.pk,
            "code": "S30001",
            "name": "Vauhtia työhön",
            "period": "2021-2027",
            "starts_on": "2025-01-01",
            "ends_on": "2027-12-31",
        }
    ]


def test_the_indicators_are_those_of_the_report(machine, owner):
    project = make.project(organisation=owner)
    ProjectTarget.objects.create(project=project, indicator="EECO01", value=40, valid_from=dt.date(2025, 1, 1))
    event = make.counting_event(organisation=owner, project=project, first=NOW)
    who = make.contact()
    make.check_in(make.register(event, who, answers=make.answers(who)))

    found = machine.get(f"/projects/{project.pk}/indicators", **{"Accept-Language": "en"}).json()

    assert (found["on"], len(found["rows"]), found["without_notice"]) == ("2026-11-23", 25, 0)
    assert found["rows"][0] == {
        "code": "EECO01",
        "label": "Participants in all",
        "total": 1,
        "women": 1,
        "men": 0,
        "other": 0,
        "planned": 40,
        "basis": "counted",
    }
    assert {row["code"]: row["basis"] for row in found["rows"] if row["basis"] != "counted"} == {
        **dict.fromkeys([f"EECO{number}" for number in range(12, 17)], "missing"),
        **dict.fromkeys(["EECO18", "EECO19"], "organisations"),
        **dict.fromkeys(["EECR05", "EECR06"], "missing"),
    }
    earlier = machine.get(f"/projects/{project.pk}/indicators", {"on": "2026-11-22"}).json()
    assert (earlier["on"], earlier["rows"][0]["total"]) == ("2026-11-22", 0)


@pytest.mark.parametrize("on", ["yesterday", "2026-02-30", "1700000000", "2026-11-22T00:00:00Z", ""])
def test_what_is_no_day_is_named(machine, owner, on):
    response = machine.get(f"/projects/{make.project(organisation=owner).pk}/indicators", {"on": on})
    assert (response.status_code, response.json()["errors"][0]["field"]) == (422, "on")


@pytest.mark.parametrize("projects", [1, 3])
def test_the_list_costs_the_same_queries_for_any_number_of_projects(machine, owner, projects):
    for _i in range(projects):
        make.project(organisation=owner)
    machine.get("/events")

    with CaptureQueriesContext(connection) as queries:
        machine.get("/projects")

    assert len(queries) == 2
