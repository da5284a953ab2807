"""Before the choice: as what people apply, by what they are judged and by whom, and when they are met."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.http import SignedInRequest
from accounts.models import User
from core.errors import Refused
from core.forms import Form
from core.text import key_of
from core.web import page
from events.models import LANGUAGES, Event
from registrations.forms import AssessorForm, CategoryForm, CriterionForm, ReasonForm, SlotsForm
from registrations.models import ApplicantCategory, Assessor, Criterion, InterviewSlot, Score
from registrations.services import selection
from registrations.views.selection_desk import event_of, record_reading


def setup(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Every form of the page says in `do` what it does, and to which row."""
    event = event_of(request, event_pk)
    if request.method != "POST":
        return _page(request, event)
    what, _dash, key = request.POST.get("do", "").partition("-")
    if what not in DEEDS:
        return _page(request, event)
    form, act = DEEDS[what](Ask(event, key_of(key), request.POST, request.user, timezone.now()))
    if form is not None and not form.is_valid():
        return _page(request, event, form)
    try:
        act()
    except Refused as refusal:
        if form is not None:
            form.add_error(None, str(refusal))
            return _page(request, event, form)
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved."))
    return redirect("registrations:selection_setup", event.pk)


class Ask(NamedTuple):
    """One press of a form of the page: what for, and about which row."""

    event: Event
    row: int
    data: QueryDict
    by: User
    now: datetime

    @property
    def how(self) -> dict[str, Any]:
        return {"by": self.by, "now": self.now}


Deed = tuple[Form | None, Callable[[], object]]
"""The form that was sent, if there is anything to fill, and what is done once it is right."""


def _add_criterion(ask: Ask) -> Deed:
    form = CriterionForm(ask.data, prefix="criterion")
    return form, lambda: selection.add_criterion(event=ask.event, plan=form.plan(), **ask.how)


def _drop_criterion(ask: Ask) -> Deed:
    criterion = get_object_or_404(Criterion, pk=ask.row, event=ask.event)
    return None, lambda: selection.remove_criterion(criterion=criterion, **ask.how)


def _name_assessor(ask: Ask) -> Deed:
    users = {user.pk: user for user in selection.eligible(event=ask.event)}
    form = AssessorForm(ask.data, prefix="assessor", users=list(users.values()))
    return form, lambda: selection.add_assessor(event=ask.event, user=users[form.cleaned_data["user"]], **ask.how)


def _remove_assessor(ask: Ask) -> Deed:
    assessor = get_object_or_404(Assessor, pk=ask.row, event=ask.event)
    form = ReasonForm(ask.data, prefix=f"remove{ask.row}")
    return form, lambda: selection.remove_assessor(assessor=assessor, **form.cleaned_data, **ask.how)


def _add_category(ask: Ask) -> Deed:
    form = CategoryForm(ask.data, prefix="category")
    return form, lambda: selection.add_category(event=ask.event, names=form.names(), **ask.how)


def _rename_category(ask: Ask) -> Deed:
    category = get_object_or_404(ApplicantCategory, pk=ask.row, event=ask.event)
    form = CategoryForm(ask.data, prefix=f"category{ask.row}")
    return form, lambda: selection.change_category(category=category, names=form.names(), **ask.how)


def _drop_category(ask: Ask) -> Deed:
    category = get_object_or_404(ApplicantCategory, pk=ask.row, event=ask.event)
    return None, lambda: selection.remove_category(category=category, **ask.how)


DEEDS: dict[str, Callable[[Ask], Deed]] = {
    "criterion": _add_criterion,
    "drop": _drop_criterion,
    "assessor": _name_assessor,
    "remove": _remove_assessor,
    "category": _add_category,
    "rename": _rename_category,
    "dropcategory": _drop_category,
}


def _page(request: SignedInRequest, event: Event, bound: Form | None = None) -> HttpResponse:
    at_work = list(event.assessors.select_related("user", "removed_by").order_by("removed_at", "since", "pk"))
    users = [user for user in selection.eligible(event=event) if user.pk not in {
        each.user_id for each in at_work if each.removed_at is None}]  # fmt: skip

    def form(prefix: str, fresh: Callable[[], Form]) -> Form:
        return bound if bound is not None and bound.prefix == prefix else fresh()

    return page(
        request,
        "registrations/selection/setup.html",
        status=422 if bound is not None else 200,
        event=event,
        project=event.project,
        wrong=bound,
        criteria=list(event.criteria.order_by("position")),
        scored=Score.objects.filter(criterion__event=event).exists(),
        criterion_form=form("criterion", lambda: CriterionForm(prefix="criterion")),
        assessors=[
            {"assessor": each, "form": form(f"remove{each.pk}", partial(ReasonForm, prefix=f"remove{each.pk}"))}
            for each in at_work
        ],
        assessor_form=form("assessor", lambda: AssessorForm(prefix="assessor", users=users)),
        categories=[
            {"category": each, "form": form(f"category{each.pk}", partial(_category_form, each))}
            for each in event.applicant_categories.order_by("position")
        ],
        category_form=form("category", lambda: CategoryForm(prefix="category")),
    )


def _category_form(category: ApplicantCategory) -> CategoryForm:
    initial = {f"name_{code}": getattr(category, f"name_{code}") for code in LANGUAGES}
    return CategoryForm(prefix=f"category{category.pk}", initial=initial)


def interviews(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """All times with who has booked them, and a form that makes many at once."""
    event = event_of(request, event_pk)
    if request.method != "POST":
        return _interviews_page(request, event, SlotsForm())
    now = timezone.now()
    if "remove" in request.POST:
        slot = get_object_or_404(InterviewSlot, pk=key_of(request.POST["remove"]), event=event)
        try:
            selection.remove_slot(slot=slot, by=request.user, now=now)
        except Refused as refusal:
            messages.error(request, str(refusal))
        return redirect("registrations:interviews", event.pk)
    form = SlotsForm(request.POST)
    if not form.is_valid():
        return _interviews_page(request, event, form)
    try:
        number = selection.add_slots(event=event, plan=form.plan(), by=request.user, now=now)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _interviews_page(request, event, form)
    told = ngettext("%(number)s time is added.", "%(number)s times are added.", number)
    messages.success(request, told % {"number": number})
    return redirect("registrations:interviews", event.pk)


def _interviews_page(request: SignedInRequest, event: Event, form: SlotsForm) -> HttpResponse:
    rows = event.interview_slots.select_related("application__registration").order_by("starts_at", "pk")
    slots, now = list(rows), timezone.now()
    record_reading(request, event, sum(each.application_id is not None for each in slots))
    return page(
        request,
        "registrations/selection/interviews.html",
        status=422 if form.is_bound else 200,
        event=event,
        project=event.project,
        form=form,
        slots=slots,
        ahead=[each for each in slots if each.ends_at > now],
        past=[each for each in slots if each.ends_at <= now],
        booked=sum(each.application_id is not None for each in slots),
    )
