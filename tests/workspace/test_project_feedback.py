"""Feedback of a project's events: scores over all of them, texts that may be quoted, and nothing of fewer than five."""

from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from events.models import Event
from events.services.about import EMBLEM
from registrations.services.questions import library
from tests import factories as make
from tests.factories import NOW
from tests.registrations import questions as q
from tests.registrations import surveys as s
from tests.registrations.questions import K
from workspace.services import project_feedback

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def project():
    return make.project()


def held(project, scores, *, texts=(), label="Arvosana?", days_ago=2, respondent=s.JOBSEEKER, **fields):
    """An event with a closed survey of one scale and one text; a text with "saa" in it may be quoted."""
    event = make.event(first=NOW - days_ago * s.DAY, project=project, organisation=project.organisation, **fields)
    survey = s.survey(event, respondent)
    score, text = q.ask(survey.questionnaire, K.SCALE, label), q.ask(survey.questionnaire, K.LONG, "Sana?")
    for number, value in enumerate(scores):
        said = {text: texts[number]} if number < len(texts) else {}
        s.answer(survey, {score: value, **said}, quotable=[text.pk] if said and "saa" in texts[number] else [])
    s.close(survey)
    return event


def found(project, **chosen):
    events = Event.objects.filter(project=project, **chosen)
    return project_feedback.of_events(events=events, language="fi", now=NOW)


def page(client, project, role=Role.READER, scope=None, **chosen):
    client.force_login(make.member(role, scope or project, organisation=project.organisation))
    return client.get(reverse("workspace:project_feedback", args=[project.pk]), chosen)


def book(client, project, **chosen):
    answer = client.get(reverse("workspace:project_feedback_table", args=[project.pk]), chosen)
    return openpyxl.load_workbook(BytesIO(answer.content)).worksheets


def test_a_question_in_the_same_words_is_added_up_over_events(project):
    held(project, [1, 2, 4, 4, 5])
    held(project, [5] * 6)
    held(project, [3] * 5, label="Ruoka?")

    [group] = found(project)

    both, food = group.scores
    assert (both.label, both.number, both.mean) == ("Arvosana?", 11, Decimal("4.18"))
    assert [(each.name, each.number, each.percent) for each in both.choices] == [
        ("1", 1, 9), ("2", 1, 9), ("3", 0, 0), ("4", 2, 18), ("5", 7, 64),
    ]  # fmt: skip
    assert [(line.cell.number, line.cell.mean) for line in both.lines] == [(5, Decimal("3.20")), (6, Decimal("5.00"))]
    assert (food.label, food.number, food.mean) == ("Ruoka?", 5, Decimal("3.00"))


def test_a_question_of_the_library_is_one_in_whatever_words(project):
    first, second = (s.survey(make.event(project=project, first=NOW - s.DAY)) for _i in range(2))
    score = q.ask(first.questionnaire, K.SCALE, "Arvosana?")
    kept = library.put_into_library(question=score, by=make.user(), now=NOW)
    score.refresh_from_db()
    same = library.take_from_library(questionnaire=second.questionnaire, question=kept, by=make.user(), now=NOW)
    put = q.Put(kind=K.SCALE, labels={"fi": "Minkä arvosanan annat?"})
    q.writing.change(question=same, put=put, handled=q.Handled(), by=make.user(), now=NOW)
    for survey, question in ((first, score), (second, same)):
        for _each in range(5):
            s.answer(survey, {question: 4})
        s.close(survey)

    [group] = found(project)

    assert [(score.number, score.mean) for score in group.scores] == [(10, Decimal("4.00"))]


def test_kinds_of_respondents_are_not_added_to_each_other(project):
    held(project, [1] * 5)
    held(project, [5] * 5, respondent=s.EMPLOYER)
    assert [(each.respondent, each.scores[0].mean) for each in found(project)] == [
        (s.JOBSEEKER, Decimal("1.00")),
        (s.EMPLOYER, Decimal("5.00")),
    ]


def test_what_fewer_than_five_answered_is_in_no_sum_and_no_quote(client, project):
    held(project, [5] * 5)
    held(project, [1] * 4, texts=["hyvä saa"] * 4)
    few = held(project, [1] * 5, texts=["huono saa"] * 4)
    survey = few.questionnaires.get().survey
    later = q.ask(survey.questionnaire, K.SCALE, "Vain harva?")
    type(survey).objects.update(closes_at=NOW + s.DAY)
    for _each in range(4):
        s.answer(survey, {later: 1})
    type(survey).objects.update(closes_at=NOW)

    [group] = found(project)

    assert [(score.label, score.number) for score in group.scores] == [("Arvosana?", 10)]
    assert (group.quotes, "saa" in page(client, project).text) == ([], False)


def test_an_open_survey_tells_nothing(project):
    event = make.event(project=project, first=NOW - s.DAY)
    survey = s.survey(event)
    score = q.ask(survey.questionnaire, K.SCALE)
    for _each in range(9):
        s.answer(survey, {score: 5})
    assert found(project) == []


def test_quotes_are_of_those_alone_who_allow_it_by_event_in_the_order_of_the_alphabet(client, project):
    first = held(project, [5] * 5, texts=["ö saa", "ei", "b saa", "a saa", "muu"])
    second = held(project, [5] * 5, texts=["toinen saa", "x", "y", "z", "w"])

    [group] = found(project)

    assert [(each.event, each.label, list(each.texts)) for each in group.quotes] == [
        (first, "Sana?", ["a saa", "b saa", "ö saa"]),
        (second, "Sana?", ["toinen saa"]),
    ]
    text = page(client, project).text
    assert ([word in text for word in ("a saa", "toinen saa")], ">muu<" in text) == ([True, True], False)


def test_the_page_draws_the_figures_and_has_them_in_a_table(client, project):
    event = held(project, [1, 2, 4, 4, 5])
    text = page(client, project).text
    assert text.count("<svg height=") == 1
    assert '<th scope="row">4</th><td class="number">2</td><td class="number">40</td>' in text
    assert f"{event.title}</a></th><td>Palautekysely</td>" in text
    assert '<td class="number">5</td><td class="number">3,20</td>' in text


def test_one_event_or_a_stretch_of_days_can_be_chosen_and_nonsense_is_ignored(client, project):
    old, new = held(project, [1] * 5, days_ago=40), held(project, [5] * 6)
    day = (NOW - 10 * s.DAY).date()

    def numbers(**chosen):
        groups = page(client, project, **chosen).context["found"]
        return [score.number for group in groups for score in group.scores]

    assert numbers() == [11]
    assert (numbers(event=old.pk), numbers(event=new.pk)) == ([5], [6])
    assert (numbers(since=day), numbers(until=day), numbers(since=day, event=old.pk)) == ([6], [5], [])
    assert numbers(since=(NOW - 2 * s.DAY).date(), until=(NOW - 2 * s.DAY).date()) == [6]
    assert numbers(event="x", since="2026-99-99") == [11]
    assert f"Tapahtuma – {old.title}" in page(client, project, event=old.pk).text


def test_another_projects_events_are_not_chosen(client, project):
    held(project, [5] * 5)
    other = held(make.project(), [1] * 5)
    answer = page(client, project, event=other.pk)
    assert [score.number for group in answer.context["found"] for score in group.scores] == [5]
    assert other.title not in [title for _key, title in answer.context["form"].fields["event"].choices[2:]]


def test_a_confidential_event_is_shown_to_its_team_alone(client, project):
    held(project, [5] * 5)
    secret = held(project, [1] * 6, texts=["salaa saa"] * 6, confidential=True)

    reader = page(client, project)
    assert [score.number for group in reader.context["found"] for score in group.scores] == [5]
    assert "salaa saa" not in reader.text
    assert "salaa saa" not in {row[4] for row in book(client, project)[1].iter_rows(values_only=True)}

    user = make.member(Role.OWNER, project.organisation)
    make.member(Role.ORGANISER, secret).grants.update(user=user)
    client.force_login(user)
    team = client.get(reverse("workspace:project_feedback", args=[project.pk]))
    assert [score.number for group in team.context["found"] for score in group.scores] == [11]


def test_a_partners_event_is_added_up_and_its_own_page_is_not_linked(client, project):
    partner = make.organisation()
    mine = held(project, [3] * 5)
    theirs = held(project, [5] * 5)
    Event.objects.filter(pk=theirs.pk).update(organisation=partner)

    shown = page(client, project, scope=project.organisation)

    [score] = shown.context["found"][0].scores
    assert (score.number, score.mean, shown.context["own"]) == (10, Decimal("4.0"), {mine.pk})


def test_strangers_get_neither_page_nor_workbook_and_nothing_is_posted_there(client, project):
    for name in ("project_feedback", "project_feedback_table"):
        client.force_login(make.member(Role.OWNER, make.organisation()))
        assert client.get(reverse(f"workspace:{name}", args=[project.pk])).status_code == 404
        client.logout()
        assert client.get(reverse(f"workspace:{name}", args=[project.pk])).status_code == 302
        client.force_login(make.member(Role.READER, project))
        assert client.post(reverse(f"workspace:{name}", args=[project.pk])).status_code == 405


def test_the_workbook_has_the_figures_the_quotes_and_who_took_them_out(client, project):
    held(project, [1, 2, 4, 4, 5], texts=["=1 saa", "ei", "b saa", "c", "d"])
    event = held(project, [5] * 6)
    user = make.member(Role.READER, project)
    client.force_login(user)

    scores, quotes, about = book(client, project)
    assert [row[4:] for row in scores.iter_rows(min_row=2, values_only=True)] == [
        (11, 4.18, 1, 1, 0, 2, 7), (5, 3.2, 1, 1, 0, 2, 1), (6, 5, 0, 0, 0, 0, 6),
    ]  # fmt: skip
    assert [row[4] for row in quotes.iter_rows(min_row=2, values_only=True)] == ["=1 saa", "b saa"]
    told = dict(about.iter_rows(min_row=2, values_only=True))
    assert (told["Tekijä"], told["Tehty"], told["Tapahtuma"]) == (
        str(user),
        timezone.make_naive(NOW),
        "Kaikki tapahtumat",
    )
    assert [image._data() for image in about._images] == [EMBLEM.read_bytes()]

    one = book(client, project, event=event.pk)
    assert dict(one[2].iter_rows(min_row=2, values_only=True))["Tapahtuma"] == event.title
    assert [row[4] for row in one[0].iter_rows(min_row=2, values_only=True)] == [6, 6]


def test_the_page_costs_the_same_for_one_event_and_for_three(client, project):
    client.force_login(make.member(Role.READER, project))
    address = reverse("workspace:project_feedback", args=[project.pk])
    costs = []
    for number in (1, 2):
        for _each in range(number):
            held(project, [3] * 5, texts=["saa"] * 5)
        client.get(address)
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).text.count("#survey-") == Event.objects.filter(project=project).count()
        costs.append(len(asked))
    assert costs[0] == costs[1]
