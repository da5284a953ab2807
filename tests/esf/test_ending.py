"""Participations end, are opened again, and what became of people is told within four weeks."""

import datetime as dt
import json
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from esf.enums import (
    Answer,
    AttemptWay,
    CollectionOutcome,
    EndedBy,
    EuraState,
    ExitReason,
    LabourStatus,
    NoticeChannel,
    NoticeKind,
    OutcomeKind,
)
from esf.models import Attempt, Correction, EndNotice, Outcome, Participation
from esf.services import collecting, ending, evidence, notices, participations, spells
from tests import factories as make
from tests.esf.ends import BY_LINK, LAST, START, TODAY, participation, submit, told
from tests.factories import NOW

pytestmark = pytest.mark.django_db

DAY = dt.timedelta(days=1)


def end(spell, day=LAST, reason="moved away"):
    return spells.end(participation=spell, day=day, by=EndedBy.STAFF, reason=reason, user=make.user(), now=NOW)


def as_it_is(spell):
    return Participation.objects.get(pk=spell.pk)


def test_staff_end_a_participation_on_the_last_day_attended():
    spell = participation()

    assert spells.possible_ends(spell, today=TODAY).first == LAST
    end(spell)

    ended = as_it_is(spell)
    assert (ended.ended_on, ended.ended_by, ended.end_reason) == (LAST, EndedBy.STAFF, "moved away")
    entry = AuditEntry.objects.get(action="participation.end")
    assert (entry.subject, entry.after["ended_on"]) == (spell.key, LAST.isoformat())


@pytest.mark.parametrize("day", [LAST - DAY, TODAY + DAY, START - DAY])
def test_it_does_not_end_before_the_last_day_attended_nor_in_the_future(day):
    spell = participation()

    with pytest.raises(spells.ImpossibleEnd):
        end(spell, day)
    assert as_it_is(spell).ended_on is None


def test_what_has_ended_does_not_end_again():
    spell = end(participation())

    with pytest.raises(spells.NotOpen):
        end(spell, LAST + DAY)


def test_an_end_that_was_none_is_taken_back_with_its_notice_and_a_reason():
    spell = participation()
    submit(spell)

    spells.open_again(participation=spell, reason="came back after a holiday", by=make.user(), now=NOW)

    assert as_it_is(spell).ended_on is None
    assert not EndNotice.objects.exists()
    [withdrawn] = Correction.objects.filter(withdrawn_from=spell)
    assert (withdrawn.reason, json.loads(withdrawn.before)["ended_on"]) == (
        "came back after a holiday", LAST.isoformat(),
    )  # fmt: skip
    assert AuditEntry.objects.get(action="participation.open_again").after == {
        "was": LAST.isoformat(), "reason": "came back after a holiday", "end_notice_withdrawn": True,
    }  # fmt: skip


def test_what_a_withdrawn_end_notice_had_said_before_stays_too():
    spell = participation()
    submit(spell, status=LabourStatus.UNEMPLOYED)
    submit(spell, status=LabourStatus.EMPLOYED, as_of=LAST + DAY)

    spells.open_again(participation=spell, reason="came back", by=make.user(), now=NOW)

    rows = Correction.objects.filter(withdrawn_from=spell).order_by("pk")
    assert [json.loads(row.before)["labour_status_end"] for row in rows] == ["UNEMPLOYED", "EMPLOYED"]


def test_an_earlier_end_is_not_taken_back_when_the_person_has_come_again():
    spell = end(participation())
    participation(TODAY, person=spell.person, project=spell.project, started_on=TODAY, ended_on=TODAY)

    with pytest.raises(spells.OtherSpell):
        spells.open_again(participation=spell, reason="x", by=make.user(), now=NOW)


def test_staff_let_a_participation_begin_for_a_reason_though_the_rule_is_not_met():
    person, project, who = make.person(), make.project(), make.user()

    spell = spells.begin(person=person, project=project, day=START, reason="coached by phone", by=who, now=NOW)

    assert (spell.started_on, spell.reason, spell.begun_by) == (START, "coached by phone", who)


def test_a_participation_does_not_begin_twice_nor_inside_another():
    spell = participation()
    by = {"person": spell.person, "project": spell.project, "reason": "x", "by": make.user(), "now": NOW}

    with pytest.raises(spells.AlreadyOpen):
        spells.begin(day=TODAY, **by)
    end(spell)
    with pytest.raises(spells.OtherSpell):
        spells.begin(day=LAST, **by)
    assert spells.begin(day=LAST + DAY, **by).started_on == LAST + DAY


def test_one_forgotten_before_another_is_added_with_its_last_day():
    spell = participation()
    by = {
        "person": spell.person,
        "project": spell.project,
        "reason": "a paper was found",
        "by": make.user(),
        "now": NOW,
    }
    before = START - 30 * DAY

    with pytest.raises(spells.EndMissing):
        spells.begin(day=before, **by)
    with pytest.raises(spells.ImpossibleEnd):
        spells.begin(day=before, last_day=START, **by)
    added = spells.begin(day=before, last_day=START - DAY, **by)

    assert (as_it_is(added).started_on, as_it_is(added).ended_on) == (before, START - DAY)
    assert as_it_is(spell).ended_on is None


def test_the_first_spells_form_follows_when_one_is_added_before_it():
    spell = participation(ended_on=LAST)
    notice = form_of(spell, at=dt.datetime(2026, 8, 10, 12, tzinfo=dt.UTC))

    added = spells.begin(
        person=spell.person, project=spell.project, day=dt.date(2026, 8, 1), last_day=dt.date(2026, 8, 20), reason="x",
        by=make.user(), now=NOW,
    )  # fmt: skip

    assert (as_it_is(added).start_notice, as_it_is(spell).start_notice) == (notice, None)


def test_of_forms_that_stand_for_nothing_one_given_by_the_end_is_taken():
    person, project = make.person(), make.project()
    make.privacy_notices()

    def given(source, day):
        at = dt.datetime.combine(day, dt.time(12), tzinfo=dt.UTC)
        who = make.contact()
        return notices.submit(person=person, project=project, source=source, answers=make.answers(who), now=at)

    early, late = given("registration:1", START), given("registration:2", TODAY - DAY)
    by = {"person": person, "project": project, "reason": "a paper was found", "by": make.user(), "now": NOW}

    first = spells.begin(day=START, last_day=LAST, **by)
    second = spells.begin(day=TODAY, **by)

    assert (as_it_is(first).start_notice, as_it_is(second).start_notice) == (early, late)


def test_a_form_given_after_staff_began_the_participation_completes_it():
    person, project = make.person(), make.project()
    make.privacy_notices()
    spell = spells.begin(person=person, project=project, day=START, reason="coached by phone", by=make.user(), now=NOW)

    notice = notices.submit(
        person=person, project=project, source="registration:1", answers=make.answers(make.contact()), now=NOW
    )

    assert as_it_is(spell).start_notice == notice


def test_a_first_day_that_was_wrong_is_corrected_and_the_log_says_what_it_was():
    spell, who = participation(), make.user()

    spells.move_start(participation=spell, day=START - 5 * DAY, reason="the list on paper", by=who, now=NOW)

    assert as_it_is(spell).started_on == START - 5 * DAY
    entry = AuditEntry.objects.get(action="participation.move_start")
    assert (entry.actor, entry.after) == (
        who, {"was": START.isoformat(), "started_on": (START - 5 * DAY).isoformat(), "reason": "the list on paper"},
    )  # fmt: skip


def test_a_participation_began_after_the_one_before_and_not_after_the_first_day_attended():
    first = participation(ended_on=LAST)
    later = participation(TODAY, person=first.person, project=first.project, started_on=TODAY)

    def move(spell, day):
        return spells.move_start(participation=spell, day=day, reason="x", by=make.user(), now=NOW)

    for spell, day in [(later, LAST), (first, START + DAY), (first, dt.date(2019, 1, 1)), (later, TODAY + DAY)]:
        with pytest.raises(spells.ImpossibleStart):
            move(spell, day)
    assert move(later, LAST + DAY).started_on == LAST + DAY


@pytest.mark.parametrize("day", ["2019-01-01", "2026-11-24"])
def test_a_participation_begins_within_the_project_and_not_in_the_future(day):
    with pytest.raises(spells.OutsideProject):
        spells.begin(
            person=make.person(), project=make.project(), day=dt.date.fromisoformat(day), reason="x", by=make.user(), now=NOW
        )  # fmt: skip


def test_what_staff_take_out_of_the_figures_stays_with_its_reason_and_can_be_put_back():
    spell = participation()

    spells.count(participation=spell, counted=False, reason="a member of staff", by=make.user(), now=NOW)
    assert (as_it_is(spell).counted, as_it_is(spell).not_counted_because) == (False, "a member of staff")
    assert list(Participation.objects.counted()) == []

    spells.count(participation=spell, counted=True, reason="was none after all", by=make.user(), now=NOW)
    assert (as_it_is(spell).counted, as_it_is(spell).not_counted_because) == (True, "")


def test_an_end_notice_ends_the_participation():
    spell = participation()

    notice = submit(spell, status=LabourStatus.STUDYING, exit_reason=ExitReason.STUDIES)

    ended = as_it_is(spell)
    assert (ended.ended_on, ended.ended_by) == (LAST, EndedBy.NOTICE)
    assert (notice.collection_outcome, notice.labour_status_end) == ("COLLECTED", "STUDYING")
    assert (notice.entered_by, notice.channel) == ("SELF", "LINK")


def test_a_situation_outside_the_four_weeks_is_refused_and_nothing_ends():
    spell = participation()

    with pytest.raises(ending.OutsideWindow):
        submit(spell, as_of=LAST + 29 * DAY)
    assert as_it_is(spell).ended_on is None


def test_the_last_situation_of_the_four_weeks_counts_and_the_earlier_stays_in_the_history():
    spell = participation()
    submit(spell, status=LabourStatus.UNEMPLOYED)

    submit(spell, status=LabourStatus.EMPLOYED, as_of=LAST + 28 * DAY)

    notice = EndNotice.objects.get()
    assert (notice.labour_status_end, notice.status_as_of) == ("EMPLOYED", LAST + 28 * DAY)
    [correction] = Correction.objects.all()
    assert json.loads(correction.before) == {"labour_status_end": "UNEMPLOYED", "status_as_of": LAST.isoformat()}


def test_told_again_after_a_newer_privacy_notice_it_still_says_what_was_shown_before():
    spell = participation()
    submit(spell)
    first = EndNotice.objects.get().privacy_notice
    newer = make.newer_privacy_notice()

    submit(spell)

    assert EndNotice.objects.get().privacy_notice == newer
    assert json.loads(Correction.objects.get().before) == {"privacy_notice_id": first.pk}


def test_an_earlier_situation_told_later_does_not_take_the_place_of_a_later_one():
    spell = participation()
    submit(spell, status=LabourStatus.EMPLOYED, as_of=LAST + 20 * DAY)

    with pytest.raises(ending.LaterKnown):
        submit(spell, status=LabourStatus.UNEMPLOYED, as_of=LAST + 10 * DAY)
    assert EndNotice.objects.get().labour_status_end == "EMPLOYED"


def test_staff_correct_a_wrong_notice_for_a_reason():
    spell, who = participation(), make.user()
    submit(spell, status=LabourStatus.EMPLOYED, as_of=LAST + 20 * DAY)
    staff = ending.Giver(channel=NoticeChannel.DESK, by=who)

    submit(
        spell, giver=staff, status=LabourStatus.UNEMPLOYED, as_of=LAST + 10 * DAY, reason="wrote down another person's"
    )

    assert EndNotice.objects.get().labour_status_end == "UNEMPLOYED"
    assert (Correction.objects.get().reason, Correction.objects.get().by) == ("wrote down another person's", who)


def give_up(spell, outcome=CollectionOutcome.NOT_REACHED):
    return ending.give_up(
        participation=spell,
        outcome=outcome,
        day=LAST,
        note="three calls, no answer",
        giver=ending.Giver(channel=NoticeChannel.DESK, by=make.user()),
        now=NOW,
    )


def tried(spell, of=NoticeKind.END):
    collecting.tried(
        people=[spell.person_id], project=spell.project, of=of, way=AttemptWay.PHONE, note="", by=make.user(), now=NOW
    )


def test_nobody_is_not_reached_whom_nobody_tried_to_reach():
    spell = participation()
    tried(spell, of=NoticeKind.START)

    with pytest.raises(collecting.NotTried):
        give_up(spell)
    tried(spell)

    notice = give_up(spell)
    assert (notice.collection_outcome, notice.labour_status_end, notice.status_as_of) == ("NOT_REACHED", "", None)
    assert as_it_is(spell).ended_on == LAST


def test_nobody_refuses_in_eura_whom_nobody_has_asked_since_they_began():
    spell = participation()
    told = {"person": spell.person, "project": spell.project, "by": make.user(), "now": NOW}
    refused = collecting.Step(state=EuraState.REFUSED, day=TODAY, note="does not want to")
    tried(spell)
    Attempt.objects.update(at=NOW - 365 * DAY)

    with pytest.raises(collecting.NotTried):
        collecting.step(to=refused, **told)
    tried(spell)

    assert collecting.step(to=refused, **told).state == EuraState.REFUSED


def test_who_refused_first_and_tells_later_is_counted():
    spell = participation()
    tried(spell)
    give_up(spell, CollectionOutcome.REFUSED)

    submit(spell)

    assert EndNotice.objects.get().collection_outcome == "COLLECTED"


def test_the_follow_up_waits_for_six_months_and_for_the_end_notice():
    spell = participation(dt.date(2026, 3, 2), dt.date(2026, 4, 20), started_on=dt.date(2026, 3, 2))
    asked = {
        "participation": spell, "status": LabourStatus.EMPLOYED, "improved": None,
        "giver": ending.Giver(channel=NoticeChannel.DESK, by=make.user()),
    }  # fmt: skip

    with pytest.raises(ending.NoEndNotice):
        ending.follow_up(now=NOW, **asked)
    submit(spell, ended_on=dt.date(2026, 4, 20))
    with pytest.raises(ending.TooEarly):
        ending.follow_up(now=dt.datetime(2026, 10, 19, 12, tzinfo=dt.UTC), **asked)
    notice = ending.follow_up(now=dt.datetime(2026, 10, 20, 12, tzinfo=dt.UTC), **asked)

    assert (notice.followup_status, notice.followup_on) == ("EMPLOYED", dt.date(2026, 10, 20))


def outcome(spell, day=LAST, *, ends=True, source="application:1"):
    what = evidence.Reached(kind=OutcomeKind.COURSE_END, name="Course", day=day, source=source, ends=ends)
    return evidence.reached(person=spell.person, project=spell.project, what=what, now=NOW)


def test_an_outcome_that_ends_something_ends_the_participation_once():
    spell = participation()

    outcome(spell)
    outcome(spell)

    assert (as_it_is(spell).ended_on, as_it_is(spell).ended_by) == (LAST, EndedBy.OUTCOME)
    assert Outcome.objects.count() == 1


def test_an_outcome_before_the_last_day_attended_ends_it_on_that_day():
    spell = participation()

    outcome(spell, START)

    assert as_it_is(spell).ended_on == LAST


def test_an_outcome_that_ends_nothing_is_kept_alone():
    spell = participation()

    outcome(spell, ends=False)

    assert as_it_is(spell).ended_on is None
    assert Outcome.objects.get().name == "Course"


def test_the_database_refuses_a_collected_notice_without_a_situation_and_a_missing_one_with_it():
    spell = participation()
    common = {"participation": spell, "wording": "x", "channel": "LINK", "entered_by": "SELF", "submitted_at": NOW}

    with pytest.raises(IntegrityError), transaction.atomic():
        EndNotice.objects.create(collection_outcome="COLLECTED", **common)
    with pytest.raises(IntegrityError), transaction.atomic():
        EndNotice.objects.create(collection_outcome="REFUSED", labour_status_end="EMPLOYED", **common)


def test_the_qualification_is_named_only_where_there_is_one():
    with pytest.raises(IntegrityError), transaction.atomic():
        submit(participation(), qualification=Answer.NO, qualification_name="Hygiene passport")


def form_of(spell, source="registration:1", at=NOW):
    who = make.contact()
    make.privacy_notices()
    notice = notices.submit(
        person=spell.person, project=spell.project, source=source, answers=make.answers(who), now=at
    )
    Participation.objects.filter(pk=spell.pk).update(start_notice=notice)
    return notice


def test_the_form_of_a_spell_that_does_not_count_goes_to_the_first_that_does_and_comes_back():
    first = participation(ended_on=LAST)
    notice = form_of(first, at=dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC))
    second = participation(TODAY, person=first.person, project=first.project, started_on=TODAY)

    spells.count(participation=first, counted=False, reason="an info day", by=make.user(), now=NOW)
    assert (as_it_is(first).start_notice, as_it_is(second).start_notice) == (None, notice)

    spells.count(participation=first, counted=True, reason="it was none", by=make.user(), now=NOW)
    assert (as_it_is(first).start_notice, as_it_is(second).start_notice) == (notice, None)


def test_what_goes_on_and_does_not_count_ends_so_that_later_days_are_judged_anew():
    spell = participation()

    spells.count(participation=spell, counted=False, reason="a member of staff", by=make.user(), now=NOW)

    assert as_it_is(spell).ended_on == LAST


def test_what_is_out_of_the_figures_is_not_opened_again():
    spell = end(participation())
    spells.count(participation=spell, counted=False, reason="an info day", by=make.user(), now=NOW)

    with pytest.raises(spells.NotCounted):
        spells.open_again(participation=spell, reason="x", by=make.user(), now=NOW)


@pytest.mark.parametrize("how", ["staff", "attendance"])
def test_the_form_of_what_was_taken_out_goes_to_the_participation_that_begins_later(how):
    out = participation(ended_on=LAST)
    notice = form_of(out, at=dt.datetime(2026, 9, 1, 12, tzinfo=dt.UTC))
    spells.count(participation=out, counted=False, reason="an info day", by=make.user(), now=NOW)

    if how == "staff":
        later = spells.begin(person=out.person, project=out.project, day=TODAY, reason="x", by=make.user(), now=NOW)
    else:
        later = participations.attend(
            person_pk=out.person_id, project=out.project, day=TODAY, hours=Decimal(9), source="meeting:9",
            at_once_because="", notice_source="", now=NOW,
        )  # fmt: skip

    assert (as_it_is(out).start_notice, as_it_is(later).start_notice) == (None, notice)


def test_a_later_status_by_the_person_keeps_what_staff_wrote_of_the_reason():
    spell = participation()
    by = ending.Giver(channel=NoticeChannel.DESK, by=make.user())
    submit(spell, giver=by, status=LabourStatus.UNEMPLOYED, exit_reason=ExitReason.STUDIES)

    submit(spell, status=LabourStatus.STUDYING, as_of=LAST + DAY)

    notice = EndNotice.objects.get()
    assert (notice.labour_status_end, notice.exit_reason) == ("STUDYING", ExitReason.STUDIES)
    assert json.loads(Correction.objects.get().before)["channel"] == "DESK"


def test_what_the_person_has_told_is_not_overwritten_by_who_saw_nothing_of_it():
    spell = participation()
    tried(spell)
    seen = ending.state_of(None)
    submit(spell)

    with pytest.raises(ending.AnsweredMeanwhile):
        give_up(spell)
    with pytest.raises(ending.AnsweredMeanwhile):
        ending.submit(participation=spell, told=told(status=LabourStatus.UNEMPLOYED), giver=BY_LINK, now=NOW, seen=seen)
    assert EndNotice.objects.get().labour_status_end == "EMPLOYED"


def test_an_attempt_before_the_participation_began_is_none_for_its_end():
    spell = participation()
    tried(spell)
    Attempt.objects.update(at=NOW - dt.timedelta(days=400))

    with pytest.raises(collecting.NotTried):
        give_up(spell)
