"""The desk's pages of an event's own questions, and who reads which answers."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from registrations.enums import AskedAt, AskedOf
from registrations.forms.question_desk import keys_of
from registrations.models import Answer, Party, Question, Questionnaire, Registration
from registrations.rules.conditions import Check
from registrations.services import seats
from registrations.services.questions import answering, writing
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
def worker(client, event):
    worker = make.organiser(event)
    client.force_login(worker)
    return worker


def at(name, event, *keys):
    return reverse(f"registrations:{name}", args=[event.pk, *keys])


PLAIN = {
    "kind": "choice",
    "label_fi": "Onko sinulla ajokortti?",
    "options_fi": "Kyllä\nEi",
    "options_sv": "Ja\nNej",
    "screen": "1",
}


def test_a_questionnaire_and_its_first_question_are_made(client, event, worker):
    made = client.post(
        at("add_questionnaire", event), {"title_fi": "Alkukysely", "moment": "before", "asked_of": "person"}
    )
    sheet = Questionnaire.objects.get()
    assert made.headers["Location"] == at("ask_question", event, sheet.pk)
    client.post(made.headers["Location"], PLAIN | {"required": "on", "retention_days": "30"})

    [asked] = q.read(event).asked
    assert (asked.kind, asked.required, asked.labels["fi"]) == (K.CHOICE, True, "Onko sinulla ajokortti?")
    assert [(option.key, option.words["sv"]) for option in asked.options] == [("o1", "Ja"), ("o2", "Nej")]
    assert "Onko sinulla ajokortti?" in client.get(at("questions", event)).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"label_fi": ""}, "label_fi"),
        ({"options_fi": " \n"}, "options_fi"),
        ({"options_fi": "Kyllä\nkyllä"}, "options_fi"),
        ({"sensitive": "on"}, "sees"),
        ({"kind": "number", "least": "5", "most": "1"}, "most"),
        ({"screen": "21"}, "screen"),
        ({"sees": "door"}, "sees"),
        ({"kind": "song"}, "kind"),
    ],
)
def test_what_cannot_be_comes_back_as_it_was_typed_with_an_error(client, event, worker, typed, field):
    sheet = q.sheet(event)
    answer = client.post(at("ask_question", event, sheet.pk), PLAIN | typed)
    assert (answer.status_code, field in answer.context_data["form"].errors) == (422, True)
    assert 'value="' in answer.text
    assert not Question.objects.exists()


def test_groups_are_asked_once_only_when_they_register(client, event, worker):
    sent = {"title_fi": "X", "moment": "before", "asked_of": "party"}
    assert client.post(at("add_questionnaire", event), sent).status_code == 422
    assert not Questionnaire.objects.exists()


def test_a_choice_keeps_its_key_when_it_is_moved_or_mended():
    before = [{"key": "o1", "fi": "Kyllä"}, {"key": "o2", "fi": "Eii"}, {"key": "o3", "fi": "Ehkä"}]
    assert keys_of(["Kyllä", "Ei", "Ehkä"], before) == ["o1", "o2", "o3"]
    assert keys_of(["Ehkä", "Kyllä", "Eii"], before) == ["o3", "o1", "o2"]
    assert keys_of(["Kyllä", "Eii", "Ehkä", "Muu"], before) == ["o1", "o2", "o3", "o4"]
    assert keys_of(["Eii", "Ehkä"], before) == ["o2", "o3"]


def test_a_changed_question_shows_what_it_was(client, event, worker):
    question = q.ask(q.sheet(event), K.NUMBER, "Montako?", limits={"least": 1, "most": 3}, days=7)
    page = client.get(at("change_question", event, question.pk))
    assert page.context_data["form"].initial["least"] == 1
    client.post(
        at("change_question", event, question.pk),
        {"kind": "number", "label_fi": "Kuinka monta?", "screen": "2", "most": "4"},
    )
    [asked] = q.read(event).asked
    assert (asked.labels["fi"], asked.limits, asked.screen) == ("Kuinka monta?", {"most": 4}, 2)
    assert Question.objects.get().retention_days is None


def test_questions_are_moved_by_buttons_also_to_the_next_screen(client, event, worker):
    sheet = q.sheet(event)
    first, second, third = q.ask(sheet), q.ask(sheet), q.ask(sheet, screen=2)

    def order():
        return [(each.pk, each.screen) for each in q.read(event).asked]

    client.post(at("act_on_question", event, second.pk, "up"))
    assert order() == [(second.pk, 1), (first.pk, 1), (third.pk, 2)]
    client.post(at("act_on_question", event, first.pk, "down"))
    assert order() == [(second.pk, 1), (first.pk, 2), (third.pk, 2)]
    client.post(at("act_on_question", event, second.pk, "up"))
    assert order()[0] == (second.pk, 1)
    assert client.post(at("act_on_question", event, second.pk, "sideways")).status_code == 404


def test_conditions_are_built_one_by_one_and_told_in_words(client, event, worker):
    sheet = q.sheet(event)
    licence, age, which = (
        q.ask(sheet, K.CHOICE, "Ajokortti?"),
        q.ask(sheet, K.NUMBER, "Ikä?"),
        q.ask(sheet, label="Luokka?"),
    )
    page = at("question_condition", event, which.pk)

    assert "Ajokortti?" in client.get(page).text
    client.post(f"{page}?on={licence.pk}", {"what": "add", "trial": "is", "value": "y"})
    client.post(f"{page}?on={age.pk}", {"what": "add", "trial": "at_least", "value": "18", "group": "0"})
    client.post(f"{page}?on={licence.pk}", {"what": "add", "trial": "one_of", "value": ["y", "n"], "group": "1"})
    client.post(page, {"what": "join", "outer": "any", "group_0": "all", "group_1": "any"})

    condition = q.read(event).question(which.pk).condition
    assert (condition.join, [group.join for group in condition.groups]) == ("any", ["all", "any"])
    assert condition.groups[0].tests == (Check(licence.pk, T.IS, "y"), Check(age.pk, T.AT_LEAST, 18))
    assert [said.value for group in client.get(page).context_data["groups"] for said in group] == [
        "Kyllä",
        "18",
        "Kyllä, Ei",
    ]

    client.post(page, {"what": "0.0"})
    client.post(page, {"what": "0.0"})
    assert [group.tests for group in q.read(event).question(which.pk).condition.groups] == [
        (Check(licence.pk, T.ONE_OF, ["y", "n"]),)
    ]
    assert client.post(page, {"what": "7.7"}).status_code == 404


@pytest.mark.parametrize(
    "sent", [{"trial": "is"}, {"trial": "at_least", "value": ["y"]}, {"trial": "is", "value": ["y", "n"]}]
)
def test_a_condition_that_does_not_fit_is_not_saved(client, event, worker, sent):
    sheet = q.sheet(event)
    licence, which = q.ask(sheet, K.CHOICE), q.ask(sheet)
    answer = client.post(f"{at('question_condition', event, which.pk)}?on={licence.pk}", {"what": "add", **sent})
    assert answer.status_code == 422
    assert not q.read(event).question(which.pk).condition.groups


def test_a_choice_that_a_condition_looks_at_cannot_be_taken_away(client, event, worker):
    sheet = q.sheet(event)
    licence = q.ask(sheet, K.CHOICE, "Ajokortti?")
    q.ask(sheet, when=[(licence, T.IS, "n")])
    answer = client.post(at("change_question", event, licence.pk), PLAIN | {"options_fi": "Kyllä"})
    assert (answer.status_code, len(q.read(event).asked[0].options)) == (422, 2)


def test_the_library_is_the_organisations_own(client, event, worker):
    question = q.ask(q.sheet(event), K.CHOICE, "Ajokortti?", days=5)
    client.post(at("act_on_question", event, question.pk, "keep"))
    again = make.event(organisation=event.organisation)
    sheet = q.sheet(again)
    kept = Question.objects.get(organisation=event.organisation)
    client.post(at("take_question", again, sheet.pk), {"question": kept.pk})

    taken = Question.objects.get(questionnaire=sheet)
    assert (taken.taken_from, taken.retention_days, q.read(again).asked[0].labels["fi"]) == (kept, 5, "Ajokortti?")
    stranger = make.event()
    client.force_login(make.organiser(stranger))
    theirs = q.sheet(stranger)
    client.post(at("take_question", stranger, theirs.pk), {"question": kept.pk})
    assert not Question.objects.filter(questionnaire=theirs).exists()


def test_the_preview_obeys_the_conditions_and_saves_nothing(client, event, worker):
    sheet = q.sheet(event)
    licence = q.ask(sheet, K.CHOICE, "Ajokortti?")
    q.ask(sheet, label="Luokka?", required=True, screen=2, when=[(licence, T.IS, "y")])
    page = at("preview_questions", event, sheet.pk)

    assert client.get(page).context_data["form"].shown == [licence.pk]
    assert client.post(page, {f"q{licence.pk}": "y"}).status_code == 422
    assert client.post(page, {f"q{licence.pk}": "n", "shown": licence.pk}).context_data["told"] == [
        ("Ajokortti?", "Ei")
    ]
    assert not Answer.objects.exists()


def test_the_preview_goes_on_without_files(client, event, worker):
    sheet = q.sheet(event)
    q.ask(sheet, K.FILE, "Todistus", required=True)
    assert client.post(at("preview_questions", event, sheet.pk), {}).status_code == 200


def test_what_was_answered_is_taken_out_without_losing_the_answers(client, event, worker):
    sheet = q.sheet(event)
    question = q.ask(sheet, label="Ruoka?")
    q.send(make.register(event), {question.pk: "kala"})
    client.post(at("remove_questions", event, sheet.pk))
    client.post(at("act_on_question", event, question.pk, "remove"))

    assert q.read(event).asked == ()
    assert Answer.objects.get().plain == "kala"


def test_an_unanswered_questionnaire_is_removed_whole(client, event, worker):
    sheet = q.sheet(event)
    q.ask(sheet)
    client.post(at("remove_questions", event, sheet.pk))
    assert not Question.objects.exists()


@pytest.fixture
def answered(event):
    """A question for everybody, one for owners, one sensitive for organisers."""
    sheet = q.sheet(event)
    open_to_all = q.ask(sheet, label="Ruoka?")
    owners = q.ask(sheet, label="Palkka?", sees=["owner"])
    secret = q.ask(sheet, label="Terveys?", sensitive=True, sees=["organiser"])
    q.send(make.register(event), {open_to_all.pk: "kala", owners.pk: "paljon", secret.pk: "astma"})
    return open_to_all, owners, secret


def told(client, event):
    return [column.label for column in client.get(at("answers", event)).context_data["columns"]]


def test_each_role_sees_the_answers_that_it_may(client, event, answered):
    found = {}
    for role in (Role.OWNER, Role.ORGANISER):
        client.force_login(make.member(role, event.organisation))
        found[role] = told(client, event)
    client.force_login(make.member(Role.TEACHER, event))
    found[Role.TEACHER] = told(client, event)
    assert found == {
        Role.OWNER: ["Ruoka?", "Palkka?"],
        Role.ORGANISER: ["Ruoka?", "Terveys?"],
        Role.TEACHER: ["Ruoka?"],
    }


def test_each_look_at_sensitive_answers_is_recorded(client, event, answered, worker):
    *_others, secret = answered
    page = client.get(at("answers", event))
    assert "astma" in page.text
    read = AuditEntry.objects.get(action="answers.read")
    assert (read.actor, read.after) == (worker, {"people": 1, "columns": [f"q{secret.pk}"]})


def test_a_file_has_the_columns_that_one_chose_and_may_see(client, event, answered, worker):
    open_to_all, _owners, secret = answered
    address = reverse("workspace:export_participants", args=[event.pk, "csv"])
    columns = [f"q{each.pk}" for each in answered]
    text = client.post(address, {"columns": columns}).content.decode("utf-8-sig")
    assert text.splitlines()[0] == '"Nimi";"Ruoka?";"Terveys?"'
    assert text.splitlines()[1].endswith('"kala";"astma"')
    assert AuditEntry.objects.get(action="people.export").after["columns"] == [
        "name",
        f"q{open_to_all.pk}",
        f"q{secret.pk}",
    ]
    assert AuditEntry.objects.filter(action="answers.read").count() == 1

    client.post(address, {"columns": [f"q{open_to_all.pk}"]})
    assert AuditEntry.objects.filter(action="answers.read").count() == 1


def test_an_answer_that_looks_like_a_formula_is_text(client, event, worker):
    question = q.ask(q.sheet(event), label="Muuta?")
    q.send(make.register(event), {question.pk: "=1+1"})
    address = reverse("workspace:export_participants", args=[event.pk, "csv"])
    assert '"\'=1+1"' in client.post(address, {"columns": [f"q{question.pk}"]}).content.decode("utf-8-sig")


def test_what_a_group_answered_stands_beside_each_of_it(client, event, worker):
    question = q.ask(q.sheet(event, asked_of=AskedOf.PARTY), label="Laskutus?")
    two = [make.register(event), make.register(event)]
    party = Party.objects.create(
        event=event, first_name="A", last_name="B", email="a@example.fi", language="fi", created_at=NOW
    )
    Registration.objects.filter(pk__in=[each.pk for each in two]).update(party=party)
    hold = make.held(event)
    filled = [answering.Filled(q.read(event), {question.pk: "Kunta"})]
    answering.write_first(filled=filled, hold=hold, party=party, now=NOW)

    lines = client.get(at("answers", event)).context_data["lines"]
    assert [[cell.text for cell in cells] for _who, cells in lines] == [["Kunta"], ["Kunta"]]


def test_the_number_of_queries_does_not_grow_with_people_or_questions(client, event, worker):
    sheet = q.sheet(event)

    def more(number):
        question = q.ask(sheet, K.FILE, f"{number}?")
        q.answered_by_file(make.register(event), question)

    def cost():
        client.get(at("answers", event))
        with CaptureQueriesContext(connection) as queries:
            client.get(at("answers", event))
        return len(queries)

    more(1)
    one = cost()
    more(2)
    more(3)
    assert cost() == one


def test_the_list_of_questions_costs_the_same_for_one_and_for_many(client, event, worker):
    def cost():
        with CaptureQueriesContext(connection) as queries:
            client.get(at("questions", event))
        return len(queries)

    q.ask(q.sheet(event))
    client.get(at("questions", event))
    one = cost()
    for _each in range(3):
        q.ask(q.sheet(event, AskedAt.DOOR))
    assert cost() == one


def test_cancelling_keeps_the_answers_with_the_registration(event):
    question = q.ask(q.sheet(event))
    registration = make.register(event)
    q.send(registration, {question.pk: "kala"})
    seats.cancel(registration=registration, by=None, now=NOW)
    assert Answer.objects.get().registration == registration


def test_nothing_is_said_in_the_log_but_that_it_was_done(event):
    question = q.ask(q.sheet(event), label="Salainen?")
    q.send(make.register(event), {question.pk: "kala"})
    writing.take_out(question=question, by=make.user(), now=NOW)
    entries = repr(list(AuditEntry.objects.values_list("action", "before", "after")))
    assert ["kala" in entries, "Salainen" in entries] == [False, False]


def test_a_change_judges_the_question_as_it_is_and_not_as_it_was_read():
    event = make.event()
    question = q.ask(q.sheet(event))
    registration = make.register(event)
    q.send(registration, {question.pk: "kala"})
    put = writing.Put(kind=K.TEXT, labels={"fi": "Ruokavalio?"})
    stale, owner = Question.objects.get(pk=question.pk), make.member("owner", event.organisation)
    for each, sensitive in ((Question.objects.get(pk=question.pk), True), (stale, False)):
        handled = writing.Handled(sensitive=sensitive, sees=["owner"] if sensitive else [])
        writing.change(question=each, put=put, handled=handled, by=owner, now=NOW)
    answer = Answer.objects.get()
    assert (Question.objects.get(pk=question.pk).sensitive, answer.plain, answer.secret) == (False, "kala", None)
