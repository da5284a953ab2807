"""Registering people from a table: what it may hold, a dry run, and what came of each row."""

from __future__ import annotations

from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from accounts.services import audit
from core.errors import Refused
from core.sheets_in import as_csv, read_table
from core.web import page, private
from events.models import Event
from registrations.enums import RowOutcome
from registrations.forms import PeopleTableForm
from registrations.models import PeopleImport
from registrations.people_columns import COLUMNS, SPOKEN, asked, passed_over
from registrations.people_rows import Judged
from registrations.services import people_import

SHOWN = 200
"""So many rows of each kind stand on the page."""

FIRST = [RowOutcome.WRONG, RowOutcome.REFUSED, RowOutcome.FULL, RowOutcome.KNOWN, RowOutcome.WAITING, RowOutcome.SEATED]
"""What asks for somebody stands first."""


class Rows(NamedTuple):
    """The first rows of one kind, and how many more there are."""

    outcome: RowOutcome
    number: int
    shown: list[Judged]
    more: int


@private
def bring(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    form = PeopleTableForm(*((request.POST, request.FILES) if request.method == "POST" else ()))
    if form.is_valid():
        data = form.cleaned_data
        try:
            kept = people_import.keep(
                event=event,
                table=read_table(data["table"]),
                accept_queue=data["accept_queue"],
                tell=data["tell"],
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error("table", str(refusal))
        else:
            return redirect("registrations:people_table", event.pk, kept.pk)
    columns = [COLUMNS[name] for name in _asked(event)]
    return page(
        request,
        "registrations/import.html",
        status=422 if form.is_bound else 200,
        event=event,
        project=event.project,
        form=form,
        columns=[(column.label, column.names[: len(SPOKEN)], column.example) for column in columns],
        groups=[leaf.name for leaf in event.leaves if leaf.name],
    )


@require_safe
def example(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    language = get_language() or ""
    spoken = SPOKEN.index(language) if language in SPOKEN else SPOKEN.index("en")
    columns = [COLUMNS[name] for name in _asked(event)]
    content = as_csv([[column.names[spoken] for column in columns], [column.example for column in columns]])
    headers = {"Content-Disposition": 'attachment; filename="people.csv"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type="text/csv; charset=utf-8", headers=headers)


@private
@require_http_methods(["GET", "HEAD", "POST"])
def table(request: SignedInRequest, event_pk: int, import_pk: int) -> HttpResponse:
    """The dry run; sent, the import begins; then how far it is, and what came of each row."""
    event, now = _event(request, event_pk), timezone.now()
    mine = PeopleImport.objects.visible_to(request.user).kept_at(now).filter(event=event)
    brought = get_object_or_404(mine, pk=import_pk)
    if request.method == "POST":
        try:
            people_import.begin(brought=brought, by=request.user, now=now)
        except Refused as refusal:
            messages.info(request, str(refusal))
        return redirect("registrations:people_table", event.pk, brought.pk)
    outcomes = dict(brought.rows.values_list("number", "outcome"))
    done = sum(bool(outcome) for outcome in outcomes.values())
    finished = brought.begun_at is None or done == len(outcomes)
    judged = people_import.judge(brought=brought, now=now) if finished else []
    audit.people_read(actor=request.user, subject=brought.key, scope=event.scope, people=len(judged), now=now)
    return page(
        request,
        "registrations/import_table.html",
        "progress",
        event=event,
        project=event.project,
        brought=brought,
        finished=finished,
        done=done,
        all=len(outcomes),
        kinds=_kinds(judged, outcomes if brought.begun_at else {}),
        right=sum(row.outcome not in {RowOutcome.WRONG, RowOutcome.KNOWN, RowOutcome.FULL} for row in judged),
        passed_over=passed_over(brought.header),
    )


def _kinds(judged: list[Judged], outcomes: dict[int, str]) -> list[Rows]:
    """The rows by what would come of them, or has."""
    found: dict[RowOutcome, list[Judged]] = {each: [] for each in FIRST}
    for row in judged:
        found[RowOutcome(outcomes.get(row.number) or row.outcome)].append(row)
    return [Rows(each, len(rows), rows[:SHOWN], max(0, len(rows) - SHOWN)) for each, rows in found.items() if rows]


def _asked(event: Event) -> list[str]:
    return asked(
        dates=event.seats_per_meeting is not None,
        groups=any(leaf.name for leaf in event.leaves),
        born=event.asks_start_notice,
    )


def _event(request: SignedInRequest, event_pk: int) -> Event:
    """One whose people the user sees and whose seats they manage."""
    reach = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    mine = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    rows = mine.filter(pk__in=Event.objects.people_in_reach_of(reach))
    return get_object_or_404(rows.select_related("project", "own_terms").with_meetings(), pk=event_pk)
