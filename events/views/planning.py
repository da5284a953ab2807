"""The organiser's side of an event: make and change its plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from core.errors import Refused
from core.web import page
from events.enums import Status
from events.forms.events import EventForm, initial_of
from events.forms.meetings import MeetingFormSet, initial_meeting
from events.models import Event, Picture, Project, Venue
from events.services import pictures, planning
from events.services.comparing import Difference, differences


@dataclass
class Forms:
    """The two forms of the page, and the picture that goes with them, right or wrong."""

    event: EventForm
    meetings: forms.BaseFormSet[Any]
    picture: Picture | None = None

    def are_valid(self) -> bool:
        return all([self.event.is_valid(), self.meetings.is_valid()])

    def plan(self) -> planning.EventPlan:
        plans = (form.plan() for form in self.meetings.forms)
        return self.event.plan(tuple(plan for plan in plans if plan), self.picture)


def create(request: SignedInRequest) -> HttpResponse:
    if not Organisation.objects.filter(pk__in=organisations_of(request)).exists():
        raise Http404
    forms_ = _forms(request, None)
    if request.method == "POST" and forms_.are_valid():
        try:
            made = planning.create(plan=forms_.plan(), by=request.user, now=timezone.now())
        except Refused as refusal:
            forms_.event.add_error(None, str(refusal))
        else:
            messages.success(request, _("The draft is saved. Look at it and publish it when it is ready."))
            return redirect("workspace:event", made.pk)
    templates = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS).templates().order_by("title")
    return _form_page(request, None, forms_, templates=templates)


def change(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = mine(request, event_pk)
    forms_ = _forms(request, event)
    differing: list[Difference] = []
    if request.method == "POST" and forms_.are_valid():
        plan = forms_.plan()
        try:
            planning.change(
                event=event, plan=plan, by=request.user, now=timezone.now(), seen=forms_.event.cleaned_data["seen"]
            )
        except planning.ChangedMeanwhile as refusal:
            fresh = mine(request, event_pk)
            differing = differences(plan, fresh)
            forms_.event.show("seen", fresh.edition)
            forms_.event.add_error(None, str(refusal))
        except Refused as refusal:
            forms_.event.add_error(None, str(refusal))
        else:
            messages.success(request, _("The changes are saved."))
            return redirect("workspace:event", event.pk)
    return _form_page(request, event, forms_, differing=differing)


def mine(request: SignedInRequest, event_pk: int) -> Event:
    """The event, if the user may plan it; else 404."""
    found = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    found = found.select_related("organisation", "project", "picture").with_meetings()
    return get_object_or_404(found, pk=event_pk)


def organisations_of(request: SignedInRequest) -> set[int]:
    """Those in whose name the user may plan events: their own, and the leads of their projects."""
    own = Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).ids("organisation")
    return set(own) | set(Project.objects.visible_to(request.user).values_list("organisation_id", flat=True))


def _forms(request: SignedInRequest, event: Event | None) -> Forms:
    theirs = organisations_of(request) | ({event.organisation_id} if event else set())
    organisations = Organisation.objects.filter(pk__in=theirs).order_by("name")
    usable = Project.objects.usable_by(request.user)
    projects = (usable | Project.objects.filter(pk=event.project_id or 0 if event else 0)).order_by("code")
    data = request.POST if request.method == "POST" else None
    forms_ = Forms(
        EventForm(
            data,
            request.FILES if request.method == "POST" else None,
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
        event.picture if event else None,
    )
    if data is not None:
        forms_.picture = _picture(request, forms_.event, organisations, event)
    return forms_


def _picture(
    request: SignedInRequest, form: EventForm, organisations: QuerySet[Organisation], event: Event | None
) -> Picture | None:
    """The picture that was sent, else the one sent before or known. It is kept at once: a browser sends it once."""
    form.is_valid()
    data = form.cleaned_data
    if data.get("remove_picture"):
        return None
    allowed = Q(organisation__in=organisations) | Q(pk=event.picture_id if event else None)
    picture = Picture.objects.filter(allowed, pk=data.get("picture_kept") or 0).first()
    upload, owner = data.get("picture_file"), data.get("organisation")
    if not upload or not owner:
        return picture
    if upload.size > pictures.LARGEST_BYTES:
        form.add_error("picture_file", str(pictures.PictureTooLarge()))
        return picture
    try:
        picture = pictures.keep(organisation=owner, upload=upload.read(), by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error("picture_file", str(refusal))
    else:
        form.show("picture_kept", picture.pk)
    return picture


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


def _form_page(request: SignedInRequest, event: Event | None, forms_: Forms, **more: object) -> HttpResponse:
    bound = forms_.event.is_bound
    return page(
        request,
        "events/form.html",
        event=event,
        form=forms_.event,
        meetings=forms_.meetings,
        picture=forms_.picture,
        status=422 if bound else 200,
        **more,
    )
