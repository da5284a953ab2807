"""Estimates: only of what is not asked, only added, each with its method."""

import datetime as dt

import pytest

from accounts.enums import Role
from accounts.models import AuditEntry
from esf.enums import Basis, Gender
from esf.indicators import report
from esf.models import Estimate
from esf.services import estimates
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


def add(project, by, indicator="EECO12", day=TODAY, **values):
    plain = {Gender.F: 4, Gender.M: 2, Gender.X: 0}
    estimates.add(
        project=project, indicator=indicator, values=values or plain, method="Kyselystä", day=day, by=by, now=NOW
    )


@pytest.mark.parametrize(
    ("fields", "codes"),
    [
        ({}, ["EECO12", "EECO13", "EECO14", "EECO15", "EECO16"]),
        ({"asks_origin": True}, ["EECO12", "EECO15", "EECO16"]),
        ({"period": "2014-2020"}, []),
    ],
)
def test_only_what_is_not_asked_may_be_estimated(fields, codes):
    assert [each.value for each in estimates.choices(make.project(**fields))] == codes


def test_it_stands_in_the_report_with_its_method_and_in_the_log():
    project, user = make.project(), make.user()
    add(project, user)
    row = report(project=project, on=TODAY).row("EECO12")
    assert (row.total, row.women, row.men, row.other, row.basis, row.methods) == (
        6, 4, 2, 0, Basis.ESTIMATED, ((TODAY, "Kyselystä"),),
    )  # fmt: skip
    [entry] = AuditEntry.objects.filter(action="estimate.add")
    assert (entry.actor, entry.after["F"], entry.after["method"]) == (user, 4, "Kyselystä")


def test_a_newer_one_is_added_and_the_older_stays():
    project, user = make.project(), make.user()
    add(project, user, day=TODAY - dt.timedelta(days=30))
    add(project, user, F=9, M=1, X=0)
    totals = [
        report(project=project, on=TODAY - dt.timedelta(days=days)).row("EECO12").total for days in (31, 30, 1, 0)
    ]
    assert (totals, Estimate.objects.count()) == ([0, 6, 6, 10], 6)


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"indicator": "EECO01"}, estimates.NotEstimated),
        ({"indicator": "nonsense"}, estimates.NotEstimated),
        ({"day": TODAY + dt.timedelta(days=1)}, estimates.InFuture),
    ],
)
def test_what_makes_no_sense_is_refused(fields, refusal):
    with pytest.raises(refusal):
        add(make.project(), make.user(), **fields)
    assert Estimate.objects.count() == 0


def test_it_is_added_on_the_page(client):
    project = make.project()
    client.force_login(make.member(Role.ORGANISER, project))
    address = f"/desk/projects/{project.pk}/estimates/"
    wanted = {
        "indicator": "EECO15",
        "women": "3",
        "men": "2",
        "other": "0",
        "method": "Kumppaneilta",
        "day": "2026-11-01",
    }

    assert client.post(address, wanted).status_code == 302

    rows = Estimate.objects.order_by("pk").values_list("indicator", "gender", "value", "method")
    assert list(rows) == [
        ("EECO15", "F", 3, "Kumppaneilta"),
        ("EECO15", "M", 2, "Kumppaneilta"),
        ("EECO15", "X", 0, "Kumppaneilta"),
    ]
    assert "Kumppaneilta" in client.get(address).content.decode()
    for wrong in ({"women": "-1"}, {"women": "1,5"}, {"method": ""}, {"day": "2999-01-01"}, {"indicator": "EECO01"}):
        assert client.post(address, wanted | wrong).status_code == 422


def test_a_project_that_asks_everything_estimates_nothing(client):
    project = make.project(period="2014-2020")
    client.force_login(make.member(Role.OWNER, project))
    html = client.get(f"/desk/projects/{project.pk}/estimates/").content.decode()
    assert 'name="indicator"' not in html
    assert client.post(f"/desk/projects/{project.pk}/estimates/", {"indicator": "CO16"}).status_code == 200
