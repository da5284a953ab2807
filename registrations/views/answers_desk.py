"""Answers to an event's own questions, for those who may read them."""

from __future__ import annotations

from typing import NamedTuple

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from accounts.services import audit
from core.web import page, private
from events.models import Event
from registrations.enums import ACTIVE
from registrations.models import Answer, Registration
from registrations.services.questions import showing, telling

A_PAGE = 100


class Cell(NamedTuple):
    text: str
    file: str
    """The key of a file."""
    before: str
    """How the question was put when it was answered, where that differs from now."""


@private
@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """A table of people and answers. Looking is recorded, and sensitive answers by themselves."""
    people = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    events = Event.objects.people_in_reach_of(people).select_related("project", "organisation", "own_terms")
    event = get_object_or_404(events, pk=event_pk)
    language, now = get_language() or "fi", timezone.now()
    columns = showing.columns(event=event, user=request.user, language=language)
    rows = Registration.objects.filter(event=event, status__in=ACTIVE).order_by("last_name", "first_name", "pk")
    shown = Paginator(rows, A_PAGE).get_page(request.GET.get("page"))
    found = showing.cells(registrations=list(shown.object_list), columns=columns)
    if columns:
        seen, keys = len(shown.object_list), [each.key for each in columns]
        audit.people_read(actor=request.user, scope=event.scope, people=seen, columns=keys, now=now)
        showing.tell(user=request.user, event=event, columns=columns, people=seen, now=now)
    return page(
        request,
        "registrations/questions/answers.html",
        event=event,
        project=event.project,
        columns=columns,
        lines=[
            (each, [_cell(found.get(each.pk, {}).get(column.pk), column.label, language) for column in columns])
            for each in shown.object_list
        ],
        page=shown,
    )


def _cell(answer: Answer | None, label: str, language: str) -> Cell:
    if answer is None:
        return Cell("", "", "")
    asked = telling.label_of(answer, language)
    file = answer.file.key if hasattr(answer, "file") else None
    return Cell(telling.text_of(answer, language), str(file or ""), asked if asked != label else "")
