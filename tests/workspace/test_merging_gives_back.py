"""Whatever two people have: a merge taken back leaves every row as it was."""

import datetime as dt
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import Person, PersonScope, PrivacyNotice
from accounts.services import finding
from esf.models import AttendedDay, Participation, StartNotice
from registrations.models import Registration
from tests import factories as make
from tests.factories import NOW
from tests.workspace.merging import everything, merge, office, undo
from workspace.services import merging

FIRST = NOW.date() - dt.timedelta(days=60)
WHO, PROJECT = st.integers(0, 1), st.integers(0, 1)
SPELL = st.tuples(WHO, PROJECT, st.integers(0, 20), st.none() | st.integers(0, 10), st.booleans())
DAY = st.tuples(WHO, PROJECT, st.integers(0, 20), st.integers(0, 4))
SEAT = st.tuples(WHO, st.integers(0, 2), st.sampled_from(["confirmed", "waiting", "cancelled"]))


@pytest.fixture
def stage(db):
    project, by = office()
    projects = [project, make.project(organisation=project.organisation)]
    events = [make.event(project=each, organisation=project.organisation) for each in (*projects, None)]
    make.privacy_notices()
    people = [make.person(email=f"aino{number}@example.fi", phone=f"04012345{number}") for number in range(2)]
    finding.write_anew(people=people)
    return people, projects, events, by


def day(number):
    return FIRST + dt.timedelta(days=number)


def give(stage, spells, days, seats):
    """Rows as they may have come to stand there, by whatever way; what the database refuses is left out."""
    people, projects, events, _by = stage
    for person in people:
        PersonScope.objects.create(person=person, scope=projects[0].scope)
    for number, (who, project, start, long, formed) in enumerate(spells):
        form = notice(people[who], projects[project], f"registration:{number}") if formed else None
        old = Participation.objects.filter(person=people[who], project=projects[project])
        ends = None if long is None else day(start + long)
        if not any(
            (each.ended_on or dt.date.max) >= day(start) and each.started_on <= (ends or dt.date.max) for each in old
        ):
            Participation.objects.create(
                person=people[who], project=projects[project], started_on=day(start), ended_on=ends, reason="rule",
                start_notice=form, begun_at=NOW,
            )  # fmt: skip
    for who, project, number, meeting in days:
        AttendedDay.objects.get_or_create(
            person=people[who], project=projects[project], source=f"meeting:{meeting}",
            defaults={"day": day(number), "hours": Decimal(2)},
        )  # fmt: skip
    for number, (who, event, status) in enumerate(seats):
        mine = Registration.objects.active().filter(event=events[event], person=people[who])
        if status == "cancelled" or not mine.exists():
            PersonScope.objects.get_or_create(person=people[who], scope=events[event].scope)
            Registration.objects.create(
                event=events[event], pool=events[event].pools.get(), person=people[who], status=status,
                code=f"CODE{number:04}", first_name="Aino", last_name="Virtanen", language="fi", registered_at=NOW, queued_at=NOW,
                confirmed_at=NOW if status == "confirmed" else None, cancelled_at=NOW if status == "cancelled" else None,
            )  # fmt: skip


def notice(person, project, source):
    answers = make.answers(make.contact())
    return StartNotice.objects.create(
        person=person, project=project, source=source, privacy_notice_id=notice_version(), info_given_at=NOW,
        confirmed_at=NOW, submitted_at=NOW, wording="2026-11", **vars(answers),
    )  # fmt: skip


def notice_version():
    return PrivacyNotice.objects.values_list("pk", flat=True)[0]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(SPELL, max_size=6), st.lists(DAY, max_size=6), st.lists(SEAT, max_size=5),
    st.sets(st.sampled_from(merging.FIELDS)), st.booleans(),
)  # fmt: skip
def test_a_merge_taken_back_leaves_every_row_as_it_was(stage, spells, days, seats, theirs, turned):
    people, projects, _events, by = stage
    with transaction.atomic():
        give(stage, spells, days, seats)
        before = everything()
        survivor, merged = reversed(people) if turned else people
        try:
            done = merge(survivor, merged, by, theirs=sorted(theirs))
        except merging.Hindered:
            assert everything() == before
        else:
            assert not Registration.objects.filter(person=merged).exists()
            assert not Participation.objects.filter(person=merged).exists()
            assert Participation.objects.filter(ended_on=None, project=projects[0]).count() <= 1
            undo(done, by)
            assert Person.objects.filter(merged_into=None).count() == 2
            assert everything() == before
        transaction.set_rollback(True)
