"""The reserve list, and lots."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.http import SignedInRequest
from core.errors import Refused
from core.forms import Form
from core.text import key_of
from core.web import page
from events.models import Event
from registrations import rules
from registrations.forms import LotsForm, QueueMoveForm
from registrations.models import Application, Lottery, ReserveMove
from registrations.services import selection, standings
from registrations.views.selection_desk import event_of, record_reading


def reserve(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Who is next, and why; a free seat is offered by one press."""
    event = event_of(request, event_pk)
    if request.method != "POST":
        return _reserve_page(request, event)
    if "call" in request.POST:
        return _call(request, event)
    pk = key_of(request.POST.get("application", ""))
    application = get_object_or_404(Application.objects.select_related("event"), pk=pk, event=event)
    form = QueueMoveForm(request.POST, prefix=f"move{application.pk}")
    if not form.is_valid():
        return _reserve_page(request, event, form)
    try:
        selection.move_in_reserve(application=application, by=request.user, now=timezone.now(), **form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _reserve_page(request, event, form)
    messages.success(request, _("The place is changed."))
    return redirect("registrations:reserve", event.pk)


def _call(request: SignedInRequest, event: Event) -> HttpResponse:
    try:
        called = selection.call_next(event=event, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        told = _("A seat is offered to %(name)s. A message is on its way.")
        messages.success(request, told % {"name": called.registration.name})
    return redirect("registrations:reserve", event.pk)


def _reserve_page(request: SignedInRequest, event: Event, bound: Form | None = None) -> HttpResponse:
    order = standings.reserve(event=event)
    standing = {each.number: each for each in standings.of(event_pk=event.pk, applications=order)}
    moves: dict[int, list[ReserveMove]] = {each.pk: [] for each in order}
    for move in ReserveMove.objects.filter(application__in=order).select_related("by").order_by("at", "pk"):
        moves[move.application_id].append(move)
    record_reading(request, event, len(order))
    return page(
        request,
        "registrations/selection/reserve.html",
        status=422 if bound is not None else 200,
        event=event,
        project=event.project,
        seats=event.seats,
        wrong=bound,
        lines=[
            {
                "place": place,
                "application": each,
                "standing": standing[each.number],
                "moves": moves[each.pk],
                "form": bound
                if bound is not None and bound.prefix == f"move{each.pk}"
                else QueueMoveForm(prefix=f"move{each.pk}"),
            }
            for place, each in enumerate(order, start=1)
        ],
    )


def lots(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Prepare lots, draw them, and see every draw with what anybody needs to check it."""
    event = event_of(request, event_pk)
    form = LotsForm(request.POST)
    if request.method != "POST":
        return _lots_page(request, event, LotsForm())
    if not form.is_valid():
        return _lots_page(request, event, form)
    now = timezone.now()
    try:
        if "draw" in request.POST:
            selection.draw(event=event, by=request.user, now=now)
        else:
            selection.prepare_lots(event=event, by=request.user, now=now, **form.cleaned_data)
    except Refused as refusal:
        form.add_error("reason" if isinstance(refusal, selection.DrawAgainNeedsReason) else None, str(refusal))
        return _lots_page(request, event, form)
    messages.success(request, _("Lots are drawn.") if "draw" in request.POST else _("The lots are prepared."))
    return redirect("registrations:lots", event.pk)


def _lots_page(request: SignedInRequest, event: Event, form: LotsForm) -> HttpResponse:
    rows = list(Lottery.objects.filter(event=event).select_related("made_by", "drawn_by").order_by("-number"))
    return page(
        request,
        "registrations/selection/lots.html",
        status=422 if form.is_bound else 200,
        event=event,
        project=event.project,
        form=form,
        draws=[{"lottery": each, "fingerprint": rules.fingerprint(each.seed)} for each in rows],
        waits=any(each.drawn_at is None for each in rows),
    )
