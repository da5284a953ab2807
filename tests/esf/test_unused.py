"""Forms that came to nothing are destroyed, and nobody is told whose."""

import datetime as dt

import pytest

from accounts.models import AuditEntry
from esf.models import Correction, EndNotice, NoticeConfirmation, NoticeDraft, Participation, StartNotice
from esf.services import corrections, drafts, notices, participations, spells, unused
from tests import factories as make
from tests.esf.ends import submit
from tests.factories import NOW

pytestmark = pytest.mark.django_db
YEAR = dt.timedelta(days=365)
DAY = dt.timedelta(days=1)


@pytest.fixture
def project():
    make.privacy_notices()
    return make.project(min_hours=8)


def given(project, person=None, source="registration:1", at=NOW):
    who = person or make.person()
    return notices.submit(person=who, project=project, source=source, answers=make.answers(), now=at)


def attend(project, person, day, hours=2):
    return participations.attend(
        person_pk=person.pk,
        project=project,
        day=day,
        hours=hours,
        source=f"meeting:{day}",
        at_once_because="",
        notice_source="registration:1",
        now=NOW,
    )


def test_a_form_nobody_came_for_is_destroyed_after_a_year(project):
    given(project)
    assert unused.destroy_due(now=NOW + YEAR) == 0
    assert unused.destroy_due(now=NOW + YEAR + DAY) == 1
    assert StartNotice.objects.count() == 0


def test_one_that_became_a_participation_stays(project):
    notice = given(project)
    attend(project, notice.person, NOW.date(), hours=9)
    assert Participation.objects.get().start_notice == notice
    assert unused.destroy_due(now=NOW + 3 * YEAR) == 0


def test_one_that_was_taken_out_of_the_figures_goes_and_its_end_notice_with_it(project):
    notice = given(project)
    spell = attend(project, notice.person, NOW.date(), hours=9)
    submit(spell, ended_on=NOW.date())
    spells.count(participation=spell, counted=False, reason="an info day", by=make.user(), now=NOW)

    assert unused.destroy_due(now=NOW + 30 * DAY) == 0
    assert unused.destroy_due(now=NOW + 31 * DAY) == 2
    assert (StartNotice.objects.count(), EndNotice.objects.count()) == (0, 0)
    assert Participation.objects.get().not_counted_because == "an info day"


def test_so_long_as_it_can_be_put_back_nothing_is_lost_however_old_the_form(project):
    notice = given(project)
    spell = attend(project, notice.person, NOW.date(), hours=9)
    late = NOW + 2 * YEAR
    spells.count(participation=spell, counted=False, reason="a slip", by=make.user(), now=late)

    assert unused.destroy_due(now=late + DAY) == 0
    spells.count(participation=spell, counted=True, reason="it was none", by=make.user(), now=late + DAY)
    assert unused.destroy_due(now=late + YEAR) == 0
    assert Participation.objects.get().start_notice == notice


def test_the_end_notice_goes_too_where_the_form_stands_for_another_participation(project):
    notice = given(project)
    first = attend(project, notice.person, NOW.date() - 30 * DAY, hours=9)
    submit(first, ended_on=NOW.date() - 30 * DAY)
    second = attend(project, notice.person, NOW.date(), hours=9)
    spells.count(participation=first, counted=False, reason="an info day", by=make.user(), now=NOW)

    assert unused.destroy_due(now=NOW + 31 * DAY) == 1
    assert (Participation.objects.get(pk=second.pk).start_notice, EndNotice.objects.count()) == (notice, 0)


def test_whoever_was_there_lately_is_not_forgotten(project):
    notice = given(project)
    attend(project, notice.person, (NOW + 200 * DAY).date())
    assert unused.destroy_due(now=NOW + YEAR + DAY) == 0
    assert unused.destroy_due(now=NOW + 200 * DAY + YEAR + DAY) == 1


def test_a_form_said_to_be_still_right_counts_from_that_day(project):
    notice = given(project)
    NoticeConfirmation.objects.create(notice=notice, source="registration:2", at=NOW + 200 * DAY)
    assert unused.destroy_due(now=NOW + YEAR + DAY) == 0


def test_after_the_projects_end_thirty_days_are_left(project):
    given(project, at=NOW)
    ends = dt.datetime(2027, 12, 31, 12, tzinfo=dt.UTC)
    late = given(project, source="registration:2", at=ends - DAY)
    attend(project, late.person, ends.date())
    StartNotice.objects.update(submitted_at=ends)
    assert unused.destroy_due(now=ends + 30 * DAY) == 0
    assert unused.destroy_due(now=ends + 31 * DAY) == 2


def test_what_hangs_on_it_goes_with_it_and_the_log_says_how_many_and_not_who(project):
    notice = given(project)
    given(project, person=notice.person)
    before = corrections.values_of(notice) | {"last_name": "Ennen"}
    corrections.keep(notice=notice, before=before, reason="own", by=None, now=NOW)
    drafts.save(source=notice.source, screen="you", typed={"gender": "F"}, now=NOW)
    unused.destroy_due(now=NOW + 2 * YEAR)
    assert (Correction.objects.count(), NoticeDraft.objects.count()) == (0, 0)
    entry = AuditEntry.objects.get(action="start_notice.destroy")
    assert (entry.subject, entry.scope, entry.after) == (project.scope, project.scope, {"entries": 1})


def test_many_are_destroyed_batch_by_batch(project, monkeypatch):
    monkeypatch.setattr(unused, "AT_ONCE", 2)
    for number in range(5):
        given(project, source=f"registration:{number}")
    other = given(make.project(), source="registration:9", at=NOW + YEAR)
    assert unused.destroy_due(now=NOW + YEAR + DAY) == 5
    assert StartNotice.objects.get() == other
    assert [
        entry.after["entries"] for entry in AuditEntry.objects.filter(action="start_notice.destroy").order_by("pk")
    ] == [2, 2, 1]


def test_the_days_are_settings(project, settings):
    settings.ESF_UNUSED_NOTICE_DAYS = 10
    given(project)
    assert unused.destroy_due(now=NOW + 11 * DAY) == 1
