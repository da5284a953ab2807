"""Stands: the public form, the host's own page behind their link, the organiser's list, and the printed programme."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import NoticePurpose, Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from accounts.services import audit, links, privacy
from core.errors import Refused
from core.guessing import counted
from core.rates import wait
from core.web import client_address, page
from events import shelf
from events.enums import StandState, Status
from events.models import Event, Stand
from events.rules import takes_stands
from registrations.forms import StandForm, initial_stand
from registrations.services import letters, stands

AN_HOUR, APPLICATIONS_AN_HOUR = 3600, 10


class TooOften(Refused):
    code = "too_often"
    message = _("Many forms have come from your network just now. Wait an hour and send it again.")


@login_not_required
@never_cache
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    """The form for a stand. What is sent by a machine is thanked for and forgotten."""
    event, now = _public(slug), timezone.now()
    if not takes_stands(event, now):
        raise Http404
    form = StandForm(request.POST if request.method == "POST" else None, event=event, language=get_language() or "fi")
    if request.method == "POST" and form.is_valid():
        if form.is_trapped():
            return redirect("registrations:stand_thanks", slug)
        try:
            if wait(f"stand:{client_address(request)}", times=APPLICATIONS_AN_HOUR, seconds=AN_HOUR, now=now):
                raise TooOften
            stands.apply(event=event, plan=form.plan(), now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("registrations:stand_thanks", slug)
    context = {"event": event, "project": event.project, "notice": privacy.current(NoticePurpose.REGISTRATION)}
    return page(request, "registrations/stand.html", status=422 if form.is_bound else 200, form=form, **context)


@login_not_required
@require_safe
def thanks(request: HttpRequest, slug: str) -> HttpResponse:
    event = _public(slug)
    return page(request, "registrations/stand_thanks.html", event=event, project=event.project)


@login_not_required
@never_cache
def mine(request: HttpRequest, token: str) -> HttpResponse:
    """The host's own stand: see, change, withdraw."""
    stand = _by_link(request, token)
    initial = initial_stand(stand)
    data = request.POST if request.method == "POST" else None
    form = StandForm(data, event=stand.event, language=stand.language, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            stands.change(stand=stand, plan=form.plan(), now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your changes are saved."))
            return redirect("registrations:my_stand", token)
    return page(
        request,
        "registrations/my_stand.html",
        status=422 if form.is_bound else 200,
        token=token,
        stand=stand,
        event=stand.event,
        project=stand.event.project,
        form=form if stand.state in {StandState.APPLIED, StandState.APPROVED} else None,
    )


@login_not_required
@never_cache
@require_POST
def withdraw(request: HttpRequest, token: str) -> HttpResponse:
    try:
        stands.withdraw(stand=_by_link(request, token), now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Your stand is withdrawn. Thank you for telling us."))
    return redirect("registrations:my_stand", token)


@login_not_required
@require_safe
def programme(request: HttpRequest, slug: str) -> HttpResponse:
    """All approved stands on a page made for paper."""
    event, now = _public(slug), timezone.now()
    if event.status != Status.PUBLISHED or (event.ends_at and event.ends_at <= now):
        raise Http404  # where hosts live is told for the day and no longer
    return page(
        request,
        "registrations/stands.html",
        event=event,
        project=event.project,
        meeting=event.next_meeting(now),
        stands=event.shown_stands,
    )


@require_safe
def desk(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """The organiser's list. Looking at the contacts is recorded."""
    event = _managed(request, event_pk)
    rows = list(Stand.objects.visible_to(request.user).filter(event=event).select_related("municipality"))
    if rows:
        audit.read(
            actor=request.user,
            action="stands.read",
            subject=event.scope,
            scope=event.scope,
            now=timezone.now(),
            people=len(rows),
        )
    order = list(StandState)
    rows.sort(key=lambda stand: (order.index(StandState(stand.state)), stand.number.zfill(6), stand.name, stand.pk))
    return page(request, "registrations/stand_desk.html", event=event, project=event.project, rows=rows)


@require_POST
def decide(request: SignedInRequest, event_pk: int, stand_pk: int) -> HttpResponse:
    event = _managed(request, event_pk)
    stand = get_object_or_404(Stand.objects.visible_to(request.user).filter(event=event), pk=stand_pk)
    approve = request.POST.get("do") == "approve"
    number = request.POST.get("number", "").replace("\x00", "").strip()[:10]
    try:
        stands.decide(stand=stand, approve=approve, number=number, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The stand is approved.") if approve else _("The stand is declined."))
    return redirect("registrations:stand_desk", event.pk)


def _public(slug: str) -> Event:
    event = shelf.by_slug(slug)
    if event is None or not event.is_public or not event.takes_stands:
        raise Http404
    return event


def _by_link(request: HttpRequest, token: str) -> Stand:
    with counted(request):
        key = links.find(purpose=letters.STAND, token=token)
        if key is None:
            raise Http404
    rows = Stand.objects.select_related("event__project", "event__organisation", "municipality")
    return rows.get(pk=int(key.removeprefix("stand:")))


def _managed(request: SignedInRequest, event_pk: int) -> Event:
    reach = Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS)
    events = Event.objects.people_in_reach_of(reach).select_related("project")
    return get_object_or_404(events, pk=event_pk)
