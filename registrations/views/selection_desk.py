"""The organiser's page of those who have applied: who they are, in order, and what is decided about them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.services import audit
from core.errors import Refused
from core.services.outbox import Letter
from core.text import key_of
from core.web import page
from events import shelf
from events.models import Event
from registrations import rules
from registrations.enums import Basis, Stage
from registrations.forms import ApplicantsForm, DecideForm, parse_seen
from registrations.models import ApplicantCategory, Application, Offer, selected_by
from registrations.services import application_letters, selection, standings
from registrations.services.seats import ends
from registrations.services.seats.tree import Tree

ON_A_PAGE = 100


class Row(NamedTuple):
    application: Application
    score: Decimal | None
    lot: int | None


def event_of(request: SignedInRequest, event_pk: int) -> Event:
    """One whose applicants the user chooses among.

    :raises Http404: if there is none
    """
    rows = selected_by(request.user).select_related("project", "organisation", "own_terms")
    return get_object_or_404(rows.with_meetings(), pk=event_pk)


def record_reading(request: SignedInRequest, event: Event, people: int) -> None:
    audit.people_read(actor=request.user, scope=event.scope, people=people, now=timezone.now())


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    return _page(request, event_of(request, event_pk), DecideForm(initial={"basis": Basis.SCORE}))


@require_POST
def decide(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Show first who moves and who cannot; decide when that page is confirmed."""
    event = event_of(request, event_pk)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _page(request, event, form, chosen=_ticked(request))
    now = timezone.now()
    if "nonce" in request.POST:
        return _commit(request, event, form)
    choice = _choice(request, event, form)
    if not choice.seen:
        form.add_error(None, _("Tick those who move, or write how many of the first."))
        return _page(request, event, form)
    try:
        shown = shelf.by_pk(event.pk) or event
        plan = selection.plan(event=shown, choice=choice, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, event, form, chosen=list(choice.seen))
    return _preview(request, shown, form, choice, plan)


def _commit(request: SignedInRequest, event: Event, form: DecideForm) -> HttpResponse:
    try:
        nonce = uuid.UUID(request.POST["nonce"])
        seen = parse_seen(request.POST.get("seen", ""))
    except (ValueError, ValidationError):
        messages.error(request, _("This page had been changed on the way. Choose again."))
        return redirect("registrations:selection", event.pk)
    data = form.cleaned_data
    choice = selection.Choice(stage=form.wanted, seen=seen, reason=data["reason"], frees=data["frees"])
    try:
        made = selection.decide(event=event, choice=choice, nonce=nonce, by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, event, form, chosen=list(seen))
    told = ngettext("%(number)s applicant is moved.", "%(number)s applicants are moved.", made.number)
    messages.success(request, told % {"number": made.number})
    return redirect("registrations:selection", event.pk)


def _choice(request: SignedInRequest, event: Event, form: DecideForm) -> selection.Choice:
    data = form.cleaned_data
    if data["best"]:
        found: Sequence[Application] = selection.best(
            event=event, number=data["best"], among=form.stages, basis=data["basis"]
        )
    else:
        found = list(Application.objects.filter(event=event, pk__in=_ticked(request)).order_by("number"))
    seen = {each.pk: each.stage for each in found}
    return selection.Choice(stage=form.wanted, seen=seen, reason=data["reason"], frees=data["frees"])


def _ticked(request: SignedInRequest) -> list[int]:
    return [pk for each in request.POST.getlist("row") if (pk := key_of(each))]


def _preview(
    request: SignedInRequest, event: Event, form: DecideForm, choice: selection.Choice, plan: selection.Preview
) -> HttpResponse:
    record_reading(request, event, len(plan.moves) + len(plan.stays))
    return page(
        request,
        "registrations/selection/preview.html",
        event=event,
        project=event.project,
        form=form,
        plan=plan,
        letters=_examples(event, plan),
        seen=",".join(f"{each.pk}-{each.stage}" for each in plan.moves),
        nonce=uuid.uuid4(),
        unreached=sum(not each.registration.email for each in plan.moves) if plan.letter else 0,
    )


class Example(NamedTuple):
    language: str
    number: int
    letter: Letter


def _examples(event: Event, plan: selection.Preview) -> list[Example]:
    """One letter in each language that somebody gets."""
    if not plan.letter:
        return []
    now = timezone.now()
    until = ends.deadline(Tree.of(event), event.terms.offer_hours or 1, now)
    offer = Offer(made_at=now, expires_at=until) if plan.stage == Stage.OFFERED else None
    first: dict[str, Application] = {}
    numbers: dict[str, int] = {}
    for each in plan.moves:
        language = each.registration.language
        first.setdefault(language, each)
        numbers[language] = numbers.get(language, 0) + 1
    for each in first.values():
        each.registration.event = event
    return [
        Example(code, numbers[code], application_letters.example(plan.letter, each, offer=offer, language=code))
        for code, each in sorted(first.items())
    ]


def _page(request: SignedInRequest, event: Event, form: DecideForm, chosen: Sequence[int] = ()) -> HttpResponse:
    categories = list(ApplicantCategory.objects.filter(event=event).order_by("position"))
    picked = ApplicantsForm(request.GET or {"sort": Basis.SCORE}, categories=categories)
    rows = _rows(event, picked)
    shown = Paginator(rows, ON_A_PAGE).get_page(request.GET.get("page"))
    record_reading(request, event, len(shown.object_list))
    return page(
        request,
        "registrations/selection/desk.html",
        status=422 if form.is_bound else 200,
        event=event,
        project=event.project,
        form=form,
        picked=picked,
        rows=shown.object_list,
        drawn=any(row.lot is not None for row in rows),
        page=shown,
        chosen=set(chosen),
        funnel=selection.funnel(events=[event.pk]),
        seats=event.seats,
    )


def _rows(event: Event, picked: ApplicantsForm) -> list[Row]:
    """Those that were asked for, in the order that was asked for."""
    found = Application.objects.filter(event=event).select_related("registration", "category", "interview")
    if stage := picked.value("stage"):
        found = found.filter(stage=stage)
    if category := picked.value("category"):
        found = found.filter(category=int(category))
    applications = list(found.order_by("number"))
    standing = {each.number: each for each in standings.of(event_pk=event.pk, applications=applications)}
    rows = {each.number: Row(each, standing[each.number].score, standing[each.number].lot) for each in applications}
    sort = picked.value("sort") or Basis.SCORE
    if sort in Basis.values:
        return [rows[number] for number in rules.in_order(standing.values(), Basis(sort))]
    keys = {
        "stage": lambda row: (list(Stage).index(Stage(row.application.stage)), row.application.number),
        "category": lambda row: (row.application.category_id or 0, row.application.number),
        "name": lambda row: (row.application.registration.last_name.casefold(), row.application.number),
    }
    return sorted(rows.values(), key=keys[sort])
