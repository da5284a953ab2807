"""Questionnaires by the personal link and at the door; what a person finds of theirs; and when it goes."""

import datetime as dt
import html
import re
import uuid

import pytest
from cryptography.fernet import Fernet
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import AuditEntry
from events.models import Terms
from registrations.enums import AskedAt, AskedOf
from registrations.models import (
    Answer,
    AnswerChange,
    AnswerFile,
    Filling,
    Question,
    Questionnaire,
    Registration,
    Wording,
)
from registrations.services import letters, seats, tickets
from registrations.services.questions import answering, changing, library, questionnaires, retention, telling, writing
from tests import factories as make
from tests.factories import NOW
from tests.registrations import questions as q
from tests.registrations.questions import K, T

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def event():
    return make.event(seats=5)


@pytest.fixture
def registration(event):
    return make.register(event, make.contact(email="aino@example.fi"))


@pytest.fixture
def url(registration):
    return letters.personal_url(registration=registration, now=NOW).removeprefix("https://miitti.example")


def text_of(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def page_of(url, sheet):
    return f"{url}questions/{sheet.pk}/"


def shown(*questions):
    return {"shown": ",".join(str(each.pk) for each in questions)}


def values():
    return {row.question_id: telling.value_of(row) for row in Answer.objects.all()}


def test_a_questionnaire_before_the_event_waits_on_the_personal_page_until_it_is_sent(client, event, url):
    sheet = q.sheet(event, AskedAt.BEFORE, title="Ennakkokysely")
    question = q.ask(sheet)

    mine = client.get(url)
    assert ([each.state for each in mine.context_data["questionnaires"]], page_of(url, sheet) in mine.text) == (
        ["new"],
        True,
    )
    assert client.post(page_of(url, sheet), {f"q{question.pk}": "kasvis", **shown(question)}).headers["Location"] == url
    assert values() == {question.pk: "kasvis"}
    assert client.get(url).context_data["questionnaires"][0].state == "sent"
    assert AuditEntry.objects.filter(action="answers.send").count() == 1


def test_several_screens_are_saved_one_by_one_and_can_be_gone_on_with_later(client, event, registration, url):
    sheet = q.sheet(event, AskedAt.BEFORE)
    first, second = q.ask(sheet, required=True), q.ask(sheet, K.NUMBER, screen=4, required=True)
    page = page_of(url, sheet)

    assert client.post(page, {f"q{first.pk}": "a", **shown(first)}).headers["Location"] == f"{page}?screen=2"
    later = client.post(f"{page}?screen=2", {f"q{second.pk}": "kolme", "later": "1"})
    assert (later.headers["Location"], values()) == (url, {})
    assert client.get(url).context_data["questionnaires"][0].state == "begun"
    assert 'value="kolme"' in client.get(f"{page}?screen=2").text

    assert client.post(f"{page}?screen=2", {f"q{second.pk}": "kolme", **shown(second)}).status_code == 422
    client.post(f"{page}?screen=2", {f"q{second.pk}": "3", **shown(second)})
    assert values() == {first.pk: "a", second.pk: 3}
    assert Filling.objects.get().draft is None


def test_who_jumps_over_a_screen_is_sent_back_to_it(client, event, url):
    sheet = q.sheet(event, AskedAt.BEFORE)
    q.ask(sheet, required=True)
    second = q.ask(sheet, screen=2)
    page = page_of(url, sheet)
    assert (
        client.post(f"{page}?screen=2", {f"q{second.pk}": "b", **shown(second)}).headers["Location"]
        == f"{page}?screen=1"
    )
    assert values() == {}


def test_a_condition_looks_back_to_the_screens_before(client, event, url):
    sheet = q.sheet(event, AskedAt.BEFORE)
    licence = q.ask(sheet, K.CHOICE, required=True)
    which = q.ask(sheet, screen=2, required=True, when=[(licence, T.IS, "y")])
    page = page_of(url, sheet)
    client.post(page, {f"q{licence.pk}": "n", **shown(licence)})
    assert f'data-question="{which.pk}" data-when=' in client.get(f"{page}?screen=2").text
    client.post(f"{page}?screen=2", {"shown": ""})
    assert values() == {licence.pk: "n"}


def test_answers_from_the_registration_can_be_corrected_until_the_deadline_with_a_history(
    client, event, registration, url
):
    sheet = q.sheet(event)
    question, secret = q.ask(sheet), q.ask(sheet, sensitive=True, sees=["owner"])
    q.send(registration, {question.pk: "kala", secret.pk: "astma"})
    page = page_of(url, sheet)
    assert 'value="kala"' in client.get(page).text

    client.post(page, {f"q{question.pk}": "liha", f"q{secret.pk}": "terve", **shown(question, secret)})
    assert values() == {question.pk: "liha", secret.pk: "terve"}
    assert dict(AnswerChange.objects.values_list("answer__question", "was")) == {question.pk: "kala", secret.pk: None}
    told = AuditEntry.objects.get(action="answers.change")
    assert told.after == {"questionnaire": sheet.pk, "changed": 2}

    Terms.objects.filter(event=event).update(changes_close_at=NOW)
    closed = client.post(page, {f"q{question.pk}": "kala", **shown(question, secret)})
    assert (closed.status_code, values()[question.pk]) == (409, "liha")


def test_the_same_answers_again_are_no_change(client, event, registration, url):
    sheet = q.sheet(event)
    question = q.ask(sheet, K.NUMBER)
    q.send(registration, {question.pk: 2.5})
    client.post(page_of(url, sheet), {f"q{question.pk}": "2,5", **shown(question)})
    assert (AnswerChange.objects.count(), AuditEntry.objects.filter(action="answers.change").count()) == (0, 0)


def test_each_moment_has_its_time(client, event, registration, url, time_machine):
    before, afterwards, door = (q.sheet(event, each) for each in (AskedAt.BEFORE, AskedAt.AFTERWARDS, AskedAt.DOOR))
    for sheet in (before, afterwards, door):
        q.ask(sheet)

    assert [client.get(page_of(url, each)).status_code for each in (before, afterwards, door)] == [200, 409, 404]
    time_machine.move_to(NOW + dt.timedelta(days=8), tick=False)
    assert [client.get(page_of(url, each)).status_code for each in (before, afterwards)] == [409, 200]
    assert [each.sheet.pk for each in client.get(url).context_data["questionnaires"]] == [afterwards.pk]


def test_who_has_cancelled_is_asked_nothing(client, event, registration, url):
    sheet = q.sheet(event, AskedAt.BEFORE)
    q.ask(sheet)
    seats.cancel(registration=registration, by=None, now=NOW)
    assert client.get(url).context_data["questionnaires"] == []
    assert client.get(page_of(url, sheet)).status_code == 409


def test_nobody_answers_another_events_questions(client, event, url):
    other = q.sheet(make.event(), AskedAt.BEFORE)
    q.ask(other)
    q.ask(q.sheet(event, AskedAt.BEFORE))
    assert client.get(page_of(url, other)).status_code == 404


def test_a_question_changed_after_answers_makes_a_new_wording_and_old_answers_keep_theirs(event, registration):
    question = q.ask(q.sheet(event), label="Ruoka?")
    q.send(registration, {question.pk: "kala"})
    put = writing.Put(kind=K.TEXT, labels={"fi": "Erityisruokavalio?"})
    writing.change(question=question, put=put, handled=writing.Handled(), by=make.user(), now=NOW)
    later = make.register(event)
    q.send(later, {question.pk: "kasvis"})

    told = [
        (telling.label_of(each, "fi"), telling.text_of(each, "fi")) for each in Answer.objects.whole().order_by("pk")
    ]
    assert told == [("Ruoka?", "kala"), ("Erityisruokavalio?", "kasvis")]
    assert list(Wording.objects.order_by("number").values_list("number", "current")) == [(1, False), (2, True)]


def test_an_answer_that_fits_no_more_is_asked_anew(client, event, registration, url):
    sheet = q.sheet(event, AskedAt.BEFORE)
    question, other = q.ask(sheet, required=True), q.ask(sheet, screen=2)
    q.send(registration, {question.pk: "kaksi", other.pk: "x"})
    put = writing.Put(kind=K.NUMBER, labels={"fi": "Montako?"}, required=True)
    writing.change(question=question, put=put, handled=writing.Handled(), by=make.user(), now=NOW)
    page = page_of(url, sheet)

    assert "kaksi" not in client.get(page).text
    sent = client.post(f"{page}?screen=2", {f"q{other.pk}": "y", **shown(other)})
    assert (sent.headers["Location"], values()[question.pk]) == (f"{page}?screen=1", "kaksi")


def test_a_question_that_nobody_has_answered_is_changed_in_its_place(event):
    question = q.ask(q.sheet(event))
    put = writing.Put(kind=K.TEXT, labels={"fi": "Toisin?"})
    writing.change(question=question, put=put, handled=writing.Handled(), by=make.user(), now=NOW)
    assert Wording.objects.get().label_fi == "Toisin?"


def test_a_question_that_becomes_sensitive_takes_its_answers_with_it(event, registration):
    question = q.ask(q.sheet(event))
    q.send(registration, {question.pk: "kala"})
    put, handled = (
        writing.Put(kind=K.TEXT, labels={"fi": "Ruokavalio?"}),
        writing.Handled(sensitive=True, sees=["owner"]),
    )
    writing.change(question=question, put=put, handled=handled, by=make.user(), now=NOW)
    row = Answer.objects.get()
    assert (row.plain, row.secret) == (None, '"kala"')


def test_of_two_who_change_a_question_the_later_turns_answers_by_what_it_is_by_then(event, registration):
    question = q.ask(q.sheet(event))
    q.send(registration, {question.pk: "kala"})
    as_read_before = Question.objects.get(pk=question.pk)
    put, guarded = (
        writing.Put(kind=K.TEXT, labels={"fi": "Ruokavalio?"}),
        writing.Handled(sensitive=True, sees=["owner"]),
    )
    writing.change(question=question, put=put, handled=guarded, by=make.user(), now=NOW)

    owner = make.member(Role.OWNER, event.organisation)
    writing.change(question=as_read_before, put=put, handled=writing.Handled(), by=owner, now=NOW)

    row = Answer.objects.get()
    assert (row.question.sensitive, row.plain, row.secret) == (False, "kala", None)


@pytest.mark.parametrize(
    "opened", [writing.Handled(sensitive=True, sees=["owner", "organiser"]), writing.Handled(sees=["owner"])]
)
def test_only_who_may_read_answers_opens_them_to_others_and_the_log_says_how(event, registration, opened):
    question = q.ask(q.sheet(event), sensitive=True, sees=["owner"])
    put = writing.Put(kind=K.TEXT, labels={"fi": "Ruokavalio?"})
    q.send(registration, {question.pk: "kala"})
    with pytest.raises(writing.NotYoursToOpen):
        writing.change(question=question, put=put, handled=opened, by=make.organiser(event), now=NOW)
    question.refresh_from_db()
    assert (question.sensitive, question.sees) == (True, ["owner"])

    owner = make.member(Role.OWNER, event.organisation)
    writing.change(question=question, put=put, handled=opened, by=owner, now=NOW)

    question.refresh_from_db()
    entry = AuditEntry.objects.filter(action="questions.change").latest("pk")
    told = {name: (entry.before[name], entry.after[name]) for name in entry.after}
    wanted = {"sensitive": (True, opened.sensitive), "sees": (["owner"], sorted(opened.sees))}
    assert told == {name: pair for name, pair in wanted.items() if pair[0] != pair[1]}
    assert question.sensitive == opened.sensitive


def test_a_loop_is_refused_when_it_is_saved_and_nothing_is_changed(event):
    sheet = q.sheet(event)
    first, second = q.ask(sheet), q.ask(sheet)
    q.depend(second, (first, T.FILLED))
    with pytest.raises(changing.WrongCondition) as refused:
        q.depend(first, (second, T.FILLED))
    assert refused.value.fault.value == "loop"
    with pytest.raises(changing.WrongCondition):
        q.depend(first, (first, T.FILLED))
    with pytest.raises(changing.WrongCondition):
        writing.move(question=Question.objects.get(pk=second.pk), up=True, by=make.user(), now=NOW)
    with pytest.raises(changing.WrongCondition):
        writing.take_out(question=Question.objects.get(pk=first.pk), by=make.user(), now=NOW)
    assert [each.pk for each in q.read(event).asked] == [first.pk, second.pk]
    assert q.read(event).asked[0].condition.groups == ()


def test_answers_that_cannot_be_are_refused_by_the_service_too(event, registration):
    sheet = q.sheet(event)
    must, number = q.ask(sheet, required=True), q.ask(sheet, K.NUMBER)
    for wrong in ({}, {must.pk: "x", number.pk: "kolme"}, {must.pk: "x" * 999}):
        with pytest.raises(answering.Unanswered):
            q.send(registration, wrong)
    assert values() == {}


def test_earlier_answers_to_the_same_library_question_are_there_already(client, event, registration, url):
    by = make.user()
    question = q.ask(q.sheet(event))
    kept = library.put_into_library(question=question, by=by, now=NOW)
    q.send(registration, {question.pk: "kasvis"})
    again = make.event(organisation=event.organisation)
    sheet = q.sheet(again, AskedAt.BEFORE)
    library.take_from_library(questionnaire=sheet, question=kept, by=by, now=NOW)
    secret = q.ask(sheet, sensitive=True, sees=["owner"])

    def first_answers(**who):
        mine = make.register(again, make.contact(email="aino@example.fi", last_name=registration.last_name, **who))
        mine = Registration.objects.select_related("event__own_terms").get(pk=mine.pk)
        return questionnaires.earlier(mine, q.read(again))

    [same] = first_answers().values()
    assert same == "kasvis"
    assert first_answers(first_name="Joku") == {}
    assert secret.pk not in first_answers(first_name="Toinen")


def test_at_the_door_unanswered_questions_are_shown_and_answered_by_whoever_stands_there(
    client, event, registration, time_machine
):
    sheet = q.sheet(event, AskedAt.DOOR, title="Ovella")
    photo = q.ask(sheet, K.CONSENT, "Saa kuvata?")
    time_machine.move_to(NOW + dt.timedelta(days=7), tick=False)
    client.force_login(make.member(Role.DOOR, event))
    door = reverse("registrations:door", args=[event.pk])

    def scan():
        sent = {"scanned": tickets.text(registration), "nonce": uuid.uuid4(), "source": "typed"}
        return client.post(door, sent)

    page = reverse("registrations:door_questions", args=[event.pk, registration.pk, sheet.pk])
    assert page in scan().text
    assert client.post(page, {f"q{photo.pk}": "on", **shown(photo)}).headers["Location"] == door
    assert values() == {photo.pk: True}
    assert page not in scan().text
    assert client.get(page).status_code == 404


def test_a_door_volunteer_of_another_event_asks_nothing(client, event, registration):
    sheet = q.sheet(event, AskedAt.DOOR)
    q.ask(sheet)
    client.force_login(make.member(Role.DOOR, make.event()))
    assert (
        client.get(reverse("registrations:door_questions", args=[event.pk, registration.pk, sheet.pk])).status_code
        == 404
    )


def test_the_copy_of_ones_own_data_has_the_answers(client, event, registration, url):
    question = q.ask(q.sheet(event), label="Ruoka?", sensitive=True, sees=["owner"])
    q.send(registration, {question.pk: "kala"})
    told = text_of(client.get(f"{url}data/"))
    assert ["Ruoka?" in told, "kala" in told] == [True, True]
    [told] = client.get(f"{url}data.json").json()["questions"]
    assert (told["question"], told["answer"]) == ("Ruoka?", "kala")


def test_answers_go_when_their_days_are_over_and_only_those(event, registration):
    sheet = q.sheet(event)
    short, long, kept = q.ask(sheet, days=10), q.ask(sheet, days=400), q.ask(sheet)
    q.send(registration, {short.pk: "a", long.pk: "b", kept.pk: "c"})
    after = event.meetings.get().ends_at + dt.timedelta(days=10)

    assert retention.forget_due(now=after - dt.timedelta(seconds=1)) == 0
    assert retention.forget_due(now=after) == 1
    assert retention.forget_due(now=after) == 0
    assert values() == {long.pk: "b", kept.pk: "c"}
    told = AuditEntry.objects.get(action="answers.forget")
    assert (told.actor, told.subject, told.after) == (None, event.scope, {"entries": 1})


def test_drafts_that_nobody_goes_on_with_go_after_a_month(event, registration):
    sheet = q.sheet(event, AskedAt.BEFORE)
    q.ask(sheet)
    mine = Registration.objects.select_related("event__own_terms").get(pk=registration.pk)
    answering.save_draft(registration=mine, sheet=q.read(event), screen=1, typed={"q1": "x"}, now=NOW)
    retention.forget_due(now=NOW + dt.timedelta(days=29))
    assert Filling.objects.exists()
    retention.forget_due(now=NOW + dt.timedelta(days=31))
    assert not Filling.objects.exists()


def test_what_no_key_opens_any_more_is_deleted_all_the_same(event, registration, settings):
    sheet = q.sheet(event)
    secret, file = q.ask(sheet, days=10, sensitive=True, sees=["owner"]), q.ask(sheet, K.FILE, days=10)
    answered = q.answered_by_file(registration, file)
    q.send(registration, {secret.pk: "a", file.pk: answered.key.hex})
    later = q.sheet(event, AskedAt.BEFORE)
    q.ask(later)
    mine = Registration.objects.select_related("event__own_terms").get(pk=registration.pk)
    drafted = next(each for each in q.reading.of_event(event) if each.pk == later.pk)
    answering.save_draft(registration=mine, sheet=drafted, screen=1, typed={"q1": "x"}, now=NOW)
    settings.FIELD_KEYS = [Fernet.generate_key().decode()]
    assert retention.forget_due(now=NOW + dt.timedelta(days=90)) == 2
    assert [Answer.objects.exists(), AnswerFile.objects.exists()] == [False, False]
    assert not Filling.objects.filter(sent_at=None).exists()


def test_a_copy_of_an_event_asks_the_same_with_conditions_of_its_own(event):
    from events.services import copying  # noqa: PLC0415 - the one test that copies

    sheet = q.sheet(event)
    first = q.ask(sheet, K.CHOICE)
    q.ask(sheet, label="Toka?", when=[(first, T.IS, "y")])
    made = copying.copy(event=event, first_day=timezone.localdate(NOW), by=make.user(), now=NOW)

    one, two = q.read(made).asked
    assert (one.kind, two.labels["fi"], two.condition.looks_at) == (K.CHOICE, "Toka?", {one.pk})
    assert made.own_terms.asks_questions
    assert one.pk != first.pk


def test_a_page_without_questions_costs_no_query_more_and_with_them_one(client, event, url):
    def cost():
        client.get(url)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        return len(queries)

    plain = cost()
    for _each in range(3):
        q.ask(q.sheet(event, AskedAt.BEFORE))
    assert cost() == plain + 1


def broken():
    event = make.event()
    sheet, registration = q.sheet(event), make.register(event)
    question = q.ask(sheet, K.CHOICE)
    q.send(registration, {question.pk: "y"})
    return question, Answer.objects.get()


@pytest.mark.parametrize(
    ("model", "fields"),
    [
        (Questionnaire, {"moment": "never"}),
        (Questionnaire, {"asked_of": "nobody"}),
        (Questionnaire, {"asked_of": AskedOf.PARTY, "moment": AskedAt.BEFORE}),
        (Questionnaire, {"title_fi": ""}),
        (Question, {"questionnaire": None}),
        (Question, {"screen": 0}),
        (Question, {"screen": 21}),
        (Question, {"retention_days": 4000}),
        (Question, {"sensitive": True}),
        (Wording, {"kind": "song"}),
        (Wording, {"label_fi": ""}),
        (Wording, {"options": []}),
        (Answer, {"registration": None}),
        (Answer, {"plain": None}),
        (Answer, {"secret": "both"}),
        (Filling, {"registration": None}),
    ],
)
def test_the_database_refuses_what_cannot_be(model, fields):
    broken()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.update(**fields)


def test_the_database_holds_one_answer_and_one_current_wording():
    question, answer = broken()
    for twin in (answer, Filling.objects.get(), question.wordings.get()):
        twin.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)
