"""The organiser's side of an event: make, change, publish."""

from __future__ import annotations

from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from core.errors import Refused
from core.web import page
from events.enums import Status
from events.forms import EventForm, MeetingFormSet, initial_meeting, initial_of
from events.models import Event, Project, Venue
from events.services import planning, publishing


class Forms(NamedTuple):
    event: EventForm
    meetings: forms.BaseFormSet[Any]

    def are_valid(self) -> bool:
        return all([self.event.is_valid(), self.meetings.is_valid()])

    def plan(self) -> planning.EventPlan:
        plans = (form.plan() for form in self.meetings.forms)
        return self.event.plan(tuple(plan for plan in plans if plan))


def create(request: SignedInRequest) -> HttpResponse:
    if not Organisation.objects.filter(pk__in=_organisations(request)).exists():
        raise Http404
    forms_ = _forms(request, None)
    if request.method == "POST" and forms_.are_valid():
        made = planning.create(plan=forms_.plan(), by=request.user, now=timezone.now())
        messages.success(request, _("The draft is saved. Look at it and publish it when it is ready."))
        return redirect("workspace:event", made.pk)
    return _form_page(request, None, forms_)


def change(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _mine(request, event_pk)
    forms_ = _forms(request, event)
    if request.method == "POST" and forms_.are_valid():
        try:
            planning.change(event=event, plan=forms_.plan(), by=request.user, now=timezone.now())
        except Refused as refusal:
            forms_.event.add_error(None, str(refusal))
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("workspace:event", event.pk)
    return _form_page(request, event, forms_)


@require_POST
def publish(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _mine(request, event_pk)
    try:
        publishing.publish(event=event, by=request.user, now=timezone.now())
    except publishing.NotReady as refusal:
        for problem in refusal.problems:
            messages.error(request, str(problem))
    else:
        messages.success(request, _("The event is published."))
    return redirect("workspace:event", event.pk)


@require_POST
def unpublish(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _mine(request, event_pk)
    try:
        publishing.unpublish(event=event, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The event is a draft again. Nobody else sees it."))
    return redirect("workspace:event", event.pk)


def _mine(request: SignedInRequest, event_pk: int) -> Event:
    mine = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    return get_object_or_404(mine.select_related("organisation", "project").with_meetings(), pk=event_pk)


def _forms(request: SignedInRequest, event: Event | None) -> Forms:
    theirs = _organisations(request) | ({event.organisation_id} if event else set())
    organisations = Organisation.objects.filter(pk__in=theirs).order_by("name")
    projects = Project.objects.visible_to(request.user).order_by("code")
    data = request.POST if request.method == "POST" else None
    return Forms(
        EventForm(
            data,
            initial=initial_of(event) if event else _first_guess(request, organisations, projects),
            organisations=organisations,
            projects=projects,
            published=event is not None and event.status != Status.DRAFT,
        ),
        MeetingFormSet(
            data,
            prefix="meetings",
            initial=[initial_meeting(meeting) for meeting in event.timetable] if event else [],
            form_kwargs={
                "venues": Venue.objects.visible_to(request.user).select_related("municipality").order_by("name")
            },
        ),
    )


def _first_guess(
    request: SignedInRequest, organisations: QuerySet[Organisation], projects: QuerySet[Project]
) -> dict[str, Any]:
    """What a new event most likely has: the maker as its contact, and what there is only one of."""
    only = projects[0] if len(projects) == 1 else None
    return {
        "organisation": organisations.first(),
        "project": only,
        "contact_name": request.user.name,
        "contact_email": request.user.email,
    }


def _organisations(request: SignedInRequest) -> set[int]:
    """Those in whose name the user may plan events: their own, and the leads of their projects."""
    own = Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).ids("organisation")
    return set(own) | set(Project.objects.visible_to(request.user).values_list("organisation_id", flat=True))


def _form_page(request: SignedInRequest, event: Event | None, forms_: Forms) -> HttpResponse:
    bound = forms_.event.is_bound
    return page(
        request,
        "events/form.html",
        event=event,
        form=forms_.event,
        meetings=forms_.meetings,
        status=422 if bound else 200,
    )
