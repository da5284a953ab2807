"""Files: asked for, made by the worker however often it dies, kept encrypted, fetched by those who may, and gone."""

import csv
import datetime as dt
import zipfile
from importlib import import_module
from io import BytesIO, StringIO
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.apps import apps
from django.db import connection

from accounts.enums import Role
from accounts.models import AuditEntry
from esf.enums import EuraState, FileFormat, FileState, ReportKind
from esf.indicators import Choice
from esf.models import EuraStep, ReportFile, ReportPart, StartNotice
from esf.services.reports import asking, making
from esf.services.reports.choices import Asked, kept, read
from esf.services.reports.columns import COLUMNS
from events.services.about import EMBLEM
from tests import factories as make
from tests.esf import golden
from tests.esf.golden import ON

pytestmark = pytest.mark.django_db

NOW = make.at("2026-11-30 12:00")
DOCUMENT = Path(__file__).parents[2] / "docs" / "esf-export.md"


@pytest.fixture(autouse=True)
def on_the_reporting_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def project():
    return golden.project()


@pytest.fixture
def organiser(project):
    return make.member(Role.ORGANISER, project)


def ask(project, by, form=FileFormat.ZIP, kind=ReportKind.AUTHORITY, asked=None, language="en"):
    return asking.ask(
        project=project, kind=kind, format=form, asked=asked or Asked(on=ON), language=language, by=by, now=NOW
    )


def made(file, by):
    making.make_due(now=NOW)
    file.refresh_from_db()
    assert file.state == FileState.READY
    return b"".join(asking.fetch(file=file, by=by, now=NOW))


def members(content):
    """What is in an archive, by name."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def words(content):
    """The text of the table in an archive; it stands first."""
    return next(iter(members(content).values())).decode("utf-8-sig")


def table(content):
    return list(csv.DictReader(StringIO(words(content)), delimiter=";"))


def test_a_row_is_a_person_with_the_first_answers_and_the_last_results(project, organiser):
    returner = StartNotice.objects.filter(project=project, labour_status_start="EMPLOYED", source__contains=":E:").get()
    EuraStep.objects.create(person=returner.person, project=project, state=EuraState.INVITED, day=ON, at=NOW)

    rows = table(made(ask(project, organiser), organiser))

    assert len(rows) == 57
    [row] = [row for row in rows if row["participant"] == str(returner.person_id)]
    assert (row["status_code"], row["status"], row["started_on"], row["ended_on"]) == (
        "UNEMPLOYED",
        "Unemployed jobseeker",
        "2026-03-02",
        "2026-08-31",
    )
    assert (row["end_status_code"], row["qualification_code"], row["eura_state"], row["eura_day"]) == (
        "EMPLOYED",
        "YES",
        "Invited",
        "2026-11-30",
    )
    assert (row["municipality_code"], row["municipality"], row["age"]) == ("491", "Mikkeli", "41")


def test_what_came_after_the_day_is_not_told(project, organiser):
    rows = table(made(ask(project, organiser), organiser))
    by_start = {(row["started_on"], row["ended_on"]) for row in rows}
    assert ("2026-03-02", "2026-12-01") not in by_start
    assert {row["followup_on"] for row in rows} == {"", "2026-11-15"}


def test_the_columns_are_those_of_the_document(project, organiser):
    header = words(made(ask(project, organiser), organiser)).splitlines()[0].replace('"', "").split(";")
    documented = [
        line.split("`")[1] for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    asked_in_2014 = [name for each in COLUMNS if each.old_only for name in (f"{each.key}_code", each.key)]
    assert header == [key for key in documented if key not in asked_in_2014]
    old = golden.project(golden.Profile.ESF_2014)
    user = make.member(Role.OWNER, old)
    assert words(made(ask(old, user), user)).splitlines()[0].replace('"', "").split(";") == documented


def test_the_book_has_participants_indicators_and_how_it_was_made_and_no_formula(project, organiser):
    StartNotice.objects.filter(project=project).update(first_name="=HYPERLINK(1)", last_name="+358")
    content = made(ask(project, organiser, FileFormat.XLSX, asked=Asked(on=ON, choice=Choice(gender="F"))), organiser)

    book = openpyxl.load_workbook(BytesIO(content))
    people, indicators, about = book.worksheets
    assert (people.max_row, indicators["A2"].value, indicators["D2"].value) == (28, "EECO01", 27)
    assert {cell.data_type for row in people.iter_rows(min_row=2, max_col=3) for cell in row} == {"n", "s"}
    told = {row[0]: row[1] for row in about.iter_rows(min_row=2, values_only=True)}
    assert (told["Gender"], told["Made by"], told["Definitions"]) == (
        "Woman",
        str(organiser),
        "Regulation (EU) 2021/1057, Annex I",
    )
    assert told["Funding"] == f"{project.name} ({project.code})"


@pytest.mark.parametrize("kind", ReportKind)
def test_a_book_bears_the_emblem_by_the_words_of_the_funding(project, organiser, kind):
    book = openpyxl.load_workbook(BytesIO(made(ask(project, organiser, FileFormat.XLSX, kind), organiser)))
    about = book.worksheets[-1]
    [emblem] = about._images
    assert [sheet._images for sheet in book.worksheets[:-1]] == [[] for _sheet in book.worksheets[:-1]]
    assert emblem._data() == EMBLEM.read_bytes()
    names = [cell.value for cell in about["A"]]
    assert (emblem.anchor._from.row, names[-2:]) == (len(names), ["Funding", "Funding"])


@pytest.mark.parametrize("kind", ReportKind)
def test_a_table_goes_with_who_made_it_when_and_the_emblem(project, organiser, kind):
    found = members(made(ask(project, organiser, FileFormat.ZIP, kind), organiser))
    book = openpyxl.load_workbook(BytesIO(made(ask(project, organiser, FileFormat.XLSX, kind), organiser)))

    [data, about, emblem] = found
    assert (data, about, emblem) == (f"{asking.title_of(ReportFile.objects.first())}.csv", "about.csv", "eu-emblem.png")
    rows = list(csv.reader(StringIO(found[about].decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows] == [cell.value for cell in book.worksheets[-1]["A"]]
    assert (dict(rows)["Made by"], dict(rows)["Made on"]) == (str(organiser), "2026-11-30 12:00:00")
    assert found[emblem] == EMBLEM.read_bytes()


def test_a_plain_table_of_before_is_still_fetched_under_its_name(project, organiser, client):
    file = ask(project, organiser)
    making.make_due(now=NOW)
    ReportFile.objects.filter(pk=file.pk).update(format=FileFormat.CSV)

    client.force_login(organiser)
    response = client.get(f"/desk/projects/{project.pk}/report/files/{file.pk}/")

    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert response["Content-Disposition"].endswith('osallistujat-2026-11-30.csv"')
    with pytest.raises(asking.NoSuchFormat):
        ask(project, organiser, FileFormat.CSV)


def test_what_was_to_become_a_plain_table_becomes_an_archive_and_what_is_ready_stays(project, organiser):
    ready, making_one, waiting = (ask(project, organiser, asked=Asked(on=dt.date(2026, 11, n))) for n in (1, 2, 3))
    ReportFile.objects.update(format=FileFormat.CSV)
    ReportFile.objects.filter(pk=ready.pk).update(state=FileState.READY, ready_at=NOW)
    ReportFile.objects.filter(pk=making_one.pk).update(state=FileState.MAKING, begun_at=NOW)
    claimed = ReportFile.objects.get(pk=making_one.pk)

    import_module("esf.migrations.0010_archives_instead_of_csv").become(apps, None)

    assert making._attempt(claimed) is False
    assert list(ReportFile.objects.order_by("pk").values_list("pk", "format", "state")) == [
        (ready.pk, "csv", "READY"),
        (making_one.pk, "zip", "WAITING"),
        (waiting.pk, "zip", "WAITING"),
    ]


def test_the_personal_identity_code_is_in_no_file(project, organiser):
    StartNotice.objects.filter(project=project).update(personal_id="131052-308T", personal_id_index="x")
    for form in (FileFormat.ZIP, FileFormat.XLSX):
        content = members(made(ask(project, organiser, form), organiser))
        assert not any(b"131052" in each for each in content.values())
    assert not any("personal_id" in column.source for column in COLUMNS)


def test_the_pieces_are_encrypted_and_small(project, organiser, monkeypatch):
    monkeypatch.setattr(making, "PIECE", 1000)
    content = made(ask(project, organiser), organiser)

    with connection.cursor() as cursor:
        cursor.execute("SELECT content FROM esf_reportpart ORDER BY number")
        stored = [bytes(content) for (content,) in cursor.fetchall()]
    assert len(stored) == len(content) // 1000 + 1
    assert not any(b"participant" in piece or b"Kultainen" in piece for piece in stored)


def test_the_same_file_is_not_asked_for_twice_at_once(project, organiser):
    ask(project, organiser)
    with pytest.raises(asking.AskedAlready):
        ask(project, organiser)
    making.make_due(now=NOW)
    ask(project, organiser)


def test_participants_are_not_a_pdf(project, organiser):
    with pytest.raises(asking.NoSuchFormat):
        ask(project, organiser, FileFormat.PDF)


def test_what_is_shared_is_of_everybody_whatever_is_chosen(project, organiser):
    file = ask(project, organiser, FileFormat.PDF, ReportKind.STEERING, Asked(on=ON, choice=Choice(gender="F")))
    assert file.choice == {"on": "2026-11-30"}


def test_a_file_whose_worker_died_is_begun_again_once_the_claim_has_run_out(project, organiser):
    file = ask(project, organiser)
    dead = making._claim(NOW)
    ReportPart.objects.create(file=dead, number=0, content=b"half")

    assert making.make_due(now=NOW + dt.timedelta(minutes=9)) == 0
    assert making.make_due(now=NOW + dt.timedelta(minutes=10)) == 1
    file.refresh_from_db()
    assert table(b"".join(asking.fetch(file=file, by=organiser, now=NOW)))[0]["participant"]


def test_a_worker_that_comes_too_late_keeps_nothing(project, organiser):
    file = ask(project, organiser)
    slow = making._claim(NOW)
    assert making.make_due(now=NOW + dt.timedelta(minutes=11)) == 1
    parts = ReportPart.objects.count()

    assert making._attempt(slow) is False
    file.refresh_from_db()
    assert (file.state, ReportPart.objects.count()) == (FileState.READY, parts)


def test_one_that_cannot_be_made_keeps_no_other_from_its_turn(project, organiser, caplog):
    broken, good = ask(project, organiser), ask(project, organiser, FileFormat.XLSX)
    ReportFile.objects.filter(pk=broken.pk).update(choice={"on": "no day"})

    assert making.make_due(now=NOW) == 1
    states = ReportFile.objects.order_by("pk").values_list("state", flat=True)
    assert (list(states), good.pk) == ([FileState.FAILED, FileState.READY], ReportFile.objects.get(state="READY").pk)
    assert "report could not be made" in caplog.text


def test_who_has_lost_the_right_gets_no_file(project, organiser):
    file = ask(project, organiser)
    organiser.grants.all().delete()

    assert making.make_due(now=NOW) == 0
    file.refresh_from_db()
    assert file.state == FileState.FAILED


def test_it_is_seen_how_far_the_worker_has_come(project, organiser, client, monkeypatch):
    file = ask(project, organiser)
    ReportFile.objects.filter(pk=file.pk).update(state=FileState.MAKING, begun_at=NOW, done=20, total=57)
    client.force_login(organiser)
    html = client.get(f"/desk/projects/{project.pk}/report/files/").content.decode()
    assert '<progress value="20" max="57"' in html
    assert 'hx-trigger="every 2s"' in html


def test_it_is_fetched_by_those_who_may_and_each_time_is_recorded(project, organiser, client):
    file = ask(project, organiser)
    making.make_due(now=NOW)
    address = f"/desk/projects/{project.pk}/report/files/{file.pk}/"

    client.force_login(make.member(Role.READER, project))
    assert client.get(address).status_code == 404
    client.force_login(make.member(Role.TEACHER, project))
    assert client.get(address).status_code == 404
    client.force_login(organiser)
    response = client.get(address)
    content = b"".join(response.streaming_content)
    assert (response.status_code, response["Content-Length"], len(table(content))) == (200, str(len(content)), 57)
    assert response["Content-Disposition"] == f'attachment; filename="{project.code}-osallistujat-2026-11-30.zip"'
    assert response["Content-Type"] == "application/zip"
    [entry] = AuditEntry.objects.filter(action="report.file")
    assert (entry.actor, entry.scope, entry.after) == (organiser, project.scope, {"people": 57})


def test_after_a_week_it_is_gone(project, organiser, client):
    file = ask(project, organiser)
    making.make_due(now=NOW)

    assert asking.forget_due(now=NOW + dt.timedelta(days=6, hours=23)) == 0
    assert asking.forget_due(now=NOW + dt.timedelta(days=7)) == 1
    assert (ReportFile.objects.filter(pk=file.pk).count(), ReportPart.objects.count()) == (0, 0)


def test_it_is_asked_for_on_the_page_with_what_the_address_chooses(project, organiser, client):
    client.force_login(organiser)
    address = f"/desk/projects/{project.pk}/report/files/?gender=F&on=2026-11-01"
    response = client.post(address, {"what": "AUTHORITY-zip", "language": "sv"})
    file = ReportFile.objects.get()
    assert (response.status_code, file.choice, file.language) == (302, {"on": "2026-11-01", "gender": "F"}, "sv")
    assert client.post(address, {"what": "AUTHORITY-zip", "language": "sv"}).status_code == 422


def test_the_page_says_of_which_part_the_file_will_be(project, organiser, client):
    client.force_login(organiser)
    address = f"/desk/projects/{project.pk}/report/files/"
    assert "Mikkeli" in client.get(address, {"municipality": "491"}).content.decode()
    assert "Mikkeli" not in client.get(address).content.decode()


def test_readers_may_have_what_may_be_shared_alone(project, client):
    client.force_login(make.member(Role.READER, project))
    address = f"/desk/projects/{project.pk}/report/files/"
    assert client.post(address, {"what": "AUTHORITY-zip", "language": "fi"}).status_code == 422
    assert client.post(address, {"what": "STEERING-pdf", "language": "fi"}).status_code == 302


def test_a_choice_is_read_as_it_was_kept():
    choice = Choice(gender="F", age="55-", municipality="491", implementer=3, began_from=ON, began_to=ON)
    asked = Asked(on=ON, choice=choice)
    assert read(kept(asked)) == asked
    assert read(kept(Asked(on=ON))) == Asked(on=ON)
