"""When a question is asked: checks of earlier answers in groups, added one by one."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.http import SignedInRequest
from core.errors import Refused
from core.spoken import spoken
from core.web import page
from events.models import Event
from registrations.enums import Join, Trial
from registrations.forms.question_desk import CheckForm, JoinForm
from registrations.models import Question
from registrations.rules.conditions import Check, Condition, Group
from registrations.rules.questions import Asked
from registrations.services.questions import reading, telling, writing
from registrations.services.questions.reading import Sheet
from registrations.views.questions_desk import planned_event, question_of


class Said(NamedTuple):
    """A check in words, and the place by which it is removed."""

    place: str
    question: str
    trial: str
    value: str


def show(request: SignedInRequest, event_pk: int, question_pk: int) -> HttpResponse:
    """The condition of a question; a POST adds a check, removes one, or changes how they go together."""
    event = planned_event(request, event_pk)
    question = question_of(event, question_pk)
    sheet = _sheet(question)
    mine = sheet.question(question.pk)
    assert mine is not None  # noqa: S101 - it is one of its sheet's
    other = _other(sheet, mine, request.GET.get("on", ""))
    condition = mine.condition
    check = CheckForm(other=other, groups=len(condition.groups)) if other else None
    join = JoinForm(joins=[each.join for each in condition.groups], initial={"outer": condition.join})
    if request.method == "POST":
        what = request.POST.get("what", "")
        if what == "add" and other:
            check = CheckForm(request.POST, other=other, groups=len(condition.groups))
            changed = _added(condition, check) if check.is_valid() else None
            form: CheckForm | JoinForm = check
        elif what == "join":
            join = form = JoinForm(request.POST, joins=[each.join for each in condition.groups])
            changed = _joined(condition, join) if join.is_valid() else None
        else:
            form, changed = join, _without(condition, what)
        if changed is not None and _kept(request, question, changed, form):
            return redirect("registrations:question_condition", event.pk, question.pk)
    return _page(request, event, sheet, mine, other, check, join)


def _kept(request: SignedInRequest, question: Question, changed: Condition, form: CheckForm | JoinForm) -> bool:
    try:
        writing.set_condition(question=question, condition=changed, by=request.user, now=timezone.now())
    except Refused as refusal:
        if form.is_bound:
            form.add_error(None, str(refusal))
        else:
            messages.error(request, str(refusal))
        return False
    messages.success(request, _("The condition is saved."))
    return True


def _page(
    request: SignedInRequest,
    event: Event,
    sheet: Sheet,
    mine: Asked,
    other: Asked | None,
    check: CheckForm | None,
    join: JoinForm,
) -> HttpResponse:
    language = get_language() or "fi"
    wrong = any(form is not None and form.is_bound for form in (check, join))
    return page(
        request,
        "registrations/questions/condition.html",
        status=422 if wrong else 200,
        event=event,
        project=event.project,
        sheet=sheet,
        question=spoken(mine.labels, language),
        pk=mine.pk,
        groups=[_said(sheet, number, group, language) for number, group in enumerate(mine.condition.groups)],
        before=[(each.pk, spoken(each.labels, language)) for each in sheet.asked if each.order < mine.order],
        other=other,
        about=spoken(other.labels, language) if other else "",
        check=check,
        join=join,
    )


def _said(sheet: Sheet, number: int, group: Group, language: str) -> list[Said]:
    return [_check(sheet, f"{number}.{place}", check, language) for place, check in enumerate(group.tests)]


def _check(sheet: Sheet, place: str, check: Check, language: str) -> Said:
    other = sheet.question(check.question)
    label = spoken(other.labels, language) if other else "–"
    value = "" if check.trial == Trial.FILLED or other is None or check.value is None else (
        telling.in_words(other.kind, other.options, check.value, language)
    )  # fmt: skip
    return Said(place, label, str(check.trial.label), value)


def _added(condition: Condition, form: CheckForm) -> Condition:
    number, check = form.check()
    groups = list(condition.groups)
    if number < len(groups):
        groups[number] = Group(groups[number].join, (*groups[number].tests, check))
    else:
        groups.append(Group(Join.ALL, (check,)))
    return Condition(condition.join, tuple(groups))


def _joined(condition: Condition, form: JoinForm) -> Condition:
    outer, inner = form.joins()
    return Condition(outer, tuple(Group(join, each.tests) for join, each in zip(inner, condition.groups, strict=True)))


def _without(condition: Condition, place: str) -> Condition:
    """:raises Http404: if nothing stands there"""
    group, _dot, number = place.partition(".")
    left = [
        Group(each.join, tuple(check for k, check in enumerate(each.tests) if (str(n), str(k)) != (group, number)))
        for n, each in enumerate(condition.groups)
    ]
    if sum(len(each.tests) for each in left) == len(condition.tests):
        raise Http404
    return Condition(condition.join, tuple(each for each in left if each.tests))


def _sheet(question: Question) -> Sheet:
    assert question.questionnaire is not None  # noqa: S101 - an event's questions stand in one
    return reading.sheet(question.questionnaire, question.questionnaire.questions.asked().with_wording())


def _other(sheet: Sheet, mine: Asked, key: str) -> Asked | None:
    """The earlier question that a new check looks at."""
    return next((each for each in sheet.asked if str(each.pk) == key and each.order < mine.order), None)
