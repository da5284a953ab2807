"""The organiser's own questions on the way to a registration, over HTTP, without scripts unless a test says so."""

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from events.models import Event, Terms
from registrations.enums import AskedAt, AskedOf
from registrations.models import Answer, AnswerFile, Filling, Hold, Registration
from registrations.services import letters
from registrations.services.questions import telling
from tests import factories as make
from tests.registrations import questions as q
from tests.registrations.questions import K, T

pytestmark = pytest.mark.django_db

CONTACT = {"step": "contact", "first_name": "Olena", "last_name": "Testenko", "email": "o@example.fi", "language": "fi"}


@pytest.fixture
def event(time_machine):
    time_machine.move_to(make.NOW, tick=False)
    make.privacy_notices()
    return make.event(seats=5)


def take(client, event, seats=1):
    answer = client.post(reverse("registrations:take", args=[event.slug]), {"kind": "seat", "seats": seats})
    return answer.headers["Location"].removesuffix("?step=contact")


def step_of(response):
    return re.search(r'name="step" value="([^"]+)"', response.text)[1]


def go(client, url, **data):
    """Send the screen where the form stands, as a browser does that shows what the server showed."""
    here = client.get(url, {"step": "summary"})
    shown = re.search(r'name="shown" value="([^"]*)"', here.text)
    return client.post(url, {"step": step_of(here), "shown": shown[1] if shown else "", **data}, follow=True)


def text_of(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def answers():
    return {row.question_id: telling.value_of(row) for row in Answer.objects.all()}


def test_each_screen_of_questions_follows_the_others_and_the_summary_tells_the_answers(client, event):
    sheet = q.sheet(event)
    diet, day = q.ask(sheet, label="Ruokavalio?"), q.ask(sheet, K.DATE, "Milloin?", screen=3)
    several, number = q.ask(sheet, K.CHOICES, "Mitkä?", screen=3), q.ask(sheet, K.NUMBER, "Montako?", screen=3)
    url = take(client, event)

    client.post(url, CONTACT)
    first = client.get(url, {"step": "summary"})
    assert step_of(first) == f"q{sheet.pk}.1.me"
    go(client, url, **{f"q{diet.pk}": "kasvis"})
    sent = {f"q{day.pk}": "2026-12-01", f"q{several.pk}": ["y", "n"], f"q{number.pk}": "2,5"}
    summary = go(client, url, **sent)

    told = text_of(summary)
    assert [
        words in told for words in ("Ruokavalio? kasvis", "Milloin? 1.12.2026", "Mitkä? Kyllä, Ei", "Montako? 2,5")
    ] == [True] * 4
    client.post(url, {"step": "summary"})
    assert Registration.objects.get().status == "confirmed"
    assert answers() == {diet.pk: "kasvis", day.pk: "2026-12-01", several.pk: ["y", "n"], number.pk: 2.5}
    assert Filling.objects.get().sent_at == make.NOW


def test_wrong_answers_come_back_as_typed_with_an_error_beside_each(client, event):
    number = q.ask(q.sheet(event), K.NUMBER, "Montako?", required=True, limits={"least": 1, "most": 5})
    url = take(client, event)
    client.post(url, CONTACT)

    for wrong in ("", "kolme", "9"):
        page = go(client, url, **{f"q{number.pk}": wrong})
        assert (page.status_code, f'id="id_q{number.pk}_error"' in page.text) == (422, True)
        assert wrong in page.text
    assert client.post(url, {"step": "summary"}, follow=True).context_data["step"] != "summary"


def test_without_scripts_a_question_that_an_answer_brings_up_comes_on_the_same_screen(client, event):
    sheet = q.sheet(event)
    licence = q.ask(sheet, K.CHOICE, "Onko sinulla ajokortti?", required=True)
    which = q.ask(sheet, label="Mikä luokka?", when=[(licence, T.IS, "y")])
    url = take(client, event)
    client.post(url, CONTACT)

    page = go(client, url, **{f"q{licence.pk}": "y", f"q{which.pk}": ""})
    assert (page.status_code, page.context_data["brought_up"]) == (200, True)
    assert f'data-question="{which.pk}" data-when=' in page.text
    assert page.context_data["form"].shown == [licence.pk, which.pk]

    done = client.post(
        url,
        {
            "step": page.context_data["step"],
            "shown": f"{licence.pk},{which.pk}",
            f"q{licence.pk}": "y",
            f"q{which.pk}": "B",
        },
        follow=True,
    )
    assert done.context_data["step"] == "summary"


def test_an_answer_to_a_question_that_is_not_asked_is_not_kept(client, event):
    sheet = q.sheet(event)
    licence = q.ask(sheet, K.CHOICE, "Ajokortti?")
    which = q.ask(sheet, label="Luokka?", required=True, screen=2, when=[(licence, T.IS, "y")])
    url = take(client, event)
    client.post(url, CONTACT)
    go(client, url, **{f"q{licence.pk}": "n"})
    go(client, url, **{f"q{which.pk}": "salaa"})
    client.post(url, {"step": "summary"})

    assert answers() == {licence.pk: "n"}


def test_what_was_typed_lies_sealed_in_the_draft(client, event):
    question = q.ask(q.sheet(event), sensitive=True, sees=["owner"])
    url = take(client, event)
    client.post(url, CONTACT)
    go(client, url, **{f"q{question.pk}": "diabetes"})

    with connection.cursor() as cursor:
        cursor.execute("SELECT draft FROM registrations_hold")
        assert "diabetes" not in str(cursor.fetchall())
    client.post(url, {"step": "summary"})
    assert answers() == {question.pk: "diabetes"}
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM registrations_answer")
        assert "diabetes" not in str(cursor.fetchall())


def test_a_file_is_kept_with_the_form_and_then_with_the_answer(client, event):
    question = q.ask(q.sheet(event), K.FILE, "Todistus", required=True)
    url = take(client, event)
    client.post(url, CONTACT)

    missing = go(client, url)
    assert missing.status_code == 422
    kept = go(client, url, **{f"q{question.pk}-file": SimpleUploadedFile("../../Todistus.exe.pdf", q.PDF)})
    assert "Todistus.pdf" in text_of(kept)
    assert AnswerFile.objects.get().hold == Hold.objects.get()
    again = client.get(f"{url}?step=q{question.questionnaire_id}.1.me")
    assert AnswerFile.objects.get().key.hex in again.text

    client.post(url, {"step": "summary"})
    file = AnswerFile.objects.get()
    assert (file.answer.question, file.hold, file.body) == (question, None, q.PDF)


def test_a_file_of_another_form_does_not_answer(client, event):
    question = q.ask(q.sheet(event), K.FILE, "Todistus")
    url = take(client, event)
    client.post(url, CONTACT)
    go(client, url, **{f"q{question.pk}-file": SimpleUploadedFile("a.pdf", q.PDF)})
    theirs = AnswerFile.objects.get().key.hex

    other = take(type(client)(), event)
    client.post(other, CONTACT | {"email": "b@example.fi"})
    assert go(client, other, **{f"q{question.pk}": theirs}).status_code == 422


def test_a_group_is_asked_once_and_each_without_an_address_by_name(client, event):
    Terms.objects.update_or_create(event=event, defaults={"largest_party": 5})
    each, once = q.sheet(event), q.sheet(event, asked_of=AskedOf.PARTY, title="Ryhmä")
    diet, bus = q.ask(each), q.ask(once, label="Bussi?")
    url = take(client, event, seats=3)
    client.post(url, CONTACT | {"coming": "yes"})
    names = {
        "first_name_1": "Liisa",
        "last_name_1": "Yksi",
        "email_1": "",
        "first_name_2": "Matti",
        "last_name_2": "Kaksi",
    }
    client.post(url, {"step": "members", **names, "email_2": "matti@example.fi"})

    asked = []
    for value in ("kyllä", "kala", "liha"):
        here = client.get(url, {"step": "summary"})
        asked.append(step_of(here))
        number = bus.pk if asked[-1].endswith("group") else diet.pk
        go(client, url, **{f"q{number}": value})
    client.post(url, {"step": "summary"})

    assert asked == [f"q{once.pk}.1.group", f"q{each.pk}.1.me", f"q{each.pk}.1.1"]
    found = {(row.registration and row.registration.first_name, telling.value_of(row)) for row in Answer.objects.all()}
    assert found == {(None, "kyllä"), ("Olena", "kala"), ("Liisa", "liha")}


def test_a_file_of_a_group_is_opened_again_by_its_contact_and_by_no_other_of_it(client, event):
    Terms.objects.update_or_create(event=event, defaults={"largest_party": 5})
    question = q.ask(q.sheet(event, asked_of=AskedOf.PARTY, title="Ryhmä"), K.FILE, "Todistus")
    url = take(client, event, seats=2)
    client.post(url, CONTACT | {"coming": "yes"})
    other = {"first_name_1": "Matti", "last_name_1": "Kaksi", "email_1": "matti@example.fi"}
    client.post(url, {"step": "members"} | other)
    go(client, url, **{f"q{question.pk}-file": SimpleUploadedFile("Todistus.pdf", q.PDF)})
    client.post(url, {"step": "summary"})
    file = AnswerFile.objects.get()
    mine, theirs = (
        letters.personal_url(registration=each, now=make.NOW).removeprefix("https://miitti.example")
        for each in Registration.objects.order_by("email")[::-1]
    )

    assert file.answer.party is not None
    assert f"{mine}files/{file.key}/" in client.get(f"{mine}data/").text
    assert client.get(f"{mine}files/{file.key}/").content == q.PDF
    assert client.get(f"{theirs}files/{file.key}/").status_code == 404


def test_what_a_group_is_asked_is_asked_of_one_who_comes_alone(client, event):
    bus = q.ask(q.sheet(event, asked_of=AskedOf.PARTY), label="Bussi?")
    url = take(client, event)
    client.post(url, CONTACT)
    go(client, url, **{f"q{bus.pk}": "kyllä"})
    client.post(url, {"step": "summary"})

    assert Answer.objects.get().registration == Registration.objects.get()


def test_a_question_that_is_added_meanwhile_is_asked_before_the_form_is_sent(client, event):
    sheet = q.sheet(event)
    q.ask(sheet)
    url = take(client, event)
    client.post(url, CONTACT)
    assert go(client, url).context_data["step"] == "summary"
    late = q.ask(sheet, label="Vielä yksi?", required=True, screen=2)

    assert client.post(url, {"step": "summary"}, follow=True).context_data["step"] == f"q{sheet.pk}.2.me"
    go(client, url, **{f"q{late.pk}": "juu"})
    client.post(url, {"step": "summary"})
    assert answers() == {late.pk: "juu"}


def test_questions_for_other_moments_are_not_asked_now(client, event):
    for moment in (AskedAt.BEFORE, AskedAt.DOOR, AskedAt.AFTERWARDS):
        q.ask(q.sheet(event, moment), required=True)
    url = take(client, event)
    assert client.post(url, CONTACT, follow=True).context_data["step"] == "summary"


def costs(client, url, data=None):
    with CaptureQueriesContext(connection) as queries:
        client.get(url) if data is None else client.post(url, data)
    return sum("SAVEPOINT" not in each["sql"] for each in queries)


def test_screens_of_questions_cost_no_query_of_their_own(client, event):
    sheet = q.sheet(event)
    for number in range(3):
        q.ask(sheet, label=f"{number}?", screen=1 + number % 2)
    url = take(client, event)
    client.post(url, CONTACT)
    client.get(url)

    assert [costs(client, f"{url}?step=contact"), costs(client, f"{url}?step=q{sheet.pk}.1.me")] == [2, 2]
    assert costs(client, url, {"step": f"q{sheet.pk}.1.me", "shown": ""}) == 3


def test_scripts_get_the_same_conditions_that_the_server_judges_by(client, event):
    sheet = q.sheet(event)
    first = q.ask(sheet, K.CHOICE, "Eka?")
    second = q.ask(sheet, label="Toka?", screen=2, when=[(first, T.IS, "y")])
    url = take(client, event)
    client.post(url, CONTACT)
    page = go(client, url, **{f"q{first.pk}": "y"})

    form = page.context_data["form"]
    assert json.loads(form.known()) == {str(first.pk): "y"}
    [row] = form.rows()
    assert (row["hidden"], json.loads(row["when"])["groups"][0]["tests"]) == (
        False,
        [{"question": first.pk, "test": "is", "value": "y"}],
    )
    assert second.pk == row["pk"]


def test_an_event_without_questions_says_so_in_its_terms(event):
    sheet = q.sheet(event)
    question = q.ask(sheet)
    assert Event.objects.get(pk=event.pk).terms.asks_questions
    q.writing.take_out(question=question, by=make.user(), now=make.NOW)
    assert not Event.objects.get(pk=event.pk).terms.asks_questions
