"""The report on the screen: everything for those who see people, without small cells for the others."""

import re
from io import BytesIO
from zipfile import ZipFile

import openpyxl
import pytest
import time_machine
from django.utils import translation
from django.utils.translation import gettext
from pypdf import PdfReader

from accounts.enums import Role
from api.enums import Scope
from esf.enums import FileFormat, Profile, ReportKind
from esf.indicators import report
from esf.services.reports import asking, making
from esf.services.reports.choices import Asked
from events.models import ProjectTarget
from tests import factories as make
from tests.esf import golden
from tests.esf.golden import ON

pytestmark = pytest.mark.django_db

NOW = make.at("2026-11-30 12:00")


@pytest.fixture(autouse=True)
def on_the_reporting_day():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def project():
    made = golden.project()
    golden.estimates(made)
    golden.organisations(made)
    ProjectTarget.objects.create(project=made, indicator="EECO01", value=100, valid_from=made.starts_on)
    return made


def page(client, project, role=Role.ORGANISER, **asked):
    client.force_login(make.member(role, project))
    return client.get(f"/desk/projects/{project.pk}/report/", asked).content.decode()


def shown(html, attribute="data-indicator"):
    """By line, the numbers of its row; `*` is hidden."""
    found = {}
    for key, row in re.findall(rf'<tr {attribute}="([^"]+)">(.*?)</tr>', html, re.DOTALL):
        cells = re.findall(r'<td class="number">(.*?)</td>', row, re.DOTALL)
        found[key] = tuple(re.sub(r"<[^>]+>|hidden|piilotettu", "", cell).strip() for cell in cells)
    return found


def test_organisers_see_every_number(client, project):
    found = shown(page(client, project))
    assert found["EECO01"] == ("100", "57", "27", "26", "4")
    assert found["EECO03"] == ("–", "6", "4", "2", "0")
    assert found["EECO12"] == ("–", "6", "4", "2", "0")
    assert found["EECO15"] == ("–", "–", "–", "–", "–")
    assert found["EECO19"] == ("–", "2", "–", "–", "–")


def test_readers_see_no_small_number_and_none_that_gives_one_away(client, project):
    html = page(client, project, Role.READER)
    found = shown(html)
    assert found["EECO01"][:2] == ("100", "57")
    assert [
        code
        for code, cells in found.items()
        if {"1", "2", "3", "4"} & set(cells[1:]) and code not in ("EECO18", "EECO19")
    ] == []
    assert shown(html, "data-part")["507"] == ("*", "*", "*", "0")


def test_readers_choose_the_end_of_a_month_and_nothing_else(client, project):
    whole = shown(page(client, project, Role.READER))
    assert "31.10.2026" in page(client, project, Role.READER, on="2026-11-03")
    assert shown(page(client, project, Role.READER, gender="F", by="age", code="EECO03")) == whole
    assert shown(page(client, project, Role.READER, on="2024-11-03"))["EECO01"] == ("100", "0", "0", "0", "0")


def test_a_part_is_chosen_by_the_address_and_told_in_words(client, project):
    html = page(
        client, project, gender="F", age="18-29", municipality="491", began_from="2026-03-02", code="EECO03", by="age"
    )
    assert shown(html)["EECO01"][1:] == ("4", "4", "0", "0")
    assert shown(html, "data-part") == {"18-29": ("2", "2", "0", "0")}
    assert "Mikkeli" in html


@pytest.mark.parametrize(
    "asked", [{"on": "someday"}, {"on": "2999-01-01"}, {"gender": "Q", "age": "x", "implementer": "y"}, {"by": "z"}]
)
def test_nonsense_is_passed_over(client, project, asked):
    assert shown(page(client, project, **asked))["EECO01"] == ("100", "57", "27", "26", "4")


def test_figures_that_do_not_fit_together_are_named(client, project):
    assert "EECO12 ≤ EECO01" not in page(client, project)
    project.estimates.filter(gender="F").update(value=99)
    assert "EECO12 ≤ EECO01" in page(client, project)


@pytest.mark.parametrize("profile", Profile)
def test_the_page_costs_the_same_for_one_participant_and_for_sixty(client, profile, django_assert_max_num_queries):
    project = golden.project(profile)
    client.force_login(make.member(Role.ORGANISER, project))
    with django_assert_max_num_queries(32):
        client.get(f"/desk/projects/{project.pk}/report/", {"by": "municipality"})


def file_of(project, kind, form, by, language="en"):
    asking.ask(project=project, kind=kind, format=form, asked=Asked(on=ON), language=language, by=by, now=NOW)
    assert making.make_due(now=NOW) == 1
    made = project.report_files.latest("pk")
    return b"".join(asking.fetch(file=made, by=by, now=NOW))


def test_page_api_paper_and_tables_show_the_same_figures(client, machine_of, project):
    owner = make.member(Role.OWNER, project)
    everything = {row.code: row.total for row in report(project=project, on=ON).rows}
    told = {row["code"]: row["total"] for row in machine_of(project).json()["rows"]}
    assert told == everything

    full = openpyxl.load_workbook(BytesIO(file_of(project, ReportKind.AUTHORITY, FileFormat.XLSX, owner)))
    listed = {row[0]: row[3] for row in full.worksheets[1].iter_rows(min_row=2, values_only=True)}
    assert {code: total or 0 for code, total in listed.items()} == everything

    client.cookies["django_language"] = "en"
    readers = {code: cells[1] for code, cells in shown(page(client, project, Role.READER)).items()}
    assert {code: int(cell) for code, cell in readers.items() if cell.isdecimal()} == {
        code: everything[code] for code, cell in readers.items() if cell.isdecimal()
    }

    shared = openpyxl.load_workbook(BytesIO(file_of(project, ReportKind.STEERING, FileFormat.XLSX, owner)))
    rows = {row[0]: row[3] for row in shared.worksheets[0].iter_rows(min_row=2, values_only=True)}
    assert {code: "–" if total is None else str(total) for code, total in rows.items()} == readers

    with ZipFile(BytesIO(file_of(project, ReportKind.STEERING, FileFormat.ZIP, owner))) as archive:
        text = archive.read(archive.namelist()[0]).decode("utf-8-sig")
    lines = {line.split(";")[0].strip('"'): line.split(";")[3].strip('"') for line in text.splitlines()[1:]}
    assert {code: cell or "–" for code, cell in lines.items()} == readers

    paper = PdfReader(BytesIO(file_of(project, ReportKind.STEERING, FileFormat.PDF, owner)))
    words = " ".join("".join(sheet.extract_text() for sheet in paper.pages).split())
    for code, cell in readers.items():
        label = str(report(project=project, on=ON).row(code).label)
        assert re.search(rf"{code} .{{0,90}}? (100|–) {re.escape(cell)} ", words), (code, label, cell)


@pytest.fixture
def machine_of(client):
    def ask(project):
        token = make.api_token(project.organisation, Scope.INDICATORS_READ)
        return client.get(
            f"/api/v1/projects/{project.pk}/indicators?on={ON}", headers={"authorization": f"Bearer {token}"}
        )

    return ask


@pytest.mark.parametrize("language", ["fi", "sv", "en", "uk"])
def test_the_paper_is_tagged_has_its_language_and_the_emblem(project, language):
    paper = PdfReader(
        BytesIO(file_of(project, ReportKind.STEERING, FileFormat.PDF, make.member(Role.READER, project), language))
    )
    root = paper.trailer["/Root"]
    assert (root["/MarkInfo"]["/Marked"], str(root["/Lang"])) == (True, language)
    assert project.code in paper.metadata.title
    funded = {
        "fi": "Euroopan unionin osarahoittama",
        "sv": "Medfinansieras av Europeiska unionen",
        "en": "Co-funded by the European Union",
        "uk": "Співфінансується Європейським Союзом",
    }
    words = " ".join("".join(sheet.extract_text() for sheet in paper.pages).split())
    assert funded[language] in words
    with translation.override(language):
        assert str(gettext("Flag of the European Union")) in set(pictures(root["/StructTreeRoot"]))


def pictures(node):
    """What the tagged document tells of its pictures to whoever does not see them (ISO 32000, 14.9.3)."""
    node = node.get_object()
    if isinstance(node, list):
        for each in node:
            yield from pictures(each)
    elif isinstance(node, dict):
        if "/Alt" in node:
            yield str(node["/Alt"])
        if "/K" in node:
            yield from pictures(node["/K"])
