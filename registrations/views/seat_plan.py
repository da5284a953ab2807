"""The organiser's page of an event's seats: how many, for whom, and on what terms."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core.errors import Refused
from core.forms import Form
from core.web import page
from events.models import Event, Meeting, SeatPool
from registrations.forms import PoolForm, TermsForm, initial_pool, initial_terms
from registrations.services import seats, terms

DEPTH = 2
"""So often seats can be divided."""


class Line(NamedTuple):
    """A pool with the forms that change it; `change` not for a root, whose number alone is changed elsewhere."""

    pool: SeatPool
    meeting: Meeting | None
    depth: int
    change: PoolForm
    divide: PoolForm | None


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    return _page(request, _event(request, event_pk))


@require_POST
def add(request: SignedInRequest, event_pk: int, pool_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    form = PoolForm(request.POST, prefix=f"new{pool_pk}")
    return _do(
        request,
        event,
        form,
        lambda: seats.add_pool(event=event, parent_pk=pool_pk, plan=form.plan(), by=request.user, now=timezone.now()),
        _("The seats are divided."),
    )


@require_POST
def change(request: SignedInRequest, event_pk: int, pool_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    form = PoolForm(request.POST, prefix=f"pool{pool_pk}")
    return _do(
        request,
        event,
        form,
        lambda: seats.change_pool(event=event, pool_pk=pool_pk, plan=form.plan(), by=request.user, now=timezone.now()),
        _("The seats are changed."),
    )


@require_POST
def remove(request: SignedInRequest, event_pk: int, pool_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    return _do(
        request,
        event,
        None,
        lambda: seats.remove_pool(event=event, pool_pk=pool_pk, by=request.user, now=timezone.now()),
        _("The division is removed."),
    )


@require_POST
def change_terms(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    form = TermsForm(request.POST)
    return _do(
        request,
        event,
        form,
        lambda: terms.change(event=event, values=form.values(), by=request.user, now=timezone.now()),
        _("The terms are changed."),
    )


def _do(
    request: SignedInRequest, event: Event, form: Form | None, act: Callable[[], object], done: str
) -> HttpResponse:
    if form is not None and not form.is_valid():
        return _page(request, event, form)
    try:
        act()
    except Refused as refusal:
        if form is None:
            messages.error(request, str(refusal))
            return redirect("registrations:seat_plan", event.pk)
        form.add_error(None, str(refusal))
        return _page(request, event, form)
    messages.success(request, done)
    return redirect("registrations:seat_plan", event.pk)


def _page(request: SignedInRequest, event: Event, bound: Form | None = None) -> HttpResponse:
    typed = {bound.prefix: bound} if bound is not None else {}
    return page(
        request,
        "registrations/seat_plan.html",
        status=422 if bound is not None else 200,
        event=event,
        project=event.project,
        lines=[_line(event, pool, typed) for root in event.seat_pools for pool in root.tree_pools],
        terms_form=typed.get(None) or TermsForm(initial=initial_terms(event.terms)),
        wrong=bound,
    )


def _line(event: Event, pool: SeatPool, typed: dict[str | None, Form]) -> Line:
    change, new = f"pool{pool.pk}", f"new{pool.pk}"
    depth = len(pool.path) - 1
    forms = {
        name: typed.get(name) or PoolForm(prefix=name, initial=initial)
        for name, initial in ((change, initial_pool(pool)), (new, {}))
    }
    return Line(
        pool=pool,
        meeting=event.meeting_of(pool.meeting_id),
        depth=depth,
        change=_pool_form(forms[change]),
        divide=_pool_form(forms[new]) if depth < DEPTH else None,
    )


def _pool_form(form: Form) -> PoolForm:
    assert isinstance(form, PoolForm)  # noqa: S101 - the type checker's
    return form


def _event(request: SignedInRequest, event_pk: int) -> Event:
    mine = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    return get_object_or_404(mine.select_related("project", "own_terms").with_meetings(), pk=event_pk)
