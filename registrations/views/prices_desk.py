"""The organiser's page of what an event's seats cost, how they may be paid, and what is given back."""

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
from events import rules
from events.models import Event, Price
from events.services import prices
from registrations.forms import DiscountForm, PaymentTermsForm, PriceForm, initial_payment_terms, initial_price
from registrations.services import checks
from registrations.views.paying import cancel_terms


class Line(NamedTuple):
    """A price, what is paid for it today, and the form that changes it."""

    price: Price
    amount: rules.Amount
    form: PriceForm


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    return _page(request, _event(request, event_pk))


@require_POST
def set_price(request: SignedInRequest, event_pk: int, price_pk: int = 0) -> HttpResponse:
    """Add a price, or change one."""
    event = _event(request, event_pk)
    if price_pk:
        get_object_or_404(Price, pk=price_pk, event=event, retired_at=None)
    form = PriceForm(request.POST, event=event, prefix=f"price{price_pk}")
    return _do(
        request,
        event,
        form,
        lambda: prices.set_price(
            event=event, plan=form.plan(), by=request.user, now=timezone.now(), price_pk=price_pk or None
        ),
        _("The price is saved."),
    )


@require_POST
def retire_price(request: SignedInRequest, event_pk: int, price_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    get_object_or_404(Price, pk=price_pk, event=event, retired_at=None)
    return _do(
        request,
        event,
        None,
        lambda: prices.retire_price(event=event, price_pk=price_pk, by=request.user, now=timezone.now()),
        _("Nobody can choose this price any more."),
    )


@require_POST
def add_discount(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    form = DiscountForm(request.POST, prefix="discount")
    return _do(
        request,
        event,
        form,
        lambda: prices.add_discount(event=event, plan=form.plan(), by=request.user, now=timezone.now()),
        _("The discount code is made."),
    )


@require_POST
def close_discount(request: SignedInRequest, event_pk: int, discount_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    return _do(
        request,
        event,
        None,
        lambda: prices.close_discount(event=event, discount_pk=discount_pk, by=request.user, now=timezone.now()),
        _("Nobody can use this code any more."),
    )


@require_POST
def change_terms(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = _event(request, event_pk)
    form = PaymentTermsForm(request.POST, prefix="terms")
    return _do(
        request,
        event,
        form,
        lambda: prices.change_terms(event=event, values=form.values(), by=request.user, now=timezone.now()),
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
            return redirect("registrations:prices", event.pk)
        form.add_error(None, str(refusal))
        return _page(request, event, form)
    messages.success(request, done)
    return redirect("registrations:prices", event.pk)


def _page(request: SignedInRequest, event: Event, bound: Form | None = None) -> HttpResponse:
    now = timezone.now()
    typed = {bound.prefix: bound} if bound is not None else {}
    return page(
        request,
        "registrations/prices.html",
        status=422 if bound is not None else 200,
        event=event,
        project=event.project,
        lines=[_line(event, price, typed) for price in event.price_list],
        new_form=typed.get("price0") or PriceForm(initial=initial_price(None), event=event, prefix="price0"),
        discounts=[(each, each.is_open(now)) for each in event.discounts.order_by("pk")],
        discount_form=typed.get("discount") or DiscountForm(prefix="discount"),
        terms_form=typed.get("terms")
        or PaymentTermsForm(initial=initial_payment_terms(event.payment_terms), prefix="terms"),
        cancel_terms=cancel_terms(event),
        problems=checks.payments(event, now),
        wrong=bound,
    )


def _line(event: Event, price: Price, typed: dict[str | None, Form]) -> Line:
    prefix = f"price{price.pk}"
    bound = typed.get(prefix)
    form = (
        bound if isinstance(bound, PriceForm) else PriceForm(initial=initial_price(price), event=event, prefix=prefix)
    )
    return Line(price, prices.charged(price, timezone.now()), form)


def _event(request: SignedInRequest, event_pk: int) -> Event:
    rows = Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS)
    return get_object_or_404(rows.select_related("project", "organisation", "own_payment_terms"), pk=event_pk)
