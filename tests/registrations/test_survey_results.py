"""What an organiser sees of a survey: figures and texts, and nothing of fewer than five."""

import datetime as dt
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.enums import Role
from core.sheets_in import read_table
from registrations.services.questions import library
from registrations.services.surveys import combining, results
from tests import factories as make
from tests.factories import NOW
from tests.registrations import questions as q
from tests.registrations import surveys as s
from tests.registrations.questions import K

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def project():
    return make.project()


@pytest.fixture
def event(project):
    return make.event(seats=30, first=NOW - dt.timedelta(days=2), project=project, organisation=project.organisation)


def answered(event, scores, respondent=s.JOBSEEKER, *, texts=(), **plan):
    """A survey with one scale and one text, answered and closed."""
    survey = s.survey(event, respondent, **plan)
    score, text = q.ask(survey.questionnaire, K.SCALE, "Arvosana?"), q.ask(survey.questionnaire, K.LONG, "Sana?")
    for number, value in enumerate(scores):
        said = {text: texts[number]} if number < len(texts) else {}
        quotable = [text.pk] if said and "saa" in texts[number] else []
        s.answer(survey, {score: value, **said}, quotable=quotable)
    s.close(survey)
    return survey


def found(event, place=0):
    return results.of_event(event=event, language="fi", now=NOW)[place]


def page(client, event, **more):
    client.force_login(make.organiser(event))
    return client.get(reverse("registrations:survey_results", args=[event.pk]), headers={"Accept-Language": "en"})


def cells_of_table(client, event):
    """What stands in the table that can be taken along."""
    response = client.get(reverse("registrations:survey_table", args=[event.pk]))
    table = read_table(ContentFile(response.content))
    return {str(cell) for row in table.rows for cell in row.cells}


def test_mean_and_spread_are_shown_from_five_answers_on(client, event):
    answered(event, [1, 2, 4, 4, 5])
    score, text = found(event).cells
    assert (score.number, score.mean) == (5, Decimal("3.20"))
    assert [(each.name, each.number, each.percent) for each in score.choices] == [
        ("1", 1, 20),
        ("2", 1, 20),
        ("3", 0, 0),
        ("4", 2, 40),
        ("5", 1, 20),
    ]
    assert (text.number, text.texts) == (None, ())
    assert "3,20" in page(client, event).text


def test_of_four_nothing_is_shown_anywhere(client, event):
    answered(event, [1, 1, 1, 2], texts=["hyvä saa lainata"] * 4)
    one = found(event)
    assert (one.number, one.rate, list(one.cells)) == (None, None, [])
    shown = page(client, event).text
    cells = cells_of_table(client, event)
    assert ("hyvä saa lainata" in shown, cells & {"hyvä saa lainata", "4", "1,25"}) == (False, set())


def test_a_question_that_four_of_six_answered_stays_hidden(event):
    answered(event, [3] * 6, texts=["a", "b", "c", "d"])
    score, text = found(event).cells
    assert (found(event).number, score.number, text.number, text.texts) == (6, 6, None, ())


def test_who_is_known_is_not_counted_among_those_who_hide_each_other(client, event):
    survey = s.survey(event, s.EMPLOYER, may_name=True)
    question = q.ask(survey.questionnaire, K.SCALE, "Tarve?")
    for number in range(6):
        s.answer(survey, {question: 3}, organisation=f"Paja {number} Oy" if number < 2 else "")
    s.close(survey)
    one = found(event)
    assert (one.number, list(one.cells), [each.organisation for each in one.named]) == (
        None,
        [],
        ["Paja 0 Oy", "Paja 1 Oy"],
    )
    assert "Paja 0 Oy" in page(client, event).text
    assert {"Paja 0 Oy", "Paja 1 Oy"} <= cells_of_table(client, event)
    client.force_login(make.member(Role.READER, event.organisation))
    assert "Paja 0 Oy" not in client.get(reverse("registrations:survey_results", args=[event.pk])).text
    assert not {"Paja 0 Oy", "Paja 1 Oy"} & cells_of_table(client, event)


def test_what_was_said_of_a_confidential_event_is_for_its_team_alone(client, event, project):
    answered(event, [5, 4, 4, 3, 5])
    event.confidential = True
    event.save()
    pages = [reverse(f"registrations:{name}", args=[event.pk]) for name in ("survey_results", "survey_table")]
    of_project = reverse("registrations:project_surveys", args=[project.pk])

    client.force_login(make.member(Role.READER, project))
    outside = [client.get(each).status_code for each in pages], event.title in client.get(of_project).text
    client.force_login(make.member(Role.ORGANISER, event))
    inside = [client.get(each).status_code for each in pages]

    assert (outside, inside) == (([404, 404], False), [200, 200])


def test_while_it_is_open_two_looks_tell_nothing_of_who_answered_in_between(event):
    survey = s.survey(event)
    score = q.ask(survey.questionnaire, K.SCALE)
    seen = []
    for _each in range(11):
        s.answer(survey, {score: 5})
        one = found(event)
        seen.append((one.number, list(one.cells)))
    assert seen == [(number, []) for number in [0, 0, 0, 0, 5, 5, 5, 5, 5, 10, 10]]


def test_texts_are_exported_only_where_they_may_be_quoted(client, event):
    texts = ["ei lainata", "tämän saa lainata", "=cmd saa", "muu", "viides"]
    answered(event, [5, 4, 3, 2, 1], texts=texts)
    shown = page(client, event).text
    assert all(text in shown for text in texts)
    cells = cells_of_table(client, event)
    assert {text for text in texts if text in cells} == {"tämän saa lainata", "=cmd saa"}


def test_texts_stand_in_the_order_of_the_alphabet(event):
    answered(event, [5] * 5, texts=["e", "a", "d", "c", "b"])
    assert [text for text, _quotable in found(event).cells[1].texts] == ["a", "b", "c", "d", "e"]


def test_the_rate_is_of_those_who_came_or_were_asked(event):
    people = [make.register(event, make.contact(email=f"a{n}@x.example"), now=NOW - 9 * s.DAY) for n in range(8)]
    survey = answered(event, [3] * 5)
    assert (found(event).invited, found(event).rate) == (8, 63)
    for each in people[:6]:
        make.check_in(each)
    assert (found(event).invited, found(event).rate) == (6, 83)
    type(survey).objects.update(invited=50)
    assert (found(event).invited, found(event).rate) == (50, 10)
    answered(event, [3] * 5, s.NETWORK)
    assert (found(event, 1).invited, found(event, 1).rate) == (None, None)


def test_choices_consents_and_numbers_are_counted(event):
    survey = s.survey(event)
    one, many = q.ask(survey.questionnaire, K.CHOICE), q.ask(survey.questionnaire, K.CHOICES)
    agreed, number = q.ask(survey.questionnaire, K.CONSENT), q.ask(survey.questionnaire, K.NUMBER)
    for place in range(5):
        s.answer(survey, {one: "y" if place else "n", many: ["y", "n"], agreed: place < 2, number: place + 0.5})
    s.close(survey)
    cells = found(event).cells
    assert [[each.number for each in cell.choices] for cell in cells] == [[4, 1], [5, 5], [2, 3], []]
    assert [cell.mean for cell in cells] == [None, None, None, Decimal("2.50")]


def test_old_and_new_words_of_a_question_are_counted_together(event):
    survey = s.survey(event)
    score = q.ask(survey.questionnaire, K.SCALE, "Vanha?")
    for _each in range(3):
        s.answer(survey, {score: 1})
    q.writing.change(
        question=score,
        put=q.Put(kind=K.SCALE, labels={"fi": "Uusi?"}),
        handled=q.Handled(),
        by=make.user(),
        now=NOW,
    )
    for _each in range(3):
        s.answer(survey, {score: 3})
    s.close(survey)
    [cell] = found(event).cells
    assert (cell.label, cell.number, cell.mean) == ("Uusi?", 6, Decimal("2.00"))


def test_a_projects_page_reads_all_responses_and_questions_at_once(event, project):
    for _each in range(3):
        answered(event, [3] * 6, respondent=s.EMPLOYER)

    with CaptureQueriesContext(connection) as asked:
        [group] = combining.of_events(events=[event], language="fi", now=NOW)

    assert (group.total, len(asked)) == (18, 4)


def test_a_projects_sum_is_hidden_with_the_smallest_of_its_parts(client, event, project):
    other = make.event(project=project, organisation=project.organisation, first=NOW - s.DAY)
    answered(event, [3] * 6)
    answered(other, [3] * 7)
    [group] = combining.of_events(events=[event, other], language="fi", now=NOW)
    assert ([line.number for line in group.lines], group.total) == ([6, 7], 13)

    answered(other, [1, 2])
    [group] = combining.of_events(events=[event, other], language="fi", now=NOW)
    assert (sorted(map(str, [line.number for line in group.lines])), group.total) == (["6", "7", "None"], None)
    client.force_login(make.member(Role.READER, project))
    shown = client.get(reverse("registrations:project_surveys", args=[project.pk]))
    assert (shown.status_code, ">13<" in shown.text, ">15<" in shown.text) == (200, False, False)


def test_a_question_of_the_library_is_combined_from_what_is_shown_alone(event, project):
    other = make.event(project=project, organisation=project.organisation, first=NOW - s.DAY)
    first = s.survey(event)
    score = q.ask(first.questionnaire, K.SCALE, "Arvosana?")
    kept = library.put_into_library(question=score, by=make.user(), now=NOW)
    score.refresh_from_db()
    surveys = [(first, score, [5] * 5)]
    for scores in ([3] * 5, [1] * 4):
        each = s.survey(other)
        same = library.take_from_library(questionnaire=each.questionnaire, question=kept, by=make.user(), now=NOW)
        surveys.append((each, same, scores))
    for survey, question, scores in surveys:
        for value in scores:
            s.answer(survey, {question: value})
        s.close(survey)
    [group] = combining.of_events(events=[event, other], language="fi", now=NOW)
    assert [(each.surveys, each.number, each.mean) for each in group.common] == [(2, 10, Decimal("4.00"))]


def test_results_cost_the_same_for_many_responses(event):
    answered(event, [3] * 5)
    with CaptureQueriesContext(connection) as few:
        found(event)
    event.questionnaires.all().delete()
    answered(event, [3] * 40)
    with CaptureQueriesContext(connection) as many:
        found(event)
    assert len(few) == len(many)
