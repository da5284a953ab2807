"""Questionnaires after registering: by the personal link, at the door; and the files that were sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cached_property
from typing import Any
from uuid import UUID

from csp.constants import NONE
from csp.decorators import csp
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from accounts.services import audit
from core import limits
from core.errors import Refused
from core.web import client_address, page, private, too_often
from events.models import Event
from registrations.enums import AnswerKind, AskedAt, Status
from registrations.forms import QuestionsForm
from registrations.models import Answer, AnswerFile, Filling, Registration
from registrations.rules import questions as rules
from registrations.rules.conditions import Value
from registrations.services.questions import answering, files, questionnaires, showing
from registrations.services.questions.reading import Sheet, sheets_of
from registrations.views.asked import known_files, receive
from registrations.views.door import event_at_door
from registrations.views.personal import registration_of

SANDBOX = {"default-src": [NONE], "sandbox": True}


class Way:
    """One person's way through a questionnaire: what they typed screen by screen, else what is kept."""

    def __init__(self, registration: Registration, sheet: Sheet, filling: Filling | None, token: str) -> None:
        self.registration, self.sheet, self.filling, self.token = registration, sheet, filling, token
        self.draft = answering.draft_of(filling)

    @cached_property
    def kept(self) -> dict[int, Value]:
        """Without what could not answer the question as it is put now."""
        found = answering.values_of(self.sheet, registration=self.registration)
        by_pk = {each.pk: each for each in self.sheet.asked}
        return {pk: value for pk, value in found.items() if rules.is_answer(by_pk[pk], value)}

    @cached_property
    def files(self) -> dict[str, dict[str, Any]]:
        if not any(each.kind == AnswerKind.FILE for each in self.sheet.asked):
            return {}
        mine = known_files(AnswerFile.objects.filter(answer__registration=self.registration))
        for key, file in mine.items():
            file["url"] = reverse("registrations:my_file", args=[self.token, UUID(hex=key)])
        return mine | known_files(AnswerFile.objects.filter(filling=self.filling or 0))

    def form(
        self, number: int, values: Mapping[str, Any] | None = None, faults: Mapping[str, str] | None = None
    ) -> QuestionsForm:
        """The screen `number`, by what was sent, was typed before, or is kept."""
        values = values if values is not None else self.draft.get(str(number))
        first = None if values is not None else questionnaires.blank_answers(self.registration, self.sheet, self.kept)
        return QuestionsForm(
            values,
            asked=self.sheet.screens[number],
            earlier=self.answers(before=number),
            files=self.files,
            faults=faults,
            answers=first,
            title=self.sheet.title,
        )

    def answers(self, *, before: int) -> dict[int, Value]:
        """Those of the screens before `before`; of a screen that was not typed anew, what is kept."""
        found: dict[int, Value] = {}
        for number, asked in self.sheet.screens.items():
            if number >= before:
                break
            typed = self.draft.get(str(number))
            if typed is None:
                known = rules.kept(self.sheet.asked, self.kept | found)
                found |= {each.pk: known[each.pk] for each in asked if each.pk in known}
                continue
            form = QuestionsForm(typed, asked=asked, earlier=found, files=self.files)
            form.is_valid()
            found |= form.answers
        return found


@login_not_required
@private
def fill(request: HttpRequest, token: str, sheet_pk: int) -> HttpResponse:
    """A questionnaire by the personal link, screen by screen; each is saved when it is sent, right or wrong."""
    registration = registration_of(request, token)
    sheet = next((each for each in questionnaires.mine(registration) if each.pk == sheet_pk), None)
    now = timezone.now()
    if sheet is None or sheet.moment == AskedAt.DOOR:
        raise Http404
    back = reverse("registrations:mine", args=[token])
    context = {
        "token": token,
        "registration": registration,
        "event": registration.event,
        "project": registration.event.project,
        "back": back,
    }
    if not answering.may_answer(registration, sheet, now):
        closed = answering.QuestionsClosed()
        return page(request, "registrations/questions/closed.html", status=409, refusal=closed, **context)
    way = Way(registration, sheet, answering.filling_of(registration, sheet), token)
    number = _number(request, sheet)
    if request.method != "POST":
        return _page(request, way, number, way.form(number), context)
    return _take(request, way, number, context, now)


def _take(request: HttpRequest, way: Way, number: int, context: dict[str, Any], now: datetime) -> HttpResponse:
    registration, sheet = way.registration, way.sheet
    try:
        limits.count("file" if request.FILES else "form", client_address(request), now=now)
        way.filling = way.filling or answering.save_draft(
            registration=registration, sheet=sheet, screen=number, typed={}, now=now
        )
        kept_in = way.filling
        values, faults = receive(
            request,
            sheet.screens[number],
            lambda upload, question: files.keep(upload=upload, question=question, filling=kept_in, now=now),
        )
        filling = answering.save_draft(registration=registration, sheet=sheet, screen=number, typed=values, now=now)
        way = Way(registration, sheet, filling, way.token)
        form = way.form(number, values, faults)
        right = form.is_valid()
        if "later" in request.POST:
            messages.success(request, _("What you have typed is saved. You can go on later by the same link."))
            return redirect(context["back"])
        if not right or form.unseen(request.POST.get("shown", "")):
            return _page(request, way, number, form, context, wrong=not right, brought_up=right)
        if number < len(sheet.screens):
            return redirect(f"{request.path}?screen={number + 1}")
        if wrong := _first_wrong(way):
            return redirect(f"{request.path}?screen={wrong}")
        answering.send(registration=registration, sheet=sheet, answers=way.answers(before=number + 1), by=None, now=now)
    except Refused as refusal:
        return _page(request, way, number, way.form(number, _sent(request, way, number)), context, refusal=refusal)
    messages.success(request, _("Thank you. Your answers are saved."))
    return redirect(context["back"])


def _sent(request: HttpRequest, way: Way, number: int) -> dict[str, Any]:
    return receive(request, [each for each in way.sheet.screens[number] if each.kind != AnswerKind.FILE], _no_file)[0]


def _no_file(upload: UploadedFile[Any], question: int) -> AnswerFile:
    raise files.NotTaken


def _first_wrong(way: Way) -> int | None:
    """A screen with something missing or wrong, such as one that was jumped over."""
    for number in way.sheet.screens:
        known = way.answers(before=number + 1)
        screen = {each.pk for each in way.sheet.screens[number]}
        typed = way.draft.get(str(number))
        wrong = typed is not None and not way.form(number).is_valid()
        if wrong or any(each.pk in screen for each in rules.missing(way.sheet.asked, known)):
            return number
    return None


def _number(request: HttpRequest, sheet: Sheet) -> int:
    text = request.GET.get("screen", "1")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 3 else 1  # noqa: PLR2004 - two digits
    return number if number in sheet.screens else 1


def _page(
    request: HttpRequest,
    way: Way,
    number: int,
    form: QuestionsForm,
    context: dict[str, Any],
    *,
    wrong: bool = False,
    brought_up: bool = False,
    refusal: Refused | None = None,
) -> HttpResponse:
    response = page(
        request,
        "registrations/questions/fill.html",
        status=409 if refusal else 422 if wrong else 200,
        sheet=way.sheet,
        number=number,
        screens=len(way.sheet.screens),
        form=form,
        brought_up=brought_up,
        refusal=refusal,
        at_door=False,
        **context,
    )
    return too_often(response, refusal)


def at_door(request: SignedInRequest, event_pk: int, registration_pk: int, sheet_pk: int) -> HttpResponse:
    """What is asked of somebody who comes in, all on one page, typed by whoever stands there."""
    event = event_at_door(request, event_pk)
    rows = Registration.objects.filter(event=event.pk, status=Status.CONFIRMED).select_related("event__own_terms")
    registration = get_object_or_404(rows, pk=registration_pk)
    sheet = next((each for each in sheets_of(event, AskedAt.DOOR) if each.pk == sheet_pk), None)
    if sheet is None or answering.filling_of(registration, sheet):
        raise Http404
    asked = [each for each in sheet.asked if each.kind != AnswerKind.FILE]
    now, refusal = timezone.now(), None
    values = receive(request, asked, _no_file)[0] if request.method == "POST" else None
    form = QuestionsForm(values, asked=asked, title=sheet.title)
    wrong = values is not None and not form.is_valid()
    brought_up = values is not None and not wrong and form.unseen(request.POST.get("shown", ""))
    if values is not None and not wrong and not brought_up:
        try:
            answering.send(registration=registration, sheet=sheet, answers=form.answers, by=request.user, now=now)
        except Refused as told:
            refusal = told
        else:
            messages.success(request, _("The answers are saved."))
            return redirect("registrations:door", event.pk)
    return page(
        request,
        "registrations/questions/fill.html",
        status=409 if refusal else 422 if wrong else 200,
        sheet=sheet,
        number=1,
        screens=1,
        form=form,
        brought_up=brought_up,
        refusal=refusal,
        registration=registration,
        event=event,
        project=event.project,
        back=reverse("registrations:door", args=[event.pk]),
        at_door=True,
    )


@login_not_required
@require_safe
@csp(SANDBOX)  # type: ignore[arg-type]
@private
def my_file(request: HttpRequest, token: str, key: UUID) -> HttpResponse:
    """A file that one has sent oneself, or for the group whose contact one is."""
    registration = registration_of(request, token)
    rows = AnswerFile.objects.filter(answer__in=Answer.objects.told_to(registration))
    return _download(get_object_or_404(rows, key=key))


@require_safe
@csp(SANDBOX)  # type: ignore[arg-type]
@private
def desk_file(request: SignedInRequest, event_pk: int, key: UUID) -> HttpResponse:
    """A file that somebody has sent, for those who may read the answers to its question. Each look is recorded."""
    people = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    event = get_object_or_404(Event.objects.people_in_reach_of(people).select_related("own_terms"), pk=event_pk)
    rows = AnswerFile.objects.filter(answer__question__questionnaire__event=event).select_related("answer__question")
    file = get_object_or_404(rows, key=key)
    assert file.answer is not None  # noqa: S101 - as it was looked for
    question = file.answer.question
    if not rules.may_see(question.sees, showing.roles_at(request.user, event), sensitive=question.sensitive):
        raise Http404
    audit.read(
        actor=request.user,
        action="answers.file",
        subject=event.scope,
        scope=event.scope,
        now=timezone.now(),
        people=1,
    )
    return _download(file)


def _download(file: AnswerFile) -> HttpResponse:
    """Never shown in our pages' name: saved, of the type that we found, and without any right if it is opened."""
    named = content_disposition_header(as_attachment=True, filename=file.name)
    headers = {"Content-Disposition": named or "attachment", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(file.body, content_type=file.media_type, headers=headers)
