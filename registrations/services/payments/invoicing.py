"""A company pays later, by invoice: numbered without gaps, with a reference by which its payment is found."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from registrations.enums import Method, OrderState, PaymentState
from registrations.models import Invoice, Order, Payment, Seller
from registrations.rules.references import reference
from registrations.services import letters
from registrations.services.payments.steps import step

ONE_SELLER = 1_000_000
"""References of one seller lie so far from the next one's: several may have one bank account."""


class NoInvoices(Refused):
    code = "no_invoices"
    message = _("This event cannot be paid by invoice.")


class NotToBePaid(Refused):
    code = "not_to_be_paid"
    message = _("Nothing is to be paid here any more, or your bank is processing a payment already.")


@dataclass(frozen=True, kw_only=True)
class Billed:
    """Whom an invoice goes to. `address` has lines; `e_invoice` is an address with its operator."""

    company: str
    business_id: str
    address: str
    e_invoice: str = ""
    their_reference: str = ""


def seller_of(order_or_event_organisation: int) -> Seller | None:
    """Who sells for this organisation; None: nothing is said of it, and no invoice can be made."""
    return Seller.objects.filter(organisation=order_or_event_organisation).exclude(iban="").first()


def issue(*, order: Order, to: Billed, now: datetime) -> Payment:
    """Make an invoice for a locked, open order: see `registrations.services.payments.invoices.pay_by_invoice`.

    :raises NoInvoices: if nothing is known of the seller
    """
    order.company, order.business_id, order.address = to.company, to.business_id, to.address
    order.e_invoice, order.their_reference, order.pay_by = to.e_invoice, to.their_reference, None
    order.save(update_fields=["company", "business_id", "address", "e_invoice", "their_reference", "pay_by"])
    return _make(order, now)


def renew(*, order: Order, now: datetime, but: Payment | None = None) -> None:
    """See that the invoice of a locked order is of what is owed: credit one that is not, and make a new one.

    :param but: the payment by which it has just been paid
    """
    open_ones = order.payments.filter(method=Method.INVOICE, state=PaymentState.STARTED).select_related("invoice")
    for payment in open_ones:
        if order.state == OrderState.OPEN and payment.cents == order.cents:
            continue
        if but is not None and payment.pk == but.pk:
            continue
        payment.order = order
        step(payment, PaymentState.EXPIRED)
        Invoice.objects.filter(payment=payment).update(credited_on=timezone.localdate(now))
        if order.state == OrderState.OPEN:
            _make(order, now)
        else:
            letters.invoice_credited(order=order, payment=payment, now=now)


def _make(order: Order, now: datetime) -> Payment:
    seller = Seller.objects.select_for_update(no_key=True).filter(organisation=order.event.organisation_id).first()
    if seller is None or not seller.iban:
        raise NoInvoices
    seller.invoices += 1
    seller.save(update_fields=["invoices"])
    today = timezone.localdate(now)
    payment = Payment.objects.create(order=order, method=Method.INVOICE, cents=order.cents, started_at=now)
    Invoice.objects.create(
        payment=payment,
        seller=seller,
        number=seller.invoices,
        reference=reference(seller.pk * ONE_SELLER + seller.invoices),
        issued_on=today,
        due_on=today + timedelta(days=order.event.payment_terms.invoice_days),
    )
    letters.invoice(order=order, payment=payment, now=now)
    return payment
