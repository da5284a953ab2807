"""The organiser's page of an event's waiting list: who stands where, and why."""

from __future__ import annotations

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
from accounts.services import audit
from core.errors import Refused
from core.web import page
from events.models import Event, Meeting, SeatPool
from registrations.enums import Status
from registrations.forms import QueueMoveForm
from registrations.models import Party, QueueMove, Registration
from registrations.rules import Unit
from registrations.services import seats


class Line(NamedTuple):
    """Somebody who waits, or a group: their place in people, and what put them there."""

    place: int
    first: Registration
    size: int
    party: Party | None
    moves: list[QueueMove]
    form: QueueMoveForm


class Queue(NamedTuple):
    pool: SeatPool
    meeting: Meeting | None
    lines: list[Line]
    offered: list[Registration]


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    return _page(request, _event(request, event_pk))


@require_POST
def move(request: SignedInRequest, event_pk: int, registration_pk: int) -> HttpResponse:
    """Give somebody another place, with a reason that stays."""
    event = _event(request, event_pk)
    registration = get_object_or_404(Registration.objects.visible_to(request.user), pk=registration_pk, event=event)
    form = QueueMoveForm(request.POST, prefix=f"move{registration_pk}")
    if not form.is_valid():
        return _page(request, event, form)
    try:
        seats.move_in_queue(registration=registration, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, event, form)
    messages.success(request, _("The place is changed."))
    return redirect("registrations:queue", event.pk)


def _page(request: SignedInRequest, event: Event, bound: QueueMoveForm | None = None) -> HttpResponse:
    now = timezone.now()
    queues = [_queue(event, leaf, bound) for leaf in event.leaves]
    people = sum(line.size for queue in queues for line in queue.lines) + sum(len(each.offered) for each in queues)
    audit.people_read(actor=request.user, scope=event.scope, people=people, now=now)
    return page(
        request,
        "registrations/queue.html",
        status=422 if bound is not None else 200,
        event=event,
        project=event.project,
        queues=queues,
        several=len(queues) > 1,
        wrong=bound,
        now=now,
    )


def _queue(event: Event, leaf: SeatPool, bound: QueueMoveForm | None) -> Queue:
    units = list(seats.waiting_units([leaf.pk]))
    firsts = [unit.members[0].pk for unit in units]
    moves: dict[int, list[QueueMove]] = {pk: [] for pk in firsts}
    for each in QueueMove.objects.filter(registration__in=firsts).select_related("by").order_by("at", "pk"):
        moves[each.registration_id].append(each)
    offered = Registration.objects.filter(pool=leaf, status=Status.OFFERED).select_related("offer", "party")
    return Queue(
        pool=leaf,
        meeting=event.meeting_of(leaf.meeting_id),
        lines=[_line(unit, 1 + sum(each.size for each in units[:number]), moves, bound)
               for number, unit in enumerate(units)],
        offered=list(offered.order_by("offer__expires_at", "pk")),
    )  # fmt: skip


def _line(unit: Unit, place: int, moves: dict[int, list[QueueMove]], bound: QueueMoveForm | None) -> Line:
    first: Registration = unit.members[0]
    prefix = f"move{first.pk}"
    form = bound if bound is not None and bound.prefix == prefix else QueueMoveForm(prefix=prefix)
    return Line(place, first, unit.size, first.party, moves[first.pk], form)


def _event(request: SignedInRequest, event_pk: int) -> Event:
    """One whose people the user sees and whose seats they manage."""
    reach = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    mine = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    rows = mine.filter(pk__in=Event.objects.people_in_reach_of(reach))
    return get_object_or_404(rows.select_related("project", "own_terms").with_meetings(), pk=event_pk)
