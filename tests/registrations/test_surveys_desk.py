"""The organiser makes surveys, prints their address and closes them for good."""

import datetime as dt

import pytest
from django.urls import reverse

from accounts.enums import Role
from accounts.models import AuditEntry
from registrations.models import Survey
from registrations.services.surveys import planning
from registrations.services.surveys.planning import Plan
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
def event():
    return make.event(first=NOW - dt.timedelta(days=2))


@pytest.fixture
def desk(client, event):
    client.force_login(make.organiser(event))
    return client


TYPED = {
    "respondent": "employer",
    "title_fi": "Koulutustarpeet",
    "opens_at": "2026-11-23T08:00",
    "closes_at": "2026-12-07T16:00",
    "invited": "40",
    "may_name": "on",
}


def test_a_survey_is_made_and_its_first_question_is_written_next(desk, event):
    made = desk.post(reverse("registrations:add_survey", args=[event.pk]), TYPED)
    survey = Survey.objects.get()
    assert made.headers["Location"] == reverse("registrations:ask_question", args=[event.pk, survey.questionnaire_id])
    assert (survey.respondent, survey.invited, survey.may_name) == ("employer", 40, True)
    form = desk.get(made.headers["Location"]).text
    assert ('value="scale"' in form, 'value="file"' in form, 'name="sensitive"' in form) == (True, False, False)
    asked = {"kind": "scale", "label_fi": "Arvosana?", "screen": "1"}
    assert desk.post(made.headers["Location"], asked).status_code == 302
    assert survey.questionnaire.questions.get().wordings.get().kind == "scale"


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("closes_at", {"closes_at": "2026-11-23T07:00"}),
        ("may_name", {"respondent": "network"}),
        ("invited", {"invited": "0"}),
        ("title_fi", {"title_fi": ""}),
    ],
)
def test_what_cannot_be_is_told_beside_its_field(desk, event, name, typed):
    answered = desk.post(reverse("registrations:add_survey", args=[event.pk]), TYPED | typed)
    assert (answered.status_code, list(answered.context_data["form"].errors)) == (422, [name])
    assert not Survey.objects.exists()


def test_services_refuse_what_a_form_would(event):
    wrong = Plan(opens_at=NOW, closes_at=NOW)
    named = Plan(opens_at=NOW, closes_at=NOW + s.DAY, may_name=True)
    for plan, refusal in ((wrong, planning.ClosesBeforeItOpens), (named, planning.OnlyEmployersAreNamed)):
        with pytest.raises(refusal):
            planning.make(event=event, respondent=s.NETWORK, titles={"fi": "K"}, plan=plan, by=make.user(), now=NOW)


def test_what_is_closed_stays_closed_once_it_was_answered(desk, event):
    survey = s.survey(event)
    s.answer(survey, {q.ask(survey.questionnaire, K.SCALE): 3})
    assert desk.post(reverse("registrations:close_survey", args=[event.pk, survey.pk])).status_code == 302
    survey.refresh_from_db()
    assert survey.closes_at == NOW
    again = {"opens_at": "2026-11-23T08:00", "closes_at": "2026-12-07T16:00"}
    answered = desk.post(reverse("registrations:change_survey", args=[event.pk, survey.pk]), again)
    assert (answered.status_code, list(answered.context_data["form"].errors)) == (422, ["closes_at"])
    actions = list(AuditEntry.objects.filter(action__startswith="survey").values_list("action", flat=True))
    assert actions == ["survey.close"]


def test_how_many_were_asked_can_be_mended_after_it_was_closed_between_two_minutes(desk, event):
    survey = s.survey(event)
    s.answer(survey, {q.ask(survey.questionnaire, K.SCALE): 3})
    moment = NOW + dt.timedelta(seconds=31)
    planning.close(survey=survey, by=make.user(), now=moment)
    address = reverse("registrations:change_survey", args=[event.pk, survey.pk])
    form = desk.get(address).context_data["form"]
    shown = {name: form[name].value() for name in ("opens_at", "closes_at")}
    as_typed = {name: value.strftime("%Y-%m-%dT%H:%M") for name, value in shown.items()}

    assert desk.post(address, {**as_typed, "invited": "12"}).status_code == 302

    survey.refresh_from_db()
    assert (survey.invited, survey.closes_at) == (12, moment)


def test_without_answers_it_may_open_again(desk, event):
    survey = s.survey(event)
    s.close(survey)
    again = {"opens_at": "2026-11-23T08:00", "closes_at": "2026-12-07T16:00"}
    assert desk.post(reverse("registrations:change_survey", args=[event.pk, survey.pk]), again).status_code == 302
    survey.refresh_from_db()
    assert survey.is_open(NOW)


def test_the_page_to_print_has_the_common_address_and_its_code(desk, event):
    survey = s.survey(event)
    page = desk.get(reverse("registrations:print_survey", args=[event.pk, survey.pk])).text
    assert (f"https://miitti.example/survey/{survey.token}/" in page, "<svg" in page) == (True, True)


def test_a_reader_sees_the_list_and_changes_nothing(client, event):
    survey = s.survey(event)
    client.force_login(make.member(Role.READER, event.organisation))
    page = client.get(reverse("registrations:surveys", args=[event.pk]))
    assert (page.status_code, reverse("registrations:add_survey", args=[event.pk]) in page.text) == (200, False)
    assert client.post(reverse("registrations:close_survey", args=[event.pk, survey.pk])).status_code == 404


def test_a_survey_of_another_event_is_no_page(desk, event):
    other = s.survey(make.event())
    for name in ("change_survey", "print_survey"):
        assert desk.get(reverse(f"registrations:{name}", args=[event.pk, other.pk])).status_code == 404
