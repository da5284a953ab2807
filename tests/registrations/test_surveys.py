"""An anonymous survey as people answer it: with what is asked, and without any trace of who they are."""

import datetime as dt
import json

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from core.models import OutboxMessage
from registrations.enums import AskedAt
from registrations.models import Survey, SurveyResponse
from registrations.rules import questions as question_rules
from registrations.services import letters
from registrations.services.questions import changing, library, questionnaires, reading, showing, writing
from registrations.services.questions.answering import Unanswered
from registrations.services.surveys import answering, planning
from tests import factories as make
from tests.factories import NOW
from tests.registrations import questions as q
from tests.registrations import surveys as s
from tests.registrations.questions import K, T

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def event():
    return make.event(seats=30, first=NOW - dt.timedelta(days=2))


@pytest.fixture
def survey(event):
    return s.survey(event)


def sent(survey, values=None, **more):
    """What a browser sends of the questions that it shows."""
    values = values or {}
    return {
        **{f"q{question.pk}": value for question, value in values.items()},
        "shown": ",".join(str(each.pk) for each in values),
        **more,
    }


def test_anybody_with_the_address_answers_without_signing_in(client, survey):
    score, text = q.ask(survey.questionnaire, K.SCALE, "Arvosana?", required=True), q.ask(survey.questionnaire, K.LONG)
    url = survey.get_absolute_url()

    page = client.get(url)
    assert (page.status_code, "You answer anonymously" in page.text or "nimettömästi" in page.text) == (200, True)
    answered = client.post(url, sent(survey, {score: "4", text: "Hyvä"}, **{f"q{text.pk}-quote": "on"}))
    assert answered.headers["Location"] == f"{url}thanks/"
    assert client.get(f"{url}thanks/").status_code == 200

    [response] = SurveyResponse.objects.all()
    wordings = [score.wordings.get().pk, text.wordings.get().pk]
    assert response.answers == {str(wordings[0]): 4, str(wordings[1]): "Hyvä"}
    assert response.quotable == [wordings[1]]


def test_a_slip_is_told_and_nothing_typed_is_lost(client, survey):
    score, text = q.ask(survey.questionnaire, K.SCALE, required=True), q.ask(survey.questionnaire, K.LONG)
    answered = client.post(
        survey.get_absolute_url(), sent(survey, {score: "6", text: "Pitkä teksti"}, **{f"q{text.pk}-quote": "on"})
    )
    assert (answered.status_code, "Pitkä teksti" in answered.text, "checked" in answered.text) == (422, True, True)
    assert not SurveyResponse.objects.exists()


def test_conditions_work_without_scripts(client, survey):
    choice = q.ask(survey.questionnaire, K.SCALE, "Arvosana?")
    why = q.ask(survey.questionnaire, K.LONG, "Miksi?", required=True, when=[(choice, T.AT_MOST, 2)])
    url = survey.get_absolute_url()

    brought_up = client.post(url, sent(survey, {choice: "1"}))
    assert (brought_up.status_code, brought_up.context_data["brought_up"]) == (422, False)
    assert client.post(url, sent(survey, {choice: "5", why: "ei kysytä"})).status_code == 302
    assert list(SurveyResponse.objects.values_list("answers", flat=True)) == [{str(choice.wordings.get().pk): 5}]


def test_the_browser_alone_remembers_and_lets_another_person_answer(client, survey):
    question = q.ask(survey.questionnaire)
    url = survey.get_absolute_url()
    client.post(url, sent(survey, {question: "a"}))

    cookie = client.cookies[f"survey-{survey.pk}"]
    assert (cookie.value, cookie["path"], cookie["httponly"], cookie["samesite"]) == ("answered", url, True, "Lax")
    assert client.get(url).headers["Location"] == f"{url}thanks/"
    assert client.get(f"{url}?again=1").status_code == 200


@pytest.mark.parametrize(("opens", "closes"), [(s.DAY, 2 * s.DAY), (-2 * s.DAY, -s.DAY)])
def test_outside_its_time_it_takes_no_answers(client, event, opens, closes):
    survey = s.survey(event, opens=opens, closes=closes)
    question = q.ask(survey.questionnaire)
    url = survey.get_absolute_url()

    assert (client.get(url).status_code, client.post(url, sent(survey, {question: "a"})).status_code) == (200, 409)
    with pytest.raises(answering.SurveyClosed):
        s.answer(survey, {question: "a"})
    assert not SurveyResponse.objects.exists()


def test_a_wrong_address_is_no_page_and_a_stranger_to_posts_of_a_page_is_told(client, survey):
    q.ask(survey.questionnaire)
    assert client.get("/survey/not-a-survey/").status_code == 404
    assert client.post("/survey/not-a-survey/").status_code == 404
    assert client.post(f"{survey.get_absolute_url()}thanks/").status_code == 405


def test_too_many_responses_of_one_network_wait_and_keep_what_was_typed(client, survey, settings):
    settings.RATE_LIMITS = settings.RATE_LIMITS | {"survey": (1, 3600)}
    question = q.ask(survey.questionnaire)
    url = survey.get_absolute_url()
    client.post(url, sent(survey, {question: "a"}))
    answered = Client().post(url, sent(survey, {question: "toinen vastaus"}))
    assert (answered.status_code, "toinen vastaus" in answered.text) == (429, True)
    assert SurveyResponse.objects.count() == 1


def test_an_employer_is_known_only_who_wants_to_be(client, event):
    survey = s.survey(event, s.EMPLOYER, may_name=True)
    question = q.ask(survey.questionnaire)
    url = survey.get_absolute_url()

    client.post(url, sent(survey, {question: "a"}))
    client.post(url, sent(survey, {question: "b"}, organisation="Paja Oy", business_id="0165116-3"))
    alone = client.post(url, sent(survey, {question: "c"}, business_id="0165116-3"))
    assert alone.status_code == 422
    found = SurveyResponse.objects.values_list("organisation", "business_id")
    assert sorted(found) == [("", ""), ("Paja Oy", "0165116-3")]


def test_where_nobody_is_asked_for_a_name_none_is_kept(client, survey):
    question = q.ask(survey.questionnaire)
    client.post(survey.get_absolute_url(), sent(survey, {question: "a"}, organisation="Paja Oy"))
    s.answer(survey, {question: "b"}, organisation="Paja Oy", business_id="0165116-3")
    assert set(SurveyResponse.objects.values_list("organisation", "business_id")) == {("", "")}


# Nobody can tell who answered


def everything(*without):
    """All rows of all tables as text."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor)) - set(without)
        found = {}
        for table in tables:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 - a name of ours
            found[table] = sorted(json.dumps(row, default=str, ensure_ascii=False) for row in cursor.fetchall())
    return found


def on_disk():
    """The answers to the only question in the order in which their rows lie, and how many transactions wrote them."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT answers, xmin::text FROM registrations_surveyresponse ORDER BY ctid")
        else:
            cursor.execute("SELECT answers, 'one' FROM registrations_surveyresponse ORDER BY rowid")
        rows = cursor.fetchall()
    lie = [json.loads(answers) if isinstance(answers, str) else answers for answers, _written in rows]
    return [next(iter(each.values())) for each in lie], {written for _answers, written in rows}


def come(event, number):
    """Somebody known: registered, signed in, with a personal link and a network of their own."""
    person = make.register(event, make.contact(email=f"henkilo{number}@people.example"), now=NOW - dt.timedelta(days=9))
    browser = Client(REMOTE_ADDR=f"192.0.2.{number}")
    browser.force_login(make.user())
    return browser, letters.personal_url(registration=person, now=NOW).removeprefix("https://miitti.example")


def test_after_twenty_known_people_in_a_known_order_nothing_ties_an_answer_to_anybody(event, survey, time_machine):
    question = q.ask(survey.questionnaire, K.LONG)
    url = survey.get_absolute_url()
    known = [come(event, number) for number in range(1, 21)]
    said = [f"vastaus-{number}-salaisuus" for number in range(1, 21)]
    for number, ((browser, mine), text) in enumerate(zip(known, said, strict=True)):
        time_machine.move_to(NOW + number * dt.timedelta(minutes=7), tick=False)
        assert f'href="{url}" rel="noreferrer"' in browser.get(mine).text
        before = everything("registrations_surveyresponse")
        browser.get(url)
        answered = browser.post(url, sent(survey, {question: text}))
        browser.get(answered.headers["Location"])
        assert everything("registrations_surveyresponse") == before  # answering writes one table and no other

    responses = list(SurveyResponse.objects.all())
    secrets = {each.key.hex for each in responses} | {str(each.key) for each in responses} | set(said)
    for table, rows in everything("registrations_surveyresponse").items():
        assert [row for row in rows for secret in secrets if secret in row] == [], table
    own = [row for row in everything()["registrations_surveyresponse"] for word in traces(known) if word in row]
    assert own == []
    lie, transactions = on_disk()
    assert (sorted(lie), len(transactions)) == (sorted(said), 1)
    assert lie not in (said, said[::-1])


def traces(known):
    """What could name one of them or the moment: addresses, personal links, networks, years."""
    return ["@people.example", "192.0.2.", "2026-11", *[mine.split("/")[2] for _browser, mine in known]]


def test_a_new_response_lies_anywhere_among_the_others(survey):
    question = q.ask(survey.questionnaire, K.NUMBER)
    for number in range(10):
        s.answer(survey, {question: number})
    places = set()
    for number in range(10, 40):
        s.answer(survey, {question: number})
        places.add(on_disk()[0].index(number) * 4 // number)
    assert places >= {0, 1, 2, 3}


def test_a_response_has_no_column_for_a_person_or_a_time():
    names = {field.name for field in SurveyResponse._meta.get_fields()}
    assert names == {"key", "survey", "answers", "quotable", "organisation", "business_id"}
    assert SurveyResponse._meta.pk.get_internal_type() == "UUIDField"


# What a survey may ask


def test_files_and_sensitive_questions_are_refused(survey):
    text = q.ask(survey.questionnaire)
    file = q.ask(q.sheet(survey.questionnaire.event, AskedAt.BEFORE), K.FILE)
    from_library = writing.Put(kind=K.FILE, labels={"fi": "Todistus"})
    with pytest.raises(changing.NotInSurvey):
        q.ask(survey.questionnaire, K.FILE)
    with pytest.raises(changing.NotInSurvey):
        q.ask(survey.questionnaire, sensitive=True, sees=["owner"])
    with pytest.raises(changing.NotInSurvey):
        writing.change(question=text, put=from_library, handled=writing.Handled(), by=make.user(), now=NOW)
    kept = library.put_into_library(question=file, by=make.user(), now=NOW)
    with pytest.raises(changing.NotInSurvey):
        library.take_from_library(questionnaire=survey.questionnaire, question=kept, by=make.user(), now=NOW)
    assert list(survey.questionnaire.questions.values_list("pk", flat=True)) == [text.pk]


def test_a_survey_is_asked_of_no_registration(event, survey):
    q.ask(survey.questionnaire)
    registration = make.register(event, now=NOW - dt.timedelta(days=9))
    event.refresh_from_db()
    sheet = reading.of_event(event)[0]
    assert (event.terms.asks_questions, reading.sheets_of(event), questionnaires.mine(registration)) == (False, [], [])
    assert showing.columns(event=event, user=make.organiser(event), language="fi") == []
    assert not question_rules.is_open(
        sheet.moment, status="confirmed", now=NOW, begins=event.starts_at, ends=event.ends_at, closes=None
    )
    q.ask(q.sheet(event, AskedAt.AFTERWARDS))
    event.refresh_from_db()
    assert [each.moment for each in reading.sheets_of(type(event).objects.get(pk=event.pk))] == ["afterwards"]


def test_once_answered_a_question_keeps_the_words_that_were_answered(survey):
    question = q.ask(survey.questionnaire, label="Vanha?")
    s.answer(survey, {question: "a"})
    put = writing.Put(kind=K.TEXT, labels={"fi": "Uusi?"})
    writing.change(question=question, put=put, handled=writing.Handled(), by=make.user(), now=NOW)
    writing.take_out(question=question, by=make.user(), now=NOW)
    assert [each.label_fi for each in question.wordings.order_by("number")] == ["Vanha?", "Uusi?"]
    with pytest.raises(writing.HasAnswers):
        writing.remove_questionnaire(questionnaire=survey.questionnaire, by=make.user(), now=NOW)


def test_a_response_to_questions_that_have_changed_meanwhile_is_refused(survey):
    question = q.ask(survey.questionnaire)
    sheet = answering.sheet_of(survey)
    q.ask(survey.questionnaire, label="Uusi?")
    with pytest.raises(Unanswered):
        answering.answer(survey=survey, sheet=sheet, given=answering.Given(answers={question.pk: "a"}), now=NOW)


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("survey_respondent_known", {"respondent": "martian"}),
        ("survey_opens_before_it_closes", {"closes_at": NOW - s.DAY}),
        ("survey_only_employers_may_name", {"may_name": True}),
        ("survey_has_an_address", {"token": ""}),
    ],
)
def test_the_database_refuses_a_survey_that_cannot_be(survey, name, wrong):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        Survey.objects.filter(pk=survey.pk).update(**wrong)


def test_the_database_refuses_a_business_without_a_name(survey):
    with pytest.raises(IntegrityError, match="survey_response_business_has_a_name"), transaction.atomic():
        SurveyResponse.objects.create(survey=survey, answers={}, business_id="0165116-3")


def test_two_surveys_never_share_an_address(event, survey):
    other = s.survey(event)
    with pytest.raises(IntegrityError), transaction.atomic():
        Survey.objects.filter(pk=other.pk).update(token=survey.token)


def test_a_copied_event_asks_the_same_at_another_address(event, survey):
    q.ask(survey.questionnaire, K.SCALE, "Arvosana?")
    s.answer(survey, {survey.questionnaire.questions.get(): 3})
    target = make.event(first=NOW + dt.timedelta(days=28))
    planning.copy_all(source=event, target=target, by=make.user(), now=NOW)

    [made] = Survey.objects.of_event(target)
    assert (made.opens_at - survey.opens_at, made.token == survey.token) == (dt.timedelta(days=30), False)
    assert [each.labels["fi"] for each in answering.sheet_of(made).asked] == ["Arvosana?"]
    assert (made.responses.count(), survey.responses.count()) == (0, 1)


# How people are led there


def test_the_thank_you_letter_leads_to_the_common_address_only_while_it_is_open(event, survey):
    registration = make.register(event, now=NOW - dt.timedelta(days=9))
    for once, now in (("empty", NOW), ("open", NOW), ("closed", NOW + 2 * s.DAY)):
        if once == "open":
            q.ask(survey.questionnaire)
        letters.follow_up(registration=registration, form_missing=False, meeting=None, once=once, now=now)
    bodies = [row.payload["text"] for row in OutboxMessage.objects.order_by("pk") if "follow_up" in str(row.payload)]
    assert [survey.token in body for body in bodies] == [False, True, False]


def test_the_personal_page_leads_there_after_the_event_without_carrying_anything(client, event, survey, time_machine):
    q.ask(survey.questionnaire)
    registration = make.register(event, now=NOW - dt.timedelta(days=9))
    mine = letters.personal_url(registration=registration, now=NOW).removeprefix("https://miitti.example")
    assert f'href="{survey.get_absolute_url()}" rel="noreferrer"' in client.get(mine).text
    time_machine.move_to(NOW - dt.timedelta(days=5), tick=False)
    assert survey.token not in client.get(mine).text


def test_pages_name_no_referrer_to_other_sites_and_are_kept_by_no_cache(client, survey):
    q.ask(survey.questionnaire)
    page = client.get(survey.get_absolute_url())
    assert page.headers["Referrer-Policy"] == "same-origin"
    assert ("no-store" in page.headers["Cache-Control"], page.headers["X-Robots-Tag"]) == (True, "noindex")
    assert reverse("registrations:survey", args=[survey.token]) == survey.get_absolute_url()
