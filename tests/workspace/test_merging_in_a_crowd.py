"""Merging while others register, come in and merge too. What the locks are for, and what happens without them."""

import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connections

from accounts.models import Person, PersonMerge, PersonQuerySet
from core.errors import Refused
from esf.models import AttendedDay
from registrations.models import Registration
from tests import factories as make
from tests.factories import NOW
from tests.workspace.merging import aino, merge, office, two, undo
from workspace.services import merging

postgres_alone = pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
pytestmark = pytest.mark.django_db(transaction=True)
TIMES, STEP, ROUNDS = 30, 0.002, 5
"""How often, and by how many seconds the second begins later each time; a slow machine needs more rounds of it."""


def at_once(pairs):
    """Do both of each pair at the same moment, one pair after another. Return what was refused, by its code."""

    def act(job):
        what, start = job
        try:
            start.wait()
            what()
        except Refused as refused:
            return refused.code
        finally:
            connections.close_all()
        return None

    found = []
    with ThreadPoolExecutor(max_workers=2) as hands:
        for pair in pairs:
            start = Barrier(2)
            found += hands.map(act, [(what, start) for what in pair])
    return [code for code in found if code]


def namesakes(number):
    return aino(email=f"aino{number}@example.fi"), aino(email=f"aino{number}@toinen.example")


def registered_meanwhile(turn=0):
    """Each of many is merged away while they register once more. Return how many registrations went astray."""
    project, by = office()
    event = make.event(project=project, organisation=project.organisation, seats=200)
    jobs = []
    for number in range(TIMES):
        one, other = namesakes(turn * TIMES + number)
        first, second = two(project, one, other)
        looked_at = merging.seen(survivor=first.person, merged=second.person)
        away = partial(_tried, first.person, second.person, by, looked_at)
        jobs.append((away, partial(_register, make.held(event), other, number * STEP * 2**turn)))
    at_once(jobs)
    assert PersonMerge.objects.exists()
    return Registration.objects.filter(person__merged_into__isnull=False).count()


def _register(held, contact, after):
    time.sleep(after)  # somewhere in the middle of the merge
    make.seats.register(hold=held, contact=contact, answers=None, support_needs="", now=NOW)


def _tried(first, second, by, looked_at):
    """Who registered first has changed what was looked at: then it is looked at again."""
    try:
        merge(first, second, by, looked_at=looked_at)
    except Refused as refused:
        assert refused.code == "changed_meanwhile"  # noqa: PT017 - in a thread
        merge(first, second, by)


def test_nobody_registers_as_whom_they_no_longer_are():
    assert registered_meanwhile() == 0


@postgres_alone
def test_without_the_persons_lock_somebody_does(monkeypatch):
    monkeypatch.setattr(PersonQuerySet, "locked", lambda self: self.all())
    assert any(registered_meanwhile(turn) for turn in range(ROUNDS))


def test_a_day_attended_meanwhile_is_the_survivors():
    project, by = office()
    jobs, merged = [], []
    for number in range(TIMES):
        first, second = two(project, *namesakes(number), first=NOW, asks_start_notice=True, counting="project_rule")
        merged.append(second.person_id)
        jobs.append((partial(_tried, first.person, second.person, by, None), partial(make.check_in, second)))
    assert at_once(jobs) == []
    assert AttendedDay.objects.filter(person__in=merged).count() == 0
    assert AttendedDay.objects.count() == TIMES


def test_of_two_merges_that_cross_one_is_done_and_the_other_refused():
    project, by = office()
    pairs = [two(project, *namesakes(number)) for number in range(TIMES)]
    refused = at_once(
        (partial(merge, one.person, other.person, by), partial(merge, other.person, one.person, by))
        for one, other in pairs
    )
    assert (len(refused), set(refused) <= {"merged_already", "changed_meanwhile"}) == (TIMES, True)
    assert Person.objects.filter(merged_into__isnull=False).count() == TIMES


def test_the_same_merge_sent_twice_at_once_is_one():
    project, by = office()
    first, second = two(project)
    same = partial(merge, first.person, second.person, by)
    assert at_once([(same, same)]) == []
    assert PersonMerge.objects.count() == 1


def test_taken_back_twice_at_once_is_taken_back_once():
    project, by = office()
    first, second = two(project)
    done = merge(first.person, second.person, by)
    back = partial(undo, done, by)
    assert at_once([(back, back)]) == ["undone_already"]
    second.refresh_from_db()
    assert second.person_id == done.merged_id
