"""Twelve people written out by hand; the report counted by hand from them."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.benchmark.fetched import RowsFetched
from esf.indicators import report
from esf.models import AttendedDay, Participation, StartNotice
from esf.services import notices
from events.models import ProjectTarget
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

START = dt.date(2026, 3, 2)

# gender, born, labour status, unemployment duration, education
PEOPLE = [
    ("F", "2008-03-03", "STUDYING", "", "ISCED1"),  # 17, a day short of 18
    ("M", "2008-03-02", "STUDYING", "", "ISCED2"),  # 18 today
    ("F", "2001-03-03", "UNEMPLOYED", "M6_12", "ISCED3"),  # 24: over six months is long for the young
    ("F", "2001-03-02", "UNEMPLOYED", "M6_12", "ISCED3"),  # 25: it is not
    ("M", "1996-03-03", "UNEMPLOYED", "M12_24", "ISCED4"),  # 29
    ("M", "1996-03-02", "UNEMPLOYED", "M0_6", "ISCED4"),  # 30: in no age group
    ("X", "1971-03-03", "EMPLOYED", "", "ISCED5"),  # 54
    ("F", "1971-03-02", "ENTREPRENEUR", "", "ISCED6"),  # 55
    ("F", "1960-01-01", "UNEMPLOYED", "M24P", "ISCED7"),
    ("M", "1985-06-01", "NONE", "", "ISCED8"),
    ("F", "1985-06-01", "EMPLOYED", "", "ISCED0"),
    ("M", "2004-02-29", "UNEMPLOYED", "M0_6", "ISCED3"),  # 22
]

# indicator: total, women, men, other
EXPECTED = {
    "EECO01": (12, 6, 5, 1),
    "EECO02": (6, 3, 3, 0),
    "EECO03": (3, 2, 1, 0),
    "EECO04": (3, 1, 2, 0),
    "EECO05": (3, 2, 0, 1),
    "EECO06": (1, 1, 0, 0),
    "EECO07": (5, 2, 3, 0),
    "EECO08": (2, 2, 0, 0),
    "EECO09": (3, 2, 1, 0),
    "EECO10": (5, 2, 3, 0),
    "EECO11": (4, 2, 1, 1),
}


def participant(project, gender="F", born="1990-01-01", status="NONE", duration="", education="ISCED3", start=START):
    person = make.person()
    notice = notices.submit(
        person=person,
        project=project,
        source=f"test:{person.pk}",
        answers=make.answers(
            gender=gender,
            birth_date=dt.date.fromisoformat(born),
            labour_status_start=status,
            unemployment_duration=duration,
            education_level=education,
        ),
        now=NOW,
    )
    return Participation.objects.create(
        person=person, project=project, started_on=start, reason="test", start_notice=notice, begun_at=NOW
    )


@pytest.fixture
def project():
    make.privacy_notices()
    return make.project()


def figures(project, on=START):
    rows = report(project=project, on=on).rows
    return {row.code: (row.total, row.women, row.men, row.other) for row in rows if row.code in EXPECTED}


def test_the_report_is_what_a_hand_counts(project):
    for row in PEOPLE:
        participant(project, *row)

    assert figures(project) == EXPECTED


def test_the_annexs_sums_hold(project):
    for row in PEOPLE:
        participant(project, *row)

    total = {code: values[0] for code, values in figures(project).items()}
    assert total["EECO01"] == total["EECO02"] + total["EECO04"] + total["EECO05"]
    assert total["EECO03"] <= total["EECO02"]
    assert total["EECO09"] + total["EECO10"] + total["EECO11"] == total["EECO01"]


def test_a_person_who_returns_counts_once_with_the_first_answers(project):
    first = participant(project, status="UNEMPLOYED", duration="M0_6")
    Participation.objects.filter(pk=first.pk).update(ended_on=START + dt.timedelta(days=30))
    later = notices.submit(
        person=first.person, project=project, source="later", answers=make.answers(labour_status_start="EMPLOYED", unemployment_duration=""), now=NOW
    )  # fmt: skip
    Participation.objects.create(
        person=first.person,
        project=project,
        started_on=START + dt.timedelta(days=60),
        reason="test",
        start_notice=later,
        begun_at=NOW,
    )

    counted = figures(project, START + dt.timedelta(days=90))
    assert (counted["EECO01"][0], counted["EECO02"][0], counted["EECO05"][0]) == (1, 1, 0)


def test_a_day_before_the_start_nobody_is_counted(project):
    participant(project)

    assert figures(project, START - dt.timedelta(days=1))["EECO01"] == (0, 0, 0, 0)


def test_a_participant_without_a_form_is_told_apart_and_not_counted(project):
    Participation.objects.create(person=make.person(), project=project, started_on=START, reason="test", begun_at=NOW)

    result = report(project=project, on=START)
    assert (result.without_notice, result.row("EECO01").total) == (1, 0)


def test_a_person_who_may_be_counted_twice_is_pointed_at(project):
    for born in ("1990-05-17", "1990-05-18"):
        spell = participant(project, born=born)
        StartNotice.objects.filter(pk=spell.start_notice.pk).update(
            first_name="Aino", last_name="Virtanen", email="aino@example.fi"
        )
    participant(project)

    assert report(project=project, on=START).perhaps_twice == 1


def test_another_projects_people_are_not_ours(project):
    participant(make.project())

    assert figures(project)["EECO01"] == (0, 0, 0, 0)


def test_the_plan_in_force_on_the_day_stands_beside_the_figure(project):
    for value, since in ((550, START), (465, START + dt.timedelta(days=10))):
        ProjectTarget.objects.create(project=project, indicator="EECO01", value=value, valid_from=since)

    planned = [report(project=project, on=START + dt.timedelta(days=days)).row("EECO01").planned for days in (0, 9, 10)]
    assert planned == [550, 550, 465]


@pytest.mark.parametrize("people", [1, 3])
def test_the_report_costs_seven_queries_for_any_number_of_people(project, people):
    for _i in range(people):
        participant(project)

    with CaptureQueriesContext(
        connection,
    ) as queries:
        report(project=project, on=START)

    assert len(queries) == 7


def test_the_report_fetches_as_many_rows_for_thirty_people_as_for_three(project):
    """Rows are groups of a gender and an age, of which there are no more than people have ages."""
    fetched = []
    for times in (1, 9):
        for row in PEOPLE[:3] * times:
            participant(project, *row)
        with RowsFetched() as rows:
            result = report(project=project, on=START)
        fetched.append((result.row("EECO01").total, rows.number))

    [(few, rows_of_few), (many, rows_of_many)] = fetched
    assert (few, many, rows_of_many) == (3, 30, rows_of_few)


def test_rows_are_counted_as_they_are_fetched(project):
    for row in PEOPLE[:3]:
        participant(project, *row)
    with RowsFetched() as rows:
        list(StartNotice.objects.all())
        assert StartNotice.objects.filter(gender="F").count() == 2
        list(StartNotice.objects.filter(gender="F").values("gender"))
    StartNotice.objects.first()
    assert rows.number == 3 + 1 + 2


def test_a_form_that_comes_late_completes_the_participation_if_its_registration_was_let_in(project):
    person = make.person()
    spell = Participation.objects.create(person=person, project=project, started_on=START, reason="test", begun_at=NOW)
    AttendedDay.objects.create(
        person=person, project=project, day=START, hours=2, source="meeting:1", notice_source="registration:1"
    )

    strange = notices.submit(person=person, project=project, source="registration:2", answers=make.answers(), now=NOW)
    notice = notices.submit(person=person, project=project, source="registration:1", answers=make.answers(), now=NOW)

    spell.refresh_from_db()
    assert (spell.start_notice, hasattr(strange, "participation")) == (notice, False)


def test_answers_that_began_a_participation_are_not_changed_by_their_giver(project):
    spell = participant(project)

    with pytest.raises(notices.NoticeInUse):
        notices.submit(
            person=spell.person, project=project, source=spell.start_notice.source, answers=make.answers(), now=NOW
        )
    assert StartNotice.objects.count() == 1
