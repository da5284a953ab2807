"""The golden dataset: what the database counts, what the pure rules say, and what was worked out by hand."""

import datetime as dt
from collections import Counter

import pytest

from accounts.models import Organisation
from esf.enums import Basis, Dimension, Profile
from esf.indicators import AGE_GROUPS, Choice, breakdown, labels, over_time, report
from esf.models import Participation
from esf.rules.indicators import codes
from events.models import ProjectTarget
from tests import factories as make
from tests.esf import golden
from tests.esf.golden import ON, PEOPLE, TOTALS

PLUS, OLD = Profile.ESFPLUS_2021, Profile.ESF_2014
PROFILES = pytest.mark.parametrize("profile", [PLUS, OLD])


def by_hand(profile, people=PEOPLE):
    """Persons by indicator: in all, women, men, others."""
    found = {sex: Counter(code for line in people if line.sex == sex for code in line.codes(profile)) for sex in "FMX"}
    every = found["F"] | found["M"] | found["X"]
    return {code: (sum(found[sex][code] for sex in "FMX"), *(found[sex][code] for sex in "FMX")) for code in every}


def counted(project, on=ON, **choice):
    rows = report(project=project, on=on, choice=Choice(**choice)).rows
    return {
        row.code: (row.total, row.women, row.men, row.other) for row in rows if row.basis == Basis.COUNTED and row.total
    }


def test_there_are_sixty():
    assert len(PEOPLE) == 60


@PROFILES
@pytest.mark.parametrize("line", PEOPLE, ids=lambda line: line.why)
def test_the_rules_say_of_each_what_the_hand_says(line, profile):
    known = golden.facts(line)
    assert (codes(known, profile) if known else frozenset()) == line.codes(profile)


@pytest.mark.django_db
@PROFILES
def test_the_database_counts_what_the_hand_counted(profile):
    assert counted(golden.project(profile)) == by_hand(profile)


@pytest.mark.django_db
@PROFILES
def test_the_database_counts_the_totals_that_are_written_down(profile):
    assert counted(golden.project(profile)) == TOTALS[profile]


@PROFILES
def test_the_lines_add_up_to_the_totals_that_are_written_down(profile):
    assert by_hand(profile) == TOTALS[profile]


@pytest.mark.django_db
@PROFILES
def test_no_check_fails_and_those_without_a_form_are_told(profile):
    found = report(project=golden.project(profile), on=ON)
    assert (found.failures, found.without_notice, found.perhaps_twice) == ((), 1, 0)


@pytest.mark.django_db
@PROFILES
def test_each_month_of_each_indicator_is_that_of_a_report_of_its_last_day(profile):
    project = golden.project(profile)
    golden.estimates(project)
    golden.organisations(project)
    found = {
        code: {point.day: point.total for point in over_time(project=project, code=code, on=ON)}
        for code in labels(project)
    }
    days = [
        dt.date(2024, 12, 31),
        dt.date(2026, 2, 28),
        *(dt.date(2026, month, 1) - dt.timedelta(1) for month in range(4, 12)),
        ON,
    ]

    reports = {day: {row.code: row.total for row in report(project=project, on=day).rows} for day in days}

    assert {code: {day: values[day] for day in days} for code, values in found.items()} == {
        code: {day: reports[day][code] for day in days} for code in found
    }


@pytest.mark.django_db
def test_a_plan_is_shown_as_it_was_at_the_end_of_each_month():
    project = make.project(starts_on=dt.date(2026, 1, 15))
    for value, since in ((550, dt.date(2026, 2, 1)), (465, dt.date(2026, 3, 10))):
        ProjectTarget.objects.create(project=project, indicator="EECO01", value=value, valid_from=since)

    points = over_time(project=project, code="EECO01", on=dt.date(2026, 3, 5))
    assert [(point.day.isoformat(), point.total, point.planned) for point in points] == [
        ("2026-01-31", 0, None),
        ("2026-02-28", 0, 550),
        ("2026-03-05", 0, 550),
    ]


@pytest.mark.django_db
@PROFILES
@pytest.mark.parametrize("by", Dimension)
def test_the_parts_of_a_breakdown_add_up_to_the_report(profile, by):
    project = golden.project(profile)
    offices = [make.organisation(), make.organisation()]
    for number, spell in enumerate(Participation.objects.filter(project=project).order_by("pk")):
        if number % 3:
            Participation.objects.filter(pk=spell.pk).update(implementer=offices[number % 3 - 1])

    parts = breakdown(project=project, on=ON, by=by)

    whole = by_hand(profile)
    assert {code: sum(part.counts.total(code) for part in parts) for code in whole} == {
        code: values[0] for code, values in whole.items()
    }


@pytest.mark.django_db
@PROFILES
def test_a_part_that_is_chosen_is_that_of_the_breakdown(profile):
    project = golden.project(profile)
    office = make.organisation()
    Participation.objects.filter(project=project, start_notice__gender="F").update(implementer=office)
    choices = {Dimension.AGE: "age", Dimension.MUNICIPALITY: "municipality", Dimension.IMPLEMENTER: "implementer"}

    for by, name in choices.items():
        for part in breakdown(project=project, on=ON, by=by):
            if part.key:
                key = int(part.key) if by == Dimension.IMPLEMENTER else part.key
                chosen = {code: values[0] for code, values in counted(project, **{name: key}).items()}
                assert chosen == {code: part.counts.total(code) for code in labels(project) if part.counts.total(code)}


@pytest.mark.django_db
def test_one_gender_or_one_stretch_of_time_can_be_chosen():
    project = golden.project()
    women = [line for line in PEOPLE if line.sex == "F"]
    assert counted(project, gender="F") == by_hand(PLUS, women)

    before_march = [line for line in PEOPLE if line.codes(PLUS) and golden.spells_of(line)[0][0] < dt.date(2026, 3, 1)]
    assert counted(project, began_to=dt.date(2026, 2, 28)) == by_hand(PLUS, before_march)
    assert counted(project, began_from=dt.date(2026, 3, 1), began_to=dt.date(2026, 3, 1))["EECO01"] == (1, 1, 0, 0)


@pytest.mark.django_db
def test_the_age_groups_are_in_order_and_their_people_are_those_of_the_hand():
    parts = breakdown(project=golden.project(), on=ON, by=Dimension.AGE, code="EECO01")
    assert [(part.key, part.counts.total("EECO01")) for part in parts] == [
        ("0-17", 2),
        ("18-29", 8),
        ("30-54", 41),
        ("55-", 6),
    ]
    assert [group.code for group in AGE_GROUPS[PLUS]] == ["0-17", "18-29", "30-54", "55-"]


@pytest.mark.django_db
def test_an_abolished_municipality_counts_as_its_successor_from_the_successors_first_day_on():
    project = golden.project()

    def towns(on):
        parts = breakdown(project=project, on=on, by=Dimension.MUNICIPALITY, code="EECO01")
        return [(part.key, part.label, part.counts.total("EECO01")) for part in parts]

    assert towns(dt.date(2024, 12, 31)) == [("588", "Pertunmaa", 1)]
    assert towns(dt.date(2025, 1, 1)) == [("507", "Mäntyharju", 1)]
    assert counted(project, municipality="507")["EECO01"] == (2, 1, 1, 0)
    assert [key for key, _name, _people in towns(ON)] == ["081", "491", "507", "740", "999"]


@pytest.mark.django_db
def test_who_first_came_to_whose_event_is_named_in_the_alphabet():
    project = golden.project()
    named = [make.organisation(name=name) for name in ("Sysmä", "Äänekoski", "Hartola")]
    for office, spell in zip(named, Participation.objects.filter(project=project).order_by("pk"), strict=False):
        Participation.objects.filter(pk=spell.pk).update(implementer=office)

    parts = breakdown(project=project, on=ON, by=Dimension.IMPLEMENTER, code="EECO01")
    assert [(part.label if part.key else "", part.counts.total("EECO01")) for part in parts] == [
        ("Hartola", 1), ("Sysmä", 1), ("Äänekoski", 1), ("", 54),
    ]  # fmt: skip
    assert Organisation.objects.filter(pk__in=[part.key for part in parts if part.key]).count() == 3


@pytest.mark.django_db
def test_of_each_gender_the_newest_estimate_of_the_day_counts_with_its_method():
    project = golden.project()
    golden.estimates(project)
    row = report(project=project, on=ON).row("EECO12")
    assert (row.total, row.women, row.men, row.other, row.basis) == (6, 4, 2, 0, Basis.ESTIMATED)
    assert row.methods == (
        (dt.date(2026, 10, 1), "From talks with the groups"),
        (dt.date(2026, 6, 1), "From talks with the groups"),
    )
    men = report(project=project, on=ON, choice=Choice(gender="M")).row("EECO12")
    assert (men.total, men.women, men.men) == (2, 0, 2)


@pytest.mark.django_db
def test_what_nobody_estimated_asked_or_followed_up_is_not_known():
    project = golden.project(asks_origin=False, follows_up=False)
    golden.estimates(project)
    missing = [row.code for row in report(project=project, on=ON).rows if row.basis == Basis.MISSING]
    assert missing == ["EECO13", "EECO14", "EECO15", "EECO16", "EECR05", "EECR06"]

    part = report(project=project, on=ON, choice=Choice(municipality="491")).rows
    assert [row.code for row in part if row.basis == Basis.MISSING] == [
        "EECO12", "EECO13", "EECO14", "EECO15", "EECO16", "EECO18", "EECO19", "EECR05", "EECR06",
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(("profile", "public", "enterprises"), [(PLUS, "EECO18", "EECO19"), (OLD, "CO22", "CO23")])
def test_organisations_count_once_by_business_id_and_by_their_kind(profile, public, enterprises):
    project = golden.project(profile)
    golden.organisations(project)
    found = report(project=project, on=ON)
    assert [(found.row(code).total, found.row(code).has_genders) for code in (public, enterprises)] == [
        (1, False),
        (2, False),
    ]


@pytest.mark.django_db
def test_plans_stand_beside_the_whole_alone():
    project = golden.project()
    ProjectTarget.objects.create(project=project, indicator="EECO01", value=100, valid_from=project.starts_on)
    assert report(project=project, on=ON).row("EECO01").planned == 100
    assert report(project=project, on=ON, choice=Choice(gender="F")).row("EECO01").planned is None
