"""The background form on paper: accessible, in four languages, and typed in by its code."""

import io
import json

import pypdf
import pytest
import typst
import zxingcpp
from django.conf import settings
from PIL import Image

from accounts.enums import Role
from core import pdf
from esf.services import wordings
from registrations.services import background_papers
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db
LANGUAGES = [code for code, _name in settings.LANGUAGES]


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def event():
    return make.counting_event()


def read(event, registration=None, language="fi"):
    made = background_papers.paper(event=event, registration=registration, language=language)
    return pypdf.PdfReader(io.BytesIO(made))


def words(made):
    return " ".join(" ".join(page.extract_text().split()) for page in made.pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_tagged_with_language_and_title_and_asks_every_question(event, language):
    made = read(event, language=language)
    root = made.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], "/StructTreeRoot" in root) == (language, True, True)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()
    text = words(made)
    for name in ("birth_date", "gender", "municipality_code", "labour_status_start", "education_level", "phone"):
        question = wordings.asked("2026-11", name, language)
        assert [each for each in (question.label, *question.options.values()) if each not in text] == []


def test_nothing_sensitive_is_printed_for_the_new_period_and_all_of_it_for_the_old(event):
    question = wordings.asked("2026-11", "disability", "fi").label
    assert question not in words(read(event))
    old = make.counting_event(project=make.project(period="2014-2020"))
    text = words(read(old))
    assert question in text
    assert "En halua vastata" in text


def test_it_names_the_person_the_project_and_the_versions(event):
    registration = make.register(event, make.contact(first_name="Aino", last_name="Paperinen"))
    text = words(read(event, registration))
    for needed in ("Aino", "Paperinen", registration.readable_code, event.project.code, "2026-11", "Tietosi."):
        assert needed in text
    assert "Sähköposti" not in text


def test_the_code_leads_staff_to_where_this_paper_is_typed_in(client, event):
    registration = make.register(event)
    path = f"/desk/events/{event.pk}/people/{registration.pk}/background/"
    assert codes_in(event, registration) == [f"https://miitti.example{path}"]
    assert client.get(path).headers["Location"] == f"/account/login/?next={path}"
    client.force_login(make.organiser(event))
    assert client.get(path).context["registration"] == registration
    assert codes_in(event, None) == []


def codes_in(event, registration):
    """What somebody else's reader finds on the sheets."""
    data = background_papers.content(event=event, registration=registration, language="en")
    inputs = {"data": json.dumps(data), "language": "en"}
    template = pdf.TEMPLATES / "background.typ"
    made = typst.compile(template, root=pdf.ROOT, font_paths=[pdf.FONTS], sys_inputs=inputs, format="png", ppi=100)
    pages = made if isinstance(made, list) else [made]
    return [code.text for page in pages for code in zxingcpp.read_barcodes(Image.open(io.BytesIO(page)))]


@pytest.mark.parametrize("tail", ["background.pdf", "people/{}/background.pdf"])
def test_staff_print_it_in_the_language_they_ask_for(client, event, tail):
    registration = make.register(event, make.contact(language="uk"))
    client.force_login(make.member(Role.TEACHER, event))
    path = f"/en/desk/events/{event.pk}/{tail.format(registration.pk)}"
    answer = client.get(path, {"language": "sv"})
    assert (answer.headers["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    assert pypdf.PdfReader(io.BytesIO(answer.content)).trailer["/Root"]["/Lang"] == "sv"
    own = "uk" if "people" in tail else "en"
    assert pypdf.PdfReader(io.BytesIO(client.get(path, {"language": "xx"}).content)).trailer["/Root"]["/Lang"] == own


def test_where_no_form_is_asked_there_is_none_to_print(client):
    event = make.event()
    client.force_login(make.organiser(event))
    assert client.get(f"/en/desk/events/{event.pk}/background.pdf").status_code == 404
