"""The demo: loaded through the services, dated relative to today, opened by nothing but its own mode."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import Person, User
from config.demo import loader, redating
from esf.indicators import report
from esf.models import StartNotice
from events.enums import Kind
from events.models import Event, Meeting, Municipality, Project
from registrations.models import Attendance, Registration
from tests import factories as make
from virtualfair.models import Pitch

NOW = make.at("2026-11-23 14:00")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def demo(django_db_setup, django_db_blocker):
    """One demo for the module; the tests look at it, or roll their changes back."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        loader.load(now=NOW)
        yield
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)


def test_it_plays_the_twelve_scenarios_in_four_towns(demo):
    slugs = set(Event.objects.values_list("slug", flat=True))
    assert {"virtuaali-miitti", "potkua-yrittajyyteen", "tyoturvallisuuskortti", "pop-up-kahvila"} <= slugs
    assert set(Event.objects.values_list("kind", flat=True)) == set(Kind.values)
    towns = Municipality.objects.hosting().values_list("code", flat=True)
    assert set(towns) == {"081", "781", "172", "213"}
    assert Pitch.objects.count() == 8


def test_it_has_a_hundred_people_with_forms_full_and_nearly_full_courses_and_a_queue(demo):
    full, nearly = (Event.objects.get(slug=slug).pools.get() for slug in ("tyoturvallisuuskortti", "hygieniapassi"))
    assert (full.taken, full.offered, full.capacity, full.waiting) == (19, 1, 20, 4)
    assert (nearly.taken, nearly.capacity) == (18, 20)
    assert Person.objects.count() >= 100
    assert StartNotice.objects.values("person").distinct().count() >= 100


def test_its_counters_are_true(demo, counters):
    for event in Event.objects.filter(pools__isnull=False):
        counters(event)


def test_its_report_has_figures_against_a_plan(demo):
    project = Project.objects.get(code="S39901")
    row = report(project=project, on=timezone.localdate(NOW)).row("EECO01")
    assert row.planned == 550
    assert row.total == row.women + row.men + row.other > 10


def test_something_is_going_on_today(demo):
    today = timezone.localdate(NOW)
    slugs = {meeting.event.slug for meeting in Meeting.objects.all() if timezone.localdate(meeting.starts_at) == today}
    assert {"pop-up-kahvila", "virtuaali-miitti", "potkua-yrittajyyteen"} <= slugs


def test_everybody_in_it_is_invented(demo):
    addresses = {*Person.objects.values_list("email", flat=True), *User.objects.values_list("email", flat=True)}
    assert {address.rsplit(".", 1)[-1] for address in addresses if address} == {"example"}  # one has a phone alone


def test_loading_it_again_changes_nothing(demo):
    before = Registration.objects.count()
    assert loader.load(now=NOW) is False
    assert Registration.objects.count() == before


@pytest.mark.parametrize("days", [1, 130])
def test_a_stale_demo_moves_to_today_with_its_clock_times(demo, days):
    course = Event.objects.get(slug="potkua-yrittajyyteen")
    before = [timezone.localtime(meeting.starts_at) for meeting in course.timetable]
    attended = Attendance.objects.count()

    assert redating.redate(now=NOW + dt.timedelta(days=days)) == days

    after = [timezone.localtime(m.starts_at) for m in Meeting.objects.filter(event=course).order_by("starts_at")]
    assert [moment.replace(tzinfo=None) for moment in after] == [
        moment.replace(tzinfo=None) + dt.timedelta(days=days) for moment in before
    ]
    assert Attendance.objects.count() == attended
    assert redating.redate(now=NOW + dt.timedelta(days=days)) == 0
