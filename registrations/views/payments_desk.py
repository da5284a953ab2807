"""The organiser's pages of money: an event's orders, one order, and what needs a person's hand."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import Http404, HttpResponse
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
from events.models import Event, EventQuerySet
from registrations.enums import HOLDING_MONEY, Account, Method, OrderState, PaymentState, RefundState
from registrations.forms import GiveBackForm, InvoiceForm
from registrations.models import TRIED_AGAIN, Order, Payment, Refund
from registrations.services.payments import giving_back, invoices, ledger, overview, refunding, settling
from registrations.views.paying import is_test, pdf_of

A_PAGE = 50


class Tab(NamedTuple):
    key: str
    label: str
    rows: Q


def _tabs() -> list[Tab]:
    return [
        Tab("all", _("All"), Q()),
        Tab("open", _("To be paid"), Q(state=OrderState.OPEN)),
        Tab("paid", _("Paid"), Q(state=OrderState.PAID)),
        Tab("closed", _("Not paid"), Q(state=OrderState.CLOSED)),
        Tab("odd", _("Needs you"), overview.odd_at(timezone.now())),
    ]


@require_safe
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """An event's orders, with how far its refunds are."""
    event = _event(request, event_pk)
    tabs = _tabs()
    chosen = next((tab for tab in tabs if tab.key == request.GET.get("show")), tabs[0])
    rows = Order.objects.filter(chosen.rows, event=event).distinct().order_by("-pk")
    shown = Paginator(rows.prefetch_related("payments"), A_PAGE).get_page(request.GET.get("page"))
    audit.people_read(actor=request.user, scope=event.scope, people=len(shown.object_list), now=timezone.now())
    return page(
        request,
        "registrations/payments.html",
        "orders",
        event=event,
        project=event.project,
        tabs=tabs,
        chosen=chosen.key,
        orders=shown,
        sums=overview.of_event(event_pk=event.pk),
        refunds=overview.refunds_of(event_pk=event.pk),
        test=is_test(),
    )


@require_safe
def one(request: SignedInRequest, event_pk: int, order_pk: int) -> HttpResponse:
    return _page(request, _order(request, event_pk, order_pk))


@require_POST
def act(request: SignedInRequest, event_pk: int, order_pk: int, what: str) -> HttpResponse:
    """Write down what was paid to somebody, or give money back."""
    order, now = _order(request, event_pk, order_pk), timezone.now()
    acts: dict[str, Callable[[], tuple[Callable[[], object], str]]] = {
        "cash": lambda: (
            lambda: settling.take_by_hand(order=order, method=Method.CASH, by=request.user, now=now),
            _("Written down: paid in cash."),
        ),
        "card": lambda: (
            lambda: settling.take_by_hand(order=order, method=Method.CARD, by=request.user, now=now),
            _("Written down: paid by card at the door."),
        ),
        "invoice-paid": lambda: (
            lambda: invoices.mark_paid(payment=_payment(request, order, Method.INVOICE), by=request.user, now=now),
            _("Written down: the invoice is paid."),
        ),
        "again": lambda: (
            lambda: refunding.again(refund=_refund(request, order), by=request.user, now=now),
            _("The refund is tried again."),
        ),
        "by-hand": lambda: (
            lambda: refunding.by_hand(refund=_refund(request, order), by=request.user, now=now),
            _("Written down: the money was given back by hand."),
        ),
    }
    if what not in acts:
        raise Http404
    do, done = acts[what]()
    try:
        do()
    except Refused as refusal:
        return _page(request, _order(request, event_pk, order_pk), refusal=refusal)
    messages.success(request, done)
    return redirect("registrations:order", event_pk, order_pk)


@require_POST
def give_back(request: SignedInRequest, event_pk: int, order_pk: int, payment_pk: int) -> HttpResponse:
    """Give a part of a payment back by goodwill."""
    order = _order(request, event_pk, order_pk)
    form = GiveBackForm(request.POST, prefix=f"back{payment_pk}")
    if not form.is_valid():
        return _page(request, order, back=form)
    try:
        giving_back.give_back_more(
            order=order,
            payment_pk=payment_pk,
            cents=form.cleaned_data["euros"],
            by=request.user,
            now=timezone.now(),
        )
    except Refused as refusal:
        form.add_error("euros", str(refusal))
        return _page(request, _order(request, event_pk, order_pk), back=form)
    messages.success(request, _("The money goes back to the payer."))
    return redirect("registrations:order", event_pk, order_pk)


@require_POST
def invoice(request: SignedInRequest, event_pk: int, order_pk: int) -> HttpResponse:
    """Make an invoice for somebody."""
    order = _order(request, event_pk, order_pk)
    form = InvoiceForm(request.POST, prefix="invoice")
    if not form.is_valid():
        return _page(request, order, bill=form)
    try:
        invoices.pay_by_invoice(order=order, to=form.billed(), by=request.user, now=timezone.now())
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, _order(request, event_pk, order_pk), bill=form)
    messages.success(request, _("The invoice is sent."))
    return redirect("registrations:order", event_pk, order_pk)


@require_safe
def paper(request: SignedInRequest, event_pk: int, order_pk: int, payment_pk: int) -> HttpResponse:
    order = _order(request, event_pk, order_pk)
    payment = get_object_or_404(Payment, pk=payment_pk, order=order)
    if not payment.paid_at and payment.method != Method.INVOICE:
        raise Http404
    return pdf_of(payment)


def events_with_money(request: SignedInRequest) -> EventQuerySet:
    """Whose money `request.user` handles: of a confidential event only with a role for that very one."""
    return Event.objects.people_in_reach_of(Grant.objects.scopes(request.user, Permission.HANDLE_MONEY))


def _event(request: SignedInRequest, event_pk: int) -> Event:
    rows = events_with_money(request).select_related("project", "organisation", "own_payment_terms")
    return get_object_or_404(rows, pk=event_pk)


def _order(request: SignedInRequest, event_pk: int, order_pk: int) -> Order:
    rows: QuerySet[Order] = Order.objects.visible_to(request.user).filter(event=event_pk)
    return get_object_or_404(
        rows.select_related(
            "event__project", "event__organisation", "event__own_payment_terms", "party"
        ).prefetch_related("lines__registration", "payments__refunds", "payments__invoice", "payments__taken_by"),
        pk=order_pk,
    )


def _payment(request: SignedInRequest, order: Order, method: Method) -> Payment:
    key = request.POST.get("payment", "")
    return get_object_or_404(Payment, pk=key if key.isdecimal() else 0, order=order, method=method)


def _refund(request: SignedInRequest, order: Order) -> Refund:
    key = request.POST.get("refund", "")
    return get_object_or_404(Refund, pk=key if key.isdecimal() else 0, payment__order=order)


class PaymentLine(NamedTuple):
    """A payment, its refunds, and what can be done about it."""

    payment: Payment
    refunds: list[Refund]
    has_paper: bool
    may_mark_paid: bool
    back: GiveBackForm | None


def _page(
    request: SignedInRequest,
    order: Order,
    *,
    refusal: Refused | None = None,
    back: GiveBackForm | None = None,
    bill: InvoiceForm | None = None,
) -> HttpResponse:
    audit.people_read(actor=request.user, scope=order.event.scope, subject=order.key, people=1, now=timezone.now())
    payments = sorted(order.payments.all(), key=lambda payment: payment.pk)
    usual = {"company": order.company, "business_id": order.business_id, "address": order.address}
    waiting_invoice = any(each.method == Method.INVOICE and each.state == PaymentState.STARTED for each in payments)
    return page(
        request,
        "registrations/order.html",
        status=409 if refusal else 422 if back or bill else 200,
        refusal=refusal,
        order=order,
        event=order.event,
        project=order.event.project,
        lines=sorted(order.lines.all(), key=lambda line: line.pk),
        payments=[_payment_line(each, back) for each in payments],
        balances=[(Account(name).label, cents) for name, cents in ledger.balances(order=order.pk).items() if cents],
        may_take=order.state == OrderState.OPEN,
        invoice_form=(bill or InvoiceForm(initial=usual, prefix="invoice"))
        if order.state == OrderState.OPEN and not waiting_invoice
        else None,
        failed=RefundState.FAILED,
        asked=RefundState.ASKED,
        tried_again=TRIED_AGAIN,
        test=is_test(),
        wrong=back or bill,
    )


def _payment_line(payment: Payment, bound: GiveBackForm | None) -> PaymentLine:
    prefix = f"back{payment.pk}"
    form = bound if bound is not None and bound.prefix == prefix else GiveBackForm(prefix=prefix)
    may_go_back = payment.state in {PaymentState.PAID, PaymentState.PARTLY_REFUNDED}
    return PaymentLine(
        payment,
        sorted(payment.refunds.all(), key=lambda refund: refund.pk),
        payment.state in HOLDING_MONEY or payment.method == Method.INVOICE,
        payment.method == Method.INVOICE and payment.state == PaymentState.STARTED,
        form if may_go_back else None,
    )
