"""The organiser's page of an event's own questions: what is asked, when, in which words and order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission, Role
from accounts.http import SignedInRequest
from core.errors import Refused
from core.spoken import spoken
from core.web import page
from events.models import Event
from registrations.enums import AnswerKind, AskedAt, AskedOf
from registrations.forms.question_desk import (
    QuestionForm,
    QuestionnaireForm,
    QuestionnaireTitleForm,
    initial_question,
    initial_title,
)
from registrations.forms.questions import QuestionsForm, typed
from registrations.models import Question, Questionnaire
from registrations.rules.questions import Asked
from registrations.services.questions import library, reading, writing
from registrations.services.questions.reading import Sheet


class Line(NamedTuple):
    """A question as the list tells it."""

    asked: Asked
    label: str
    kind: str
    seen_by: list[str]
    conditional: bool


class Listed(NamedTuple):
    sheet: Sheet
    lines: list[Line]


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = planned_event(request, event_pk)
    language = get_language() or "fi"
    kept = Question.objects.in_library_of(request.user).filter(organisation=event.organisation_id)
    return page(
        request,
        "registrations/questions/desk.html",
        event=event,
        project=event.project,
        sheets=[Listed(sheet, [_line(each, language) for each in sheet.asked]) for sheet in reading.of_event(event)],
        library=[(each.pk, spoken(reading.as_asked(each).labels, language)) for each in kept.with_wording()],
    )


def add(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """A new questionnaire."""
    event = planned_event(request, event_pk)
    form = QuestionnaireForm(_sent(request))
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            made = writing.add_questionnaire(
                event=event,
                moment=AskedAt(data["moment"]),
                asked_of=AskedOf(data["asked_of"]),
                titles=form.titles(),
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("asked_of", str(refusal))
        else:
            messages.success(request, _("Now write the first question."))
            return redirect("registrations:ask_question", event.pk, made.pk)
    return _form_page(request, event, form, _("New questionnaire"))


def rename(request: SignedInRequest, event_pk: int, sheet_pk: int) -> HttpResponse:
    event = planned_event(request, event_pk)
    questionnaire = questionnaire_of(event, sheet_pk)
    form = QuestionnaireTitleForm(_sent(request), initial=initial_title(questionnaire))
    if form.is_bound and form.is_valid():
        titles = form.titles()
        writing.rename_questionnaire(questionnaire=questionnaire, titles=titles, by=request.user, now=timezone.now())
        messages.success(request, _("The title is saved."))
        return _back(event)
    return _form_page(request, event, form, _("Title of the questionnaire"))


@require_POST
def remove_sheet(request: SignedInRequest, event_pk: int, sheet_pk: int) -> HttpResponse:
    event = planned_event(request, event_pk)
    questionnaire = questionnaire_of(event, sheet_pk)
    return _do(
        request,
        event,
        lambda: writing.remove_questionnaire(questionnaire=questionnaire, by=request.user, now=timezone.now()),
        _("The questionnaire is removed."),
    )


def ask(request: SignedInRequest, event_pk: int, sheet_pk: int) -> HttpResponse:
    """A new question."""
    event = planned_event(request, event_pk)
    questionnaire = questionnaire_of(event, sheet_pk)
    form = QuestionForm(_sent(request), in_survey=questionnaire.moment == AskedAt.SURVEY)
    if form.is_bound and form.is_valid():
        try:
            writing.ask(
                questionnaire=questionnaire,
                put=form.put(),
                handled=form.handled(),
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("kind", str(refusal))
        else:
            messages.success(request, _("The question is saved."))
            return _back(event)
    return _form_page(request, event, form, _("New question"))


def change(request: SignedInRequest, event_pk: int, question_pk: int) -> HttpResponse:
    event = planned_event(request, event_pk)
    question = question_of(event, question_pk)
    wording = question.wordings.get(current=True)
    asked_by = question.questionnaire
    form = QuestionForm(
        _sent(request),
        wording=wording,
        in_survey=asked_by is not None and asked_by.moment == AskedAt.SURVEY,
        initial=initial_question(question, wording),
    )
    if form.is_bound and form.is_valid():
        try:
            writing.change(
                question=question, put=form.put(), handled=form.handled(), by=request.user, now=timezone.now()
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The question is saved."))
            return _back(event)
    answered = writing.is_answered(question)
    return _form_page(request, event, form, _("Change the question"), answered=answered)


@require_POST
def act(request: SignedInRequest, event_pk: int, question_pk: int, what: str) -> HttpResponse:
    """Move it `up` or `down`, `remove` it, or `keep` a copy in the library."""
    event = planned_event(request, event_pk)
    question, now = question_of(event, question_pk), timezone.now()
    acts: dict[str, tuple[Callable[[], object], str]] = {
        "up": (lambda: writing.move(question=question, up=True, by=request.user, now=now), _("The order is changed.")),
        "down": (
            lambda: writing.move(question=question, up=False, by=request.user, now=now),
            _("The order is changed."),
        ),
        "remove": (
            lambda: writing.take_out(question=question, by=request.user, now=now),
            _("The question is not asked any more."),
        ),
        "keep": (
            lambda: library.put_into_library(question=question, by=request.user, now=now),
            _("The question is in the library now: your other events can ask it too."),
        ),
    }
    if what not in acts:
        raise Http404
    return _do(request, event, *acts[what])


@require_POST
def take(request: SignedInRequest, event_pk: int, sheet_pk: int) -> HttpResponse:
    """Ask a question of the library."""
    event = planned_event(request, event_pk)
    questionnaire = questionnaire_of(event, sheet_pk)
    key = request.POST.get("question", "")
    rows = Question.objects.in_library_of(request.user).filter(organisation=event.organisation_id)
    question = next((each for each in rows if str(each.pk) == key), None)
    if question is None:
        messages.error(request, _("Choose a question of the library."))
        return _back(event)
    return _do(
        request,
        event,
        lambda: library.take_from_library(
            questionnaire=questionnaire, question=question, by=request.user, now=timezone.now()
        ),
        _("The question is asked here too. You can change it; the library's stays as it is."),
    )


def preview(request: SignedInRequest, event_pk: int, sheet_pk: int) -> HttpResponse:
    """A questionnaire as a participant sees it, all screens on one page; nothing is kept."""
    event = planned_event(request, event_pk)
    questionnaire = questionnaire_of(event, sheet_pk)
    sheet = reading.sheet(questionnaire, questionnaire.questions.asked().with_wording())
    values = typed(sheet.asked, request.POST) if request.method == "POST" else None
    asked = [replace(each, required=each.required and each.kind != AnswerKind.FILE) for each in sheet.asked]
    form = QuestionsForm(values, asked=asked, title=sheet.title)
    right = form.is_bound and form.is_valid()
    return page(
        request,
        "registrations/questions/preview.html",
        status=422 if form.is_bound and not right else 200,
        event=event,
        project=event.project,
        sheet=sheet,
        form=form,
        brought_up=right and form.unseen(request.POST.get("shown", "")),
        told=form.told() if right else [],
    )


def planned_event(request: SignedInRequest, event_pk: int) -> Event:
    """One that the user plans; others do not exist for them."""
    mine = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    return get_object_or_404(mine.select_related("project", "organisation", "own_terms"), pk=event_pk)


def questionnaire_of(event: Event, pk: int) -> Questionnaire:
    return get_object_or_404(Questionnaire.objects.filter(event=event).select_related("event"), pk=pk)


def question_of(event: Event, pk: int) -> Question:
    rows = Question.objects.asked().filter(questionnaire__event=event)
    return get_object_or_404(rows.select_related("questionnaire__event__organisation"), pk=pk)


def _line(asked: Asked, language: str) -> Line:
    return Line(
        asked=asked,
        label=spoken(asked.labels, language),
        kind=str(asked.kind.label),
        seen_by=[str(Role(each).label) for each in sorted(asked.sees)],
        conditional=bool(asked.condition.groups),
    )


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _form_page(
    request: HttpRequest,
    event: Event,
    form: QuestionnaireForm | QuestionnaireTitleForm | QuestionForm,
    heading: str,
    *,
    answered: bool = False,
) -> HttpResponse:
    return page(
        request,
        "registrations/questions/form.html",
        status=422 if form.is_bound else 200,
        event=event,
        project=event.project,
        form=form,
        heading=heading,
        answered=answered,
    )


def _do(request: HttpRequest, event: Event, act: Callable[[], object], done: str) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
    return _back(event)


def _back(event: Event) -> HttpResponse:
    return redirect("registrations:questions", event.pk)
