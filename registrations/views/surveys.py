"""An anonymous survey, answered by whoever has its address. Nothing is kept but the response."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from core import limits
from core.errors import Refused
from core.web import client_address, page, private, too_often
from registrations.forms.surveys import SurveyForm, sent
from registrations.models import Survey
from registrations.services.questions.reading import Sheet
from registrations.services.surveys import answering

REMEMBERED_SECONDS = 180 * 24 * 3600


@login_not_required
@private
def fill(request: HttpRequest, token: str) -> HttpResponse:
    """All questions on one page; a draft would have to belong to somebody.

    Who has answered is remembered by the browser alone, by a cookie that is the same for everybody.
    """
    survey, now = _survey(token), timezone.now()
    sheet = answering.sheet_of(survey)
    if not survey.is_open(now) or not sheet.asked:
        status = 409 if request.method == "POST" else 200
        return page(request, "registrations/surveys/closed.html", status=status, now=now, **_context(survey))
    if request.method == "POST":
        return _take(request, survey, sheet, now)
    if _cookie(survey) in request.COOKIES and "again" not in request.GET:
        return redirect("registrations:survey_thanks", token)
    return _page(request, survey, SurveyForm(asked=sheet.asked, may_name=survey.may_name, title=sheet.title))


def _take(request: HttpRequest, survey: Survey, sheet: Sheet, now: datetime) -> HttpResponse:
    values = sent(sheet.asked, request.POST)
    form = SurveyForm(values, asked=sheet.asked, may_name=survey.may_name, title=sheet.title)
    right = form.is_valid()
    if not right or form.unseen(request.POST.get("shown", "")):
        return _page(request, survey, form, wrong=not right, brought_up=right)
    try:
        limits.count("survey", client_address(request), now=now)
        answering.answer(survey=survey, sheet=sheet, given=form.given(), now=now)
    except Refused as refusal:
        return _page(request, survey, form, refusal=refusal)
    response = redirect("registrations:survey_thanks", survey.token)
    _remember(request, response, survey)
    return response


@login_not_required
@private
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    survey, now = _survey(token), timezone.now()
    return page(request, "registrations/surveys/thanks.html", open=survey.is_open(now), **_context(survey))


def _survey(token: str) -> Survey:
    rows = Survey.objects.select_related("questionnaire__event__project", "questionnaire__event__organisation")
    return get_object_or_404(rows, token=token)


def _context(survey: Survey) -> dict[str, Any]:
    event = survey.questionnaire.event
    return {"survey": survey, "event": event, "project": event.project}


def _page(
    request: HttpRequest,
    survey: Survey,
    form: SurveyForm,
    *,
    wrong: bool = False,
    brought_up: bool = False,
    refusal: Refused | None = None,
) -> HttpResponse:
    response = page(
        request,
        "registrations/surveys/fill.html",
        status=409 if refusal else 422 if wrong else 200,
        form=form,
        brought_up=brought_up,
        refusal=refusal,
        **_context(survey),
    )
    return too_often(response, refusal)


def _cookie(survey: Survey) -> str:
    return f"survey-{survey.pk}"


def _remember(request: HttpRequest, response: HttpResponse, survey: Survey) -> None:
    """A cookie that says “answered” and nothing else; it is sent to this survey's address only."""
    response.set_cookie(
        _cookie(survey),
        "answered",
        max_age=REMEMBERED_SECONDS,
        path=request.path,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
