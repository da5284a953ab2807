"""A company asks for an invoice and gets the seats; what it pays is written down by hand or by a bank's file."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from registrations.enums import Method, OrderState, PaymentState, Status
from registrations.models import LIVING_FIRST, Order, Payment
from registrations.rules import move
from registrations.services.payments.invoicing import Billed, NoInvoices, NotToBePaid, issue
from registrations.services.payments.settling import Told, settle, tell_seated
from registrations.services.seats.records import record
from registrations.services.seats.tree import tending


@transaction.atomic
def pay_by_invoice(*, order: Order, to: Billed, by: User | None, now: datetime) -> Payment:
    """Give the seats of `order` now, and send an invoice.

    :param by: the organiser who asks for it; None: the payer
    :raises NoInvoices: if the event does not take invoices, or nothing is known of the seller
    :raises NotToBePaid: if it is paid, closed, being paid, or an invoice is out already
    """
    pool_pk = order.lines.order_by(*LIVING_FIRST).values_list("registration__pool", flat=True).first()
    if pool_pk is None:
        raise NotToBePaid
    with tending(pool_pk, now) as tree:
        order = Order.objects.locked().select_related("party").get(pk=order.pk)
        order.event = tree.event
        if by is None and not tree.event.payment_terms.takes_invoices:
            raise NoInvoices
        under_way = order.payments.under_way()
        busy = under_way.filter(state=PaymentState.PROCESSING) | under_way.filter(method=Method.INVOICE)
        if order.state != OrderState.OPEN or busy.exists():
            raise NotToBePaid
        payment = issue(order=order, to=to, now=now)
        lines = order.lines.filter(given_up_at=None).select_related("registration__party").order_by("pk")
        seated = [line.registration for line in lines if line.registration.status == Status.UNPAID]
        for registration in seated:
            move(tree.pool(registration.pool_id), held=-1, taken=1)
            registration.event = tree.event
            registration.status, registration.confirmed_at = Status.CONFIRMED, now
            registration.save(update_fields=["status", "confirmed_at"])
            record(registration, "registration.invoiced", by, now, was=Status.UNPAID)
        if seated:
            tell_seated(tree, order, seated, now)
    return payment


def mark_paid(*, payment: Payment, by: User, now: datetime) -> Payment:
    """Write down that an invoice was paid. One that was credited meanwhile is late money, and goes back by hand."""
    return settle(payment_pk=payment.pk, told=Told(state=PaymentState.PAID, cents=payment.cents), now=now, by=by)
