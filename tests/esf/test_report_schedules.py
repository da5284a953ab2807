"""Regular reports: made on their days, told by letters that hold nothing but a link."""

import datetime as dt

import pytest
from django.utils import translation

from accounts.enums import Role
from accounts.models import AuditEntry, Grant
from core.models import OutboxMessage
from esf.enums import FileFormat, FileState, ReportKind, Rhythm
from esf.models import ReportFile, ReportSchedule
from esf.rules.rhythms import following
from esf.services.reports import asking, making, scheduling, steering
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 11, 23)


@pytest.fixture
def project():
    return make.project()


@pytest.fixture
def organiser(project):
    return make.member(Role.ORGANISER, project)


def schedule(project, by, kind=ReportKind.STEERING, form=FileFormat.ZIP, roles=(Role.READER,), first=TODAY):
    return scheduling.add(
        project=project, kind=kind, format=form, roles=roles, rhythm=Rhythm.MONTHLY, first=first, by=by, now=NOW
    )


@pytest.mark.parametrize(
    ("day", "rhythm", "then"),
    [
        ("2026-11-23", Rhythm.WEEKLY, "2026-11-30"),
        ("2026-11-23", Rhythm.MONTHLY, "2026-12-23"),
        ("2026-12-23", Rhythm.MONTHLY, "2027-01-23"),
        ("2027-01-31", Rhythm.MONTHLY, "2027-02-28"),
        ("2027-02-28", Rhythm.MONTHLY, "2027-03-31"),
        ("2026-11-30", Rhythm.QUARTERLY, "2027-02-28"),
        ("2026-11-15", Rhythm.QUARTERLY, "2027-02-15"),
        ("2028-01-30", Rhythm.MONTHLY, "2028-02-29"),
    ],
)
def test_a_rhythm_knows_its_next_day(day, rhythm, then):
    assert following(dt.date.fromisoformat(day), rhythm) == dt.date.fromisoformat(then)


def test_on_its_day_the_file_of_the_end_of_the_month_before_is_asked_for_once(project, organiser):
    made = schedule(project, organiser)

    assert (scheduling.ask_due(now=NOW), scheduling.ask_due(now=NOW)) == (1, 0)

    made.refresh_from_db()
    file = ReportFile.objects.get()
    assert (file.choice, file.schedule, file.made_by, made.next_on) == (
        {"on": "2026-10-31"},
        made,
        organiser,
        dt.date(2026, 12, 23),
    )


def test_the_authoritys_is_of_the_day_before(project, organiser):
    schedule(project, organiser, ReportKind.AUTHORITY, roles=(Role.ORGANISER,))
    scheduling.ask_due(now=NOW)
    assert ReportFile.objects.get().choice == {"on": "2026-11-22"}


def test_when_its_maker_has_left_one_of_those_whom_it_is_for_gets_it_made(project, organiser):
    schedule(project, organiser)
    Grant.objects.filter(user=organiser).delete()
    assert scheduling.ask_due(now=NOW) == 0, "nobody is left"

    reader = make.member(Role.READER, project)
    assert scheduling.ask_due(now=NOW + dt.timedelta(days=31)) == 1
    assert ReportFile.objects.get().made_by == reader


def test_readers_are_not_told_how_few_have_no_form():
    with translation.override("en"):
        told = [steering.without_form(number) for number in (1, 4, 5)]
    few = "Fewer than five participants have no background form and are not in the figures."
    assert told == [few, few, "5 participants have no background form and are not in the figures."]


def test_before_its_day_nothing_is_made(project, organiser):
    schedule(project, organiser, first=TODAY + dt.timedelta(days=1))
    assert scheduling.ask_due(now=NOW) == 0


def test_a_worker_that_slept_for_months_makes_one(project, organiser):
    made = schedule(project, organiser)
    assert scheduling.ask_due(now=NOW + dt.timedelta(days=100)) == 1
    made.refresh_from_db()
    assert made.next_on == dt.date(2027, 3, 23)


def test_those_with_the_role_get_a_letter_with_a_link_alone(project, organiser):
    reader = make.member(Role.READER, project)
    of_all = make.member(Role.READER, project.organisation)
    make.member(Role.READER, make.project(organisation=project.organisation))
    make.member(Role.TEACHER, project)
    schedule(project, organiser)
    scheduling.ask_due(now=NOW)

    assert making.make_due(now=NOW) == 1

    letters = list(OutboxMessage.objects.order_by("recipient"))
    assert [letter.recipient for letter in letters] == sorted([reader.email, of_all.email])
    assert {(letter.kind, letter.scope, letter.person) for letter in letters} == {("mail", project.scope, "")}
    text = letters[0].payload["text"]
    assert f"/desk/projects/{project.pk}/report/files/" in text
    assert project.name in letters[0].subject
    assert "EECO" not in text


def test_a_file_that_somebody_asked_for_is_told_to_nobody(project, organiser):
    make.member(Role.READER, project)
    asked = asking.Asked(on=TODAY)
    asking.ask(
        project=project,
        kind=ReportKind.STEERING,
        format=FileFormat.ZIP,
        asked=asked,
        language="fi",
        by=organiser,
        now=NOW,
    )
    assert making.make_due(now=NOW) == 1
    assert OutboxMessage.objects.count() == 0


@pytest.mark.parametrize(
    ("kind", "form", "roles", "first", "refusal"),
    [
        (ReportKind.AUTHORITY, FileFormat.XLSX, [Role.READER], TODAY, scheduling.WrongRoles),
        (ReportKind.STEERING, FileFormat.PDF, [], TODAY, scheduling.WrongRoles),
        (ReportKind.STEERING, FileFormat.PDF, [Role.DOOR], TODAY, scheduling.WrongRoles),
        (ReportKind.AUTHORITY, FileFormat.PDF, [Role.OWNER], TODAY, asking.NoSuchFormat),
        (ReportKind.STEERING, FileFormat.PDF, [Role.READER], TODAY - dt.timedelta(days=1), scheduling.TooEarly),
    ],
)
def test_what_makes_no_sense_is_refused(project, organiser, kind, form, roles, first, refusal):
    with pytest.raises(refusal):
        schedule(project, organiser, kind, form, roles, first)


def test_it_is_added_and_removed_on_the_page_and_both_are_recorded(project, organiser, client):
    client.force_login(organiser)
    address = f"/desk/projects/{project.pk}/report/schedules/"
    wanted = {"what": "STEERING-pdf", "rhythm": "MONTHLY", "first": "2099-01-31", "roles": ["reader", "owner"]}
    assert client.post(address, wanted).status_code == 302
    made = ReportSchedule.objects.get()
    assert (made.kind, made.format, made.roles, made.next_on) == (
        "STEERING",
        "pdf",
        ["owner", "reader"],
        dt.date(2099, 1, 31),
    )

    assert client.post(f"{address}{made.pk}/remove/").status_code == 302
    assert ReportSchedule.objects.count() == 0
    actions = AuditEntry.objects.filter(action__startswith="report_schedule.").order_by("pk")
    assert [entry.action for entry in actions] == ["report_schedule.add", "report_schedule.remove"]


@pytest.mark.parametrize(
    "wrong", [{"roles": []}, {"first": "2020-01-01"}, {"what": "AUTHORITY-zip"}, {"rhythm": "HOURLY"}, {"first": ""}]
)
def test_a_form_that_makes_no_sense_says_so(project, organiser, client, wrong):
    client.force_login(organiser)
    right = {"what": "STEERING-pdf", "rhythm": "MONTHLY", "first": "2099-01-31", "roles": ["reader"]}
    assert client.post(f"/desk/projects/{project.pk}/report/schedules/", right | wrong).status_code == 422


def test_a_schedule_that_is_removed_leaves_its_files(project, organiser):
    made = schedule(project, organiser)
    scheduling.ask_due(now=NOW)
    scheduling.remove(schedule=made, by=organiser, now=NOW)

    assert making.make_due(now=NOW) == 1
    file = ReportFile.objects.get()
    assert (file.state, file.schedule, OutboxMessage.objects.count()) == (FileState.READY, None, 0)
