import io
import json

import pypdf
import pytest
import typst
import zxingcpp
from django.urls import reverse
from PIL import Image

from core import pdf, qr
from events.models import Event
from events.services import invitations, sheets
from tests import factories as make
from tests.factories import NOW

pytestmark = pytest.mark.django_db

LONG = (
    "Профорієнтаційний тренінг із працевлаштування для новоприбулих мешканців сільських муніципалітетів: "
    "електротехбезпековонавчальний семінар-практикум"
)


def event(**fields):
    made = make.event(project=make.project(name="Vauhtia"), title_fi="Hygieniapassi", title_uk=LONG, **fields)
    return Event.objects.with_meetings().select_related("organisation", "project").get(pk=made.pk)


def poster(event, language="fi"):
    return pypdf.PdfReader(io.BytesIO(sheets.poster(event=event, language=language, now=NOW)))


def words(page):
    return " ".join(page.extract_text().split())


def test_a_poster_is_one_tagged_page_with_its_language_and_title():
    made = poster(event())
    root = made.trailer["/Root"]
    assert (len(made.pages), made.metadata.title, root["/Lang"]) == (1, "Hygieniapassi", "fi")
    assert (root["/MarkInfo"]["/Marked"], "/StructTreeRoot" in root) == (True, True)
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_data()


def test_a_poster_says_what_a_visitor_needs_and_who_pays():
    shown = event(audience_fi="Kaikille", contact_phone="+358505550101")
    text = words(poster(shown).pages[0])
    for needed in ("Hygieniapassi", "Kirjasto, Kirjastotie 1, 19600 Hartola", "Kaikille", "ma 30.11.", "+358 50 5550101",
                   "jarjestaja@kunta.example", "Euroopan unionin osarahoittama", shown.project.code):  # fmt: skip
        assert needed in text


def test_the_old_period_has_its_own_words():
    shown = event()
    shown.project.period = "2014-2020"
    text = words(poster(shown).pages[0])
    assert ("Euroopan sosiaalirahasto" in text, "osarahoittama" in text) == (True, False)


def test_what_no_project_pays_bears_no_emblem():
    made = make.event(title_fi="Kylätalkoot")
    text = words(poster(Event.objects.with_meetings().get(pk=made.pk)).pages[0])
    assert ("Kylätalkoot" in text, "Euroopan" in text) == (True, False)


def test_the_longest_words_in_ukrainian_fit_one_page():
    long = {
        "summary_uk": ("Одноденне навчання й тест. " * 12)[:300],
        "audience_uk": ("Для тих, хто шукає роботу. " * 9)[:200],
    }
    made = poster(event(meetings=12, **long), "uk")
    assert (len(made.pages), made.trailer["/Root"]["/Lang"]) == (1, "uk")
    assert "електротехбезпековонавчальний" in words(made.pages[0])


def test_what_somebody_typed_is_words_and_no_markup():
    typed = '#panic("x") $ _y_ \\ `z` [a] "b" <c> @d'
    assert typed in words(poster(event(summary_fi=typed)).pages[0])


def test_only_the_dates_ahead_are_on_it():
    shown = event(meetings=3, first=NOW - make.dt.timedelta(days=7))
    text = words(poster(shown).pages[0])
    assert ("ma 16.11." in text, "ma 23.11." in text, "ma 30.11." in text) == (False, True, True)


def test_a_code_on_paper_is_read_by_somebody_elses_reader():
    address = "https://miitti.example/i/ABCDEF/"
    inputs = {"data": json.dumps(data(address)), "language": "en"}
    picture = typst.compile(
        pdf.TEMPLATES / "poster.typ", root=pdf.ROOT, font_paths=[pdf.FONTS], sys_inputs=inputs, format="png", ppi=100
    )
    assert zxingcpp.read_barcode(Image.open(io.BytesIO(picture))).text == address


def data(address):
    return {
        "title": "Course", "kind": "Course", "facts": [], "summary": "", "call": "Read more", "address": address,
        "organiser": [], "qr": qr.svg(address), "qr_alt": "QR code", "funding": [],
    }  # fmt: skip


def test_postcards_are_four_to_a_sheet_a_sheet_for_each_language_of_the_event():
    shown = event()
    code = invitations.make(event=shown, source="Postikortti", by=make.user(), now=NOW)
    made = pypdf.PdfReader(io.BytesIO(sheets.postcards(invitation=code, now=NOW)))
    assert [words(page).count(code.code) for page in made.pages] == [8, 8]
    assert [words(page).count("Hygieniapassi") for page in made.pages] == [4, 0]
    assert made.metadata.title == "Hygieniapassi: Postikortti"


@pytest.mark.parametrize(("asked", "language"), [("uk", "uk"), ("xx", "fi"), ("", "fi")])
def test_the_desk_gives_the_poster_in_the_language_asked_for(client, asked, language):
    shown = event()
    client.force_login(make.organiser(shown))
    response = client.get(reverse("workspace:poster", args=[shown.pk]), {"language": asked})
    made = pypdf.PdfReader(io.BytesIO(response.content))
    assert (response.headers["Content-Type"], made.trailer["/Root"]["/Lang"]) == ("application/pdf", language)


def test_a_sign_that_the_font_lacks_is_left_out_and_the_poster_is_made():
    text = words(poster(event(summary_fi="Kahvit 🎉 中文 Ґанок")).pages[0])
    assert ("Kahvit" in text, "Ґанок" in text, "中" in text) == (True, True, False)
