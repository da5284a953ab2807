"""The organiser's page of an event's anonymous surveys: whom they ask, when, and by which address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core import qr
from core.errors import Refused
from core.web import page
from events.models import Event
from registrations.enums import Respondent
from registrations.forms.surveys import NewSurveyForm, SurveyPlanForm, initial_plan
from registrations.models import Survey
from registrations.services.surveys import answering, planning
from registrations.views.questions_desk import planned_event

OPEN_FOR = timedelta(days=14)


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = reported_event(request, event_pk)
    now = timezone.now()
    return page(
        request,
        "registrations/surveys/desk.html",
        event=event,
        project=event.project,
        surveys=[
            {"survey": each, "asked": len(answering.sheet_of(each).asked), "state": _state(each)}
            for each in Survey.objects.of_event(event)
        ],
        may_plan=Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS).filter(pk=event.pk).exists(),
        now=now,
    )


def add(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = planned_event(request, event_pk)
    opens_at = event.ends_at or timezone.now()
    first = {"opens_at": opens_at, "closes_at": opens_at + OPEN_FOR, "respondent": Respondent.JOBSEEKER}
    form = NewSurveyForm(_sent(request), initial=first)
    if form.is_bound and form.is_valid():
        try:
            made = planning.make(
                event=event,
                respondent=Respondent(form.cleaned_data["respondent"]),
                titles=form.titles(),
                plan=form.plan(),
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Now write the first question."))
            return redirect("registrations:ask_question", event.pk, made.questionnaire_id)
    return _form_page(request, event, form, _("New survey"))


def change(request: SignedInRequest, event_pk: int, survey_pk: int) -> HttpResponse:
    event = planned_event(request, event_pk)
    survey = _survey(event, survey_pk)
    form = SurveyPlanForm(_sent(request), respondent=survey.respondent, initial=initial_plan(survey))
    if form.is_bound and form.is_valid():
        try:
            planning.change(survey=survey, plan=form.plan(), by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("closes_at", str(refusal))
        else:
            messages.success(request, _("The survey is changed."))
            return _back(event)
    return _form_page(request, event, form, survey.questionnaire.title)


@require_POST
def close(request: SignedInRequest, event_pk: int, survey_pk: int) -> HttpResponse:
    event = planned_event(request, event_pk)
    planning.close(survey=_survey(event, survey_pk), by=request.user, now=timezone.now())
    messages.success(request, _("The survey is closed. You can see its results now."))
    return _back(event)


@require_safe
def paper(request: SignedInRequest, event_pk: int, survey_pk: int) -> HttpResponse:
    """A page to print and hang on the wall: the address as a QR code and in letters."""
    event = planned_event(request, event_pk)
    survey = _survey(event, survey_pk)
    with translation.override("fi"):
        url = survey.url
    return page(
        request,
        "registrations/surveys/paper.html",
        event=event,
        project=event.project,
        survey=survey,
        url=url,
        code=qr.svg(url),
    )


def reported_event(request: SignedInRequest, event_pk: int) -> Event:
    """One whose figures the user may see; others do not exist for them."""
    mine = Event.objects.reported_to(request.user)
    return get_object_or_404(mine.select_related("project", "organisation", "own_terms"), pk=event_pk)


def _survey(event: Event, pk: int) -> Survey:
    return get_object_or_404(Survey.objects.of_event(event), pk=pk)


def _state(survey: Survey) -> str:
    now = timezone.now()
    return "open" if survey.is_open(now) else "ahead" if now < survey.opens_at else "closed"


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _form_page(request: HttpRequest, event: Event, form: SurveyPlanForm, heading: str) -> HttpResponse:
    context: dict[str, Any] = {"event": event, "project": event.project, "form": form, "heading": heading}
    status = 422 if form.is_bound else 200
    return page(request, "registrations/surveys/form.html", status=status, **context)


def _back(event: Event) -> HttpResponse:
    return redirect("registrations:surveys", event.pk)
