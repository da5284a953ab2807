"""The table of an event's people: narrowed, ordered, taken out as a file, and acted on together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from accounts.services import audit
from core.errors import Refused
from core.tables import csv_response, xlsx_response
from core.text import key_of, printable
from core.web import page
from events.models import Event, Project
from registrations.enums import ACTIVE
from registrations.models import Registration, RegistrationQuerySet
from registrations.services import corrections
from registrations.services.questions import showing
from workspace.enums import Bulk
from workspace.models import BulkAction, SavedView
from workspace.people_filter import PeopleFilter
from workspace.people_table import Row, cells, matching, people_of, rows_of
from workspace.services import bulk
from workspace.services import views as saved_views

A_PAGE = 100
A_FILE = 20_000
RECENTLY = timedelta(minutes=30)
LONGEST_SEARCH = 100
FILES = {"csv": csv_response, "xlsx": xlsx_response}


@dataclass(frozen=True)
class Table:
    """What one looks at. `words` is what one searches for; it travels in the body of a POST, never in an address."""

    event: Event
    filter: PeopleFilter
    words: str
    whole_project: bool

    @cached_property
    def found(self) -> RegistrationQuerySet:
        rows = self.filter.narrow(people_of(self.event, self.filter.chosen))
        return matching(rows, self.words) if self.words else rows

    def rows(self, registrations: list[Registration]) -> list[Row]:
        return rows_of(self.event, registrations, self.filter.chosen, whole_project=self.whole_project)


def table_of(request: SignedInRequest, event: Event, *, background: bool) -> Table:
    """The table as the address, or a form sent from it, asks for it."""
    data = request.POST if request.method == "POST" else request.GET
    words = printable(request.POST.get("words", ""))[:LONGEST_SEARCH].strip()
    people = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    whole = background and Project.objects.in_reach_of(people).filter(pk=event.project_id or 0).exists()
    asked = showing.columns(event=event, user=request.user, language=get_language() or "fi")
    chosen = PeopleFilter(data, event=event, background=background, questions=asked)
    return Table(event, chosen, words, whole)


def context_of(request: SignedInRequest, table: Table, now: datetime) -> dict[str, Any]:
    """What the page needs to show the table. Looking at names is recorded."""
    data = request.POST if request.method == "POST" else request.GET
    shown: Page[Registration] = Paginator(table.found, A_PAGE).get_page(data.get("page"))
    seen = len(shown.object_list)
    audit.people_read(actor=request.user, scope=table.event.scope, people=seen, now=now)
    _tell_sensitive(request, table, seen, now)
    return {
        "table": table,
        "people": table.rows(list(shown.object_list)),
        "page": shown,
        "views": SavedView.objects.filter(user=request.user).order_by("name"),
        "kinds": Bulk.choices,
        "actions": _recent_actions(table.event, now),
    }


def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """The table alone, searched by words; its own address, so that they need not stand in one."""
    event, background = _event(request, event_pk)
    now = timezone.now()
    table = table_of(request, event, background=background)
    return page(
        request,
        "workspace/participants.html",
        "people",
        event=event,
        project=event.project,
        may={"manage_events": _plans(request, event), "see_people": True},
        now=now,
        **context_of(request, table, now),
    )


@require_POST
def export(request: SignedInRequest, event_pk: int, form: str) -> HttpResponse:
    """Exactly what the table shows, all pages of it, as a file. It is recorded."""
    event, background = _event(request, event_pk)
    if form not in FILES:
        raise Http404
    table = table_of(request, event, background=background)
    now = timezone.now()
    registrations = list(table.found[:A_FILE])
    columns = table.filter.chosen
    audit.read(
        actor=request.user,
        action="people.export",
        subject=event.scope,
        scope=event.scope,
        now=now,
        people=len(registrations),
        columns=[column.key for column in columns],
    )
    _tell_sensitive(request, table, len(registrations), now)
    header = [column.label for column in columns]
    rows = (cells(row, columns) for row in table.rows(registrations))
    return FILES[form](f"{event.slug}-{timezone.localdate(now).isoformat()}", header, rows)


@require_POST
def act(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Plan an action on the chosen rows. Each tells its state as it was shown."""
    event, _background = _event(request, event_pk, to_change=True)
    kind = request.POST.get("kind", "")
    if kind not in Bulk.values:
        messages.error(request, _("Choose what to do with the chosen ones."))
        return _back(request, event)
    seen = dict(_seen(each) for each in request.POST.getlist("row") if _is_row(each))
    try:
        action = bulk.plan(event=event, kind=Bulk(kind), seen=seen, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return _back(request, event)
    messages.success(
        request,
        _("%(what)s: it happens in a minute. You can take it back until then.") % {"what": action.get_kind_display()},
    )
    return _back(request, event)


@require_POST
def undo(request: SignedInRequest, event_pk: int, action_pk: int) -> HttpResponse:
    event, _background = _event(request, event_pk, to_change=True)
    action = get_object_or_404(BulkAction.objects.filter(event=event), pk=action_pk)
    try:
        bulk.undo(action=action, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. Nothing has happened."))
    return _back(request, event)


@require_POST
def note(request: SignedInRequest, event_pk: int, registration_pk: int) -> HttpResponse:
    """Change the organisers' note in its place in the table."""
    event, _background = _event(request, event_pk, to_change=True)
    registration = get_object_or_404(Registration.objects.filter(event=event), pk=registration_pk)
    text = Truncator(printable(request.POST.get("note", "")).strip()).chars(300)
    refusal = None
    try:
        corrections.note(
            registration=registration, text=text, seen=request.POST.get("seen", ""), by=request.user, now=timezone.now()
        )
    except Refused as told:
        refusal = told
    registration.refresh_from_db(fields=["desk_note"])
    if request.htmx:
        return page(
            request,
            "workspace/note.html",
            status=409 if refusal else 200,
            event=event,
            registration=registration,
            typed=text,
            refusal=refusal,
            saved=refusal is None,
        )
    if refusal:
        messages.error(request, _("%(refusal)s You wrote: %(text)s") % {"refusal": refusal, "text": text})
    else:
        messages.success(request, _("The note is saved."))
    return _back(request, event)


@require_POST
def save_view(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Keep filter, order and columns under a name, for all events."""
    event, background = _event(request, event_pk)
    table = table_of(request, event, background=background)
    try:
        saved_views.save(
            name=request.POST.get("name", ""), query=table.filter.query(), user=request.user, now=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The view is saved. You find it above every table of people."))
    return _back(request, event)


@require_POST
def delete_view(request: SignedInRequest, event_pk: int, view_pk: int) -> HttpResponse:
    event, _background = _event(request, event_pk)
    get_object_or_404(SavedView.objects.filter(user=request.user), pk=view_pk).delete()
    messages.success(request, _("The view is deleted."))
    return _back(request, event)


def _event(request: SignedInRequest, event_pk: int, *, to_change: bool = False) -> tuple[Event, bool]:
    """The event, and whether answers to its background form may be seen.

    :raises Http404: to whoever may not see its people; where something changes, to whoever may not plan it
    """
    people = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    events = (
        Event.objects.people_in_reach_of(people).select_related("organisation", "project", "own_terms").with_meetings()
    )
    event = get_object_or_404(events.prefetch_related("rides__pick_ups"), pk=event_pk)
    plans = _plans(request, event)
    if to_change and not plans:
        raise Http404
    return event, plans


def _plans(request: SignedInRequest, event: Event) -> bool:
    return Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).touch(event.people_scopes)


def _recent_actions(event: Event, now: datetime) -> list[BulkAction]:
    """With the number of their items, and of those with each outcome."""
    return list(BulkAction.objects.filter(event=event).recent(now - RECENTLY).counted().select_related("by")[:5])


def _is_row(text: str) -> bool:
    key, _colon, state = text.partition(":")
    return bool(key_of(key)) and state in ACTIVE


def _seen(text: str) -> tuple[int, str]:
    key, _colon, state = text.partition(":")
    return int(key), state


def _back(request: SignedInRequest, event: Event) -> HttpResponseRedirect:
    """To the table as it was looked at; what was searched for by name is not in an address."""
    asked = showing.columns(event=event, user=request.user, language=get_language() or "fi")
    query = PeopleFilter(request.POST, event=event, background=True, questions=asked).query()
    return redirect(f"{reverse('workspace:event', args=[event.pk])}{'?' + query if query else ''}#people")


def _tell_sensitive(request: SignedInRequest, table: Table, people: int, now: datetime) -> None:
    asked = [column.question for column in table.filter.chosen if column.question]
    showing.tell(user=request.user, event=table.event, columns=asked, people=people, now=now)
