"""The organiser's page of one event."""

from datetime import datetime
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from core.errors import Refused
from core.web import page
from events.enums import Status as EventStatus
from events.models import Event, Meeting, SeatPool
from events.services import publishing
from registrations.forms import CapacityForm
from registrations.services import seats
from workspace.services import log
from workspace.views import participants

ABOUT_PEOPLE = frozenset(
    {Permission.SEE_PEOPLE, Permission.SEE_REPORTS, Permission.CHECK_IN, Permission.REFER, Permission.ASSESS}
)


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Fill, queue, and who is coming. Looking at names is recorded."""
    event = _visible(request, event_pk)
    now = timezone.now()
    may = {permission.value: _may(request, event, permission) for permission in Permission}
    draft = event.status == EventStatus.DRAFT and may[Permission.MANAGE_EVENTS]
    background = may[Permission.MANAGE_EVENTS] and may[Permission.SEE_PEOPLE]
    people = {}
    if may[Permission.SEE_PEOPLE] and event.seat_pools:
        table = participants.table_of(request, event, background=background)
        people = participants.context_of(request, table, now)
    return page(
        request,
        "workspace/event.html",
        event=event,
        project=event.project,
        meeting=event.next_meeting(now),
        **people,
        timeline=log.of_event(event) if may[Permission.MANAGE_EVENTS] else [],
        may=may,
        problems=publishing.problems(event=event, now=now) if draft else [],
        doubts=publishing.doubts(event=event, now=now) if draft else [],
        seats=event.seats_at(now),
        judged=_judged(event, now),
        pools=[_line(event, pool) for pool in event.seat_pools],
        over=event.ends_at is not None and event.ends_at <= now,
        now=now,
    )


@require_POST
def change_capacity(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = get_object_or_404(Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS), pk=event_pk)
    form = CapacityForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the number of seats as a number, at least 1."))
        return redirect("workspace:event", event.pk)
    try:
        seats.change_capacity(event=event, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The number of seats is changed."))
    return redirect("workspace:event", event.pk)


class PoolLine(NamedTuple):
    """Seats that can be changed; `meeting` where they are for one date."""

    pool: SeatPool
    meeting: Meeting | None
    form: CapacityForm


def _judged(event: Event, now: datetime) -> int:
    """How many have a seat among those by whose number it is held or not: of the next date, where each is by itself."""
    meeting = event.next_meeting(now)
    pool = event.pool_for(meeting) if meeting else None
    return pool.taken if pool else 0


def _line(event: Event, pool: SeatPool) -> PoolLine:
    initial = {"pool_pk": pool.pk, "capacity": pool.capacity}
    return PoolLine(pool, event.meeting_of(pool.meeting_id), CapacityForm(initial=initial, auto_id=f"id_{pool.pk}_%s"))


def _visible(request: SignedInRequest, event_pk: int) -> Event:
    reach = Grant.objects.scopes_of_any_kind(request.user)
    events = (
        Event.objects.in_reach_of(reach)
        .select_related("organisation", "project", "own_terms")
        .with_meetings()
        .prefetch_related("rides__pick_ups")
    )
    return get_object_or_404(events, pk=event_pk)


def _may(request: SignedInRequest, event: Event, permission: Permission) -> bool:
    scopes = event.people_scopes if permission in ABOUT_PEOPLE else event.scopes
    return Grant.objects.scopes(request.user, permission).touch(scopes)
