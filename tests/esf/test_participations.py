import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from threading import Barrier

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from accounts.models import PersonQuerySet
from esf.models import AttendedDay, Participation
from esf.services import notices, participations
from tests import factories as make
from tests.factories import NOW

MONDAY = dt.date(2026, 11, 23)


def attend(person, project, day=MONDAY, hours="2", source="meeting:1", because=""):
    return participations.attend(
        person_pk=person.pk,
        project=project,
        day=day,
        hours=Decimal(hours),
        source=source,
        at_once_because=because,
        notice_source="",
        now=NOW,
    )


@pytest.mark.django_db
def test_a_second_date_begins_the_participation_on_the_first():
    person, project = make.person(), make.project()

    assert attend(person, project) is None
    spell = attend(person, project, MONDAY + dt.timedelta(days=7), source="meeting:2")

    assert (spell.started_on, spell.reason) == (MONDAY, "more than one date")


@pytest.mark.django_db
def test_the_events_own_rule_begins_it_at_once_with_its_reason():
    spell = attend(make.person(), make.project(), because="target group only")

    assert (spell.started_on, spell.reason) == (MONDAY, "target group only")


@pytest.mark.django_db
def test_the_same_meeting_twice_is_one_attended_day():
    person, project = make.person(), make.project()
    for _scan in range(2):
        attend(person, project, hours="8")

    assert AttendedDay.objects.count() == 1
    assert not Participation.objects.exists()


@pytest.mark.django_db
def test_days_in_another_project_do_not_add_up():
    person = make.person()
    for _i in range(2):
        attend(person, make.project())

    assert not Participation.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("period", [(-400, -1), (1, 400)])
def test_a_day_outside_the_projects_period_begins_nothing(period):
    starts, ends = (MONDAY + dt.timedelta(days=days) for days in period)
    project = make.project(starts_on=starts, ends_on=ends)

    assert attend(make.person(), project, because="target group only") is None


@pytest.mark.django_db
def test_after_an_ended_spell_the_days_are_counted_anew():
    person, project = make.person(), make.project()
    spell = attend(person, project, because="target group only")
    Participation.objects.filter(pk=spell.pk).update(ended_on=MONDAY)

    assert attend(person, project, MONDAY + dt.timedelta(days=30), source="meeting:2") is None
    again = attend(person, project, MONDAY + dt.timedelta(days=31), source="meeting:3")

    assert again.started_on == MONDAY + dt.timedelta(days=30)


@pytest.mark.django_db
def test_the_database_refuses_two_open_spells():
    spell = attend(make.person(), make.project(), because="target group only")
    with pytest.raises(IntegrityError), transaction.atomic():
        Participation.objects.create(
            person=spell.person,
            project=spell.project,
            started_on=MONDAY + dt.timedelta(days=1),
            reason="test",
            begun_at=NOW,
        )


def two_doors(people, project):
    """Each person attends two dates at the same moment, at two doors. Return how many participations began."""

    def scan(job):
        person, number, start = job
        try:
            start.wait()
            attend(person, project, MONDAY + dt.timedelta(days=number), source=f"meeting:{number}")
        finally:
            connections.close_all()

    jobs = []
    for person in people:
        start = Barrier(2)
        jobs += [(person, number, start) for number in (1, 2)]
    with ThreadPoolExecutor(max_workers=2) as doors:
        list(doors.map(scan, jobs))
    return Participation.objects.count()


@pytest.mark.django_db(transaction=True)
def test_two_doors_at_once_never_miss_the_second_date():
    project = make.project()
    people = [make.person() for _i in range(60)]

    assert two_doors(people, project) == 60


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_without_the_persons_lock_a_second_date_is_missed(monkeypatch):
    project = make.project()
    people = [make.person() for _i in range(60)]
    monkeypatch.setattr(PersonQuerySet, "locked", lambda self: self.all())

    assert two_doors(people, project) < 60


def form_and_scan_at_once(people, project):
    """Each person sends their form while they are let in. Return how many participations stay without it."""

    def act(job):
        what, start = job
        try:
            start.wait()
            what()
        finally:
            connections.close_all()

    def scan(person):
        participations.attend(
            person_pk=person.pk, project=project, day=MONDAY, hours=Decimal(2), source="meeting:1",
            at_once_because="target group only", notice_source=f"registration:{person.pk}", now=NOW,
        )  # fmt: skip

    def send(person):
        notices.submit(
            person=person, project=project, source=f"registration:{person.pk}", answers=make.answers(), now=NOW
        )

    jobs = []
    for person in people:
        start = Barrier(2)
        jobs += [(partial(scan, person), start), (partial(send, person), start)]
    with ThreadPoolExecutor(max_workers=2) as hands:
        list(hands.map(act, jobs))
    return Participation.objects.filter(start_notice=None).count()


@pytest.mark.django_db(transaction=True)
def test_a_form_sent_while_its_giver_is_let_in_is_found():
    make.privacy_notices()
    assert form_and_scan_at_once([make.person() for _i in range(60)], make.project()) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
@pytest.mark.django_db(transaction=True)
def test_without_the_persons_lock_some_forms_are_not(monkeypatch):
    make.privacy_notices()
    people, project = [make.person() for _i in range(60)], make.project()
    monkeypatch.setattr(PersonQuerySet, "locked", lambda self: self.all())

    assert form_and_scan_at_once(people, project) > 0
