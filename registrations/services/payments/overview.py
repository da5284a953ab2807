"""What there is of money, in figures: of an event, and of all that needs a person's hand."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation
from registrations.enums import Account, Method, OrderState, PaymentState, RefundState
from registrations.models import TRIED_AGAIN, BankEntry, Order, Payment, Posting, Refund

LONG = timedelta(days=7)
"""After so long a bank should have processed a payment."""

SLOW = timedelta(days=1)
"""After so long a refund should have left, and a page to pay at should be closed."""

_MINE = Refund.objects.filter(payment__order=OuterRef("pk"))
_FAILED = Q(Exists(_MINE.filter(state=RefundState.FAILED).exclude(fault=TRIED_AGAIN)))
_BY_HAND = Q(Exists(_MINE.filter(state=RefundState.ASKED).exclude(payment__method=Method.ONLINE)))
_DISPUTED = Q(payments__state=PaymentState.DISPUTED)
ODD = _FAILED | _BY_HAND | _DISPUTED
"""Orders about which somebody must do something, at any time."""


def odd_at(now: datetime) -> Q:
    """The same, with what has waited too long: an invoice that is overdue, a bank that takes a week."""
    overdue = Q(payments__method=Method.INVOICE, payments__state=PaymentState.STARTED) & Q(
        payments__invoice__due_on__lt=timezone.localdate(now)
    )
    slow = Q(payments__state=PaymentState.PROCESSING, payments__started_at__lt=now - LONG)
    waits = Q(Exists(_MINE.filter(state__in=[RefundState.ASKED, RefundState.SENT], asked_at__lt=now - SLOW)))
    open_still = Q(payments__method=Method.ONLINE, payments__state=PaymentState.STARTED) & Q(
        payments__expires_at__lt=now - SLOW
    )
    return ODD | overdue | slow | waits | open_still


def _is_overdue(payment: Payment, now: datetime) -> bool:
    is_out = payment.method == Method.INVOICE and payment.state == PaymentState.STARTED
    return is_out and payment.invoice.due_on < timezone.localdate(now)


def why(order: Order, now: datetime) -> list[str]:
    """What is to be done about an order, in words; its payments, refunds and invoices are read with it."""
    found = []
    for payment in order.payments.all():
        if payment.state == PaymentState.DISPUTED:
            found.append(_("The payer's bank disputes the payment: answer it at the payment service."))
        if payment.state == PaymentState.PROCESSING and payment.started_at < now - LONG:
            found.append(_("The bank has not told for a week whether the money comes."))
        if payment.state == PaymentState.STARTED and payment.expires_at and payment.expires_at < now - SLOW:
            found.append(_("The payment service's page does not agree with ours: compare the books."))
        today = timezone.localdate(now)
        if (
            payment.method == Method.INVOICE
            and payment.state == PaymentState.STARTED
            and payment.invoice.due_on < today
        ):
            found.append(_("The invoice is overdue."))
        for refund in payment.refunds.all():
            if refund.state == RefundState.FAILED and refund.fault != TRIED_AGAIN:
                found.append(_("A refund has failed: try again, or give the money back by hand."))
            elif refund.state in {RefundState.ASKED, RefundState.SENT} and refund.asked_at < now - SLOW:
                found.append(_("A refund has been on its way for more than a day."))
            elif refund.state == RefundState.ASKED and payment.method != Method.ONLINE:
                found.append(_("Give the money back by hand, as it was not paid online."))
    return found


def bank_entries(organisations: Iterable[Organisation]) -> QuerySet[BankEntry]:
    """What came to the bank of these and paid nothing, the oldest first, with the order where there is one."""
    rows = BankEntry.objects.needing_a_hand().filter(seller__organisation__in=organisations)
    return rows.select_related("seller__organisation", "payment__order").order_by("booked_on", "pk")


@dataclass(frozen=True, kw_only=True)
class Sums:
    """In cents; `owed` is what is still to be paid for seats that are given already."""

    seats: int
    kept: int
    payers: int
    disputes: int
    money: int
    owed: int


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far the refunds of an event are, in numbers."""

    total: int
    done: int
    failed: int
    by_hand: int

    @property
    def is_over(self) -> bool:
        return self.done + self.failed + self.by_hand == self.total

    @property
    def share(self) -> int:
        """Percent that need no more waiting."""
        return round(100 * (self.done + self.failed) / self.total) if self.total else 100


def of_event(*, event_pk: int) -> Sums:
    rows = Posting.objects.filter(order__event=event_pk).values_list("debit", "credit").annotate(total=Sum("cents"))
    sums = dict.fromkeys(Account, 0)
    for debit, credit, cents in rows:
        sums[Account(debit)] += cents
        sums[Account(credit)] -= cents
    owed = Order.objects.filter(event=event_pk, state=OrderState.OPEN, pay_by=None).aggregate(total=Sum("cents"))
    return Sums(
        seats=-sums[Account.SEATS],
        kept=-sums[Account.KEPT],
        payers=-sums[Account.PAYERS],
        disputes=sums[Account.DISPUTES],
        money=sums[Account.MONEY],
        owed=owed["total"] or 0,
    )


def refunds_of(*, event_pk: int) -> Progress:
    rows = Refund.objects.filter(payment__order__event=event_pk).exclude(fault=TRIED_AGAIN)
    found = rows.aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(state=RefundState.DONE)),
        failed=Count("pk", filter=Q(state=RefundState.FAILED)),
        by_hand=Count("pk", filter=Q(state=RefundState.ASKED) & ~Q(payment__method=Method.ONLINE)),
    )
    return Progress(**found)
