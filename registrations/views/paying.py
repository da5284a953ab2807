"""The page of an order, opened by the link in a mail: the payer's own, or that of a group's contact.

It is also where the payer comes back to from the provider's page: it then asks how the payment stands, so that it says
the truth whether the provider has told of it or not.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core import limits
from core.errors import Refused
from core.templatetags.when import moment
from core.web import client_address, page, private, too_often
from events.models import Event
from registrations.enums import HOLDING_MONEY, Method, OrderState, PaymentState
from registrations.forms import InvoiceForm
from registrations.gateways import choosing
from registrations.gateways.payments import PaymentError
from registrations.models import Order, Payment
from registrations.services.payments import checkout, invoices, invoicing, papers
from registrations.views.party import party_of
from registrations.views.personal import registration_of


@dataclass(frozen=True)
class Payer:
    """Who has opened the page: `whose` is `my`, or `my-group` for the contact of a group."""

    whose: str
    token: str
    event: Event
    orders: list[Order]

    @property
    def home(self) -> str:
        name = "registrations:mine" if self.whose == "my" else "registrations:party"
        return reverse(name, args=[self.token])

    def url(self, name: str = "pay", *more: int) -> str:
        return reverse(f"registrations:{name}", args=[self.whose, self.token, *more])

    @property
    def order(self) -> Order:
        """What is to be paid, or was last.

        :raises Http404: if nothing ever was
        """
        if not self.orders:
            raise Http404
        return next((each for each in self.orders if each.state == OrderState.OPEN), self.orders[0])


@dataclass(frozen=True)
class Paper:
    """A receipt or an invoice to download."""

    payer: Payer
    payment: Payment

    @property
    def label(self) -> str:
        if self.payment.paid_at:
            return _("Receipt %(number)s") % {"number": self.payment.pk}
        return _("Invoice %(number)s") % {"number": self.payment.invoice.number}

    @property
    def cents(self) -> int:
        return self.payment.cents

    @property
    def url(self) -> str:
        return self.payer.url("pay_paper", self.payment.pk)


@login_not_required
@private
@require_safe
def show(request: HttpRequest, whose: str, token: str) -> HttpResponse:
    payer = _payer(request, whose, token)
    if "back" in request.GET:
        return _come_back(request, payer)
    return _page(request, payer)


@login_not_required
@private
@require_POST
def online(request: HttpRequest, whose: str, token: str) -> HttpResponse:
    """On to the provider's page."""
    payer = _payer(request, whose, token)
    now = timezone.now()
    try:
        limits.count("pay", client_address(request), now=now)
        address = checkout.pay_online(order=payer.order, back=settings.SITE_URL + payer.url(), now=now)
    except Refused as refusal:
        return _page(request, _payer(request, whose, token), refusal)
    return HttpResponseRedirect(address, status=303)


@login_not_required
@private
@require_http_methods(["GET", "HEAD", "POST"])
def by_invoice(request: HttpRequest, whose: str, token: str) -> HttpResponse:
    """A company is asked for, and gets the seats and an invoice."""
    payer = _payer(request, whose, token)
    order = payer.order
    if order.state != OrderState.OPEN or not _takes_invoices(payer.event):
        return redirect(payer.url())
    form = InvoiceForm(request.POST or None, initial={"company": order.company, "business_id": order.business_id})
    if request.method == "POST" and form.is_valid():
        try:
            limits.count("pay", client_address(request), now=timezone.now())
            invoices.pay_by_invoice(order=order, to=form.billed(), by=None, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The seats are yours. The invoice is on its way by mail, and here."))
            return redirect(payer.url())
    return page(
        request,
        "registrations/pay_by_invoice.html",
        status=422 if form.is_bound else 200,
        form=form,
        payer=payer,
        order=order,
        event=payer.event,
        project=payer.event.project,
    )


@login_not_required
@private
@require_safe
def paper(request: HttpRequest, whose: str, token: str, payment_pk: int) -> HttpResponse:
    """The receipt of a payment, or the invoice."""
    payer = _payer(request, whose, token)
    limits.count("paper", client_address(request), now=timezone.now())
    for order in payer.orders:
        for payment in order.payments.all():
            if payment.pk == payment_pk and (payment.paid_at or payment.method == Method.INVOICE):
                return pdf_of(payment)
    raise Http404


def pdf_of(payment: Payment) -> HttpResponse:
    """What belongs to a payment: its receipt once the money has come, before that its invoice."""
    name, made = papers.of(payment)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type="application/pdf", headers=headers)


def _come_back(request: HttpRequest, payer: Payer) -> HttpResponse:
    """Ask how the payment stands, and show it at an address that can be loaded again."""
    under_way = payer.order.payments.under_way().filter(method=Method.ONLINE).order_by("pk").last()
    if under_way is not None:
        try:
            limits.count("pay", client_address(request), now=timezone.now())
            checkout.refresh(payment=under_way, now=timezone.now())
        except (PaymentError, Refused):
            messages.warning(
                request,
                _("The payment service does not answer just now. You get a message when your payment is there."),
            )
    return redirect(payer.url())


def _payer(request: HttpRequest, whose: str, token: str) -> Payer:
    if whose == "my":
        registration = registration_of(request, token)
        event, rows = registration.event, Order.objects.filter(payer_registration=registration)
    else:
        party = party_of(request, token)
        event, rows = party.event, Order.objects.filter(party=party)
    orders = list(
        rows.distinct()
        .prefetch_related("lines__registration", "payments__refunds", "payments__invoice")
        .order_by("-pk")
    )
    for order in orders:
        order.event = event
    return Payer(whose, token, event, orders)


def _takes_invoices(event: Event) -> bool:
    return event.payment_terms.takes_invoices and invoicing.seller_of(event.organisation_id) is not None


def _page(request: HttpRequest, payer: Payer, refusal: Refused | None = None) -> HttpResponse:
    order, now = payer.order, timezone.now()
    payments = sorted(order.payments.all(), key=lambda payment: payment.pk)
    processing = any(each.state == PaymentState.PROCESSING for each in payments)
    invoiced = any(each.method == Method.INVOICE and each.state == PaymentState.STARTED for each in payments)
    response = page(
        request,
        "registrations/pay.html",
        status=409 if refusal else 200,
        refusal=refusal,
        payer=payer,
        order=order,
        lines=sorted(order.lines.all(), key=lambda line: line.pk),
        event=payer.event,
        project=payer.event.project,
        papers=[Paper(payer, each) for each in payments if each.paid_at or each.method == Method.INVOICE],
        pay_url=payer.url("pay_online"),
        invoice_url=payer.url("pay_by_invoice"),
        cancel_terms=cancel_terms(payer.event, order),
        paid=[each for each in payments if each.state in HOLDING_MONEY],
        bills=[each for each in payments if each.method == Method.INVOICE],
        refunds=[refund for each in payments for refund in each.refunds.all()],
        processing=processing,
        invoiced=invoiced,
        may_pay=order.state == OrderState.OPEN and not processing and choosing.provider() is not None,
        may_be_invoiced=order.state == OrderState.OPEN
        and not processing
        and not invoiced
        and _takes_invoices(payer.event),
        at_door=payer.event.payment_terms.takes_at_door,
        test=is_test(),
        seconds_left=max(0, int((order.pay_by - now).total_seconds())) if order.pay_by else None,
    )
    return too_often(response, refusal)


def cancel_terms(event: Event, order: Order | None = None) -> str:
    """What is given back to one who cancels, in words, with the days where they are known."""
    terms = event.payment_terms
    meetings = [meeting for line in order.lines.all() for meeting in line.registration.meetings] if order else []
    starts_at = min((each.starts_at for each in meetings or event.timetable), default=None)
    if starts_at is None:
        return _("You get all of your money back.")
    all_until, share_until = terms.all_until(starts_at), terms.share_until(starts_at)
    words = [_("Until %(when)s you get all of your money back.") % {"when": moment(all_until)}]
    if share_until > all_until and terms.share_percent:
        about = {"when": moment(share_until), "share": terms.share_percent}
        words.append(_("After that, until %(when)s, you get %(share)s %% back.") % about)
    words.append(_("Later nothing is given back. If the organiser cancels, you get everything back."))
    return " ".join(words)


def is_test() -> bool:
    """Whether no real money moves, which pages must say."""
    provider = choosing.provider()
    return provider is not None and not provider.live
