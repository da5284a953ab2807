"""A payer's bank takes money back, or asks about it; the organiser answers at the provider's own pages."""

from datetime import datetime

from django.db import transaction
from django.db.models import Sum

from core.errors import Refused
from registrations import rules
from registrations.enums import HOLDING_MONEY, Account, PaymentState
from registrations.gateways.payments import Dispute, DisputeState
from registrations.models import Order, Payment, Posting
from registrations.services import letters
from registrations.services.payments import ledger
from registrations.services.payments.steps import step


class NotYet(Refused):
    """The payment's own news are still on their way: the provider is to tell of the dispute again."""

    code = "not_yet"


@transaction.atomic
def apply(*, dispute: Dispute, now: datetime) -> Payment | None:
    """Bring a payment to what its dispute says, and return it; None: it is not one of ours. The seats stay.

    :raises NotYet: if nothing is known of its money
    """
    order = (
        Order.objects.locked()
        .select_related("event__project", "party")
        .filter(payments__provider_id=dispute.payment)
        .first()
    )
    if order is None:
        return None
    payment = Payment.objects.get(provider_id=dispute.payment)
    payment.order = order
    if payment.state not in HOLDING_MONEY:
        raise NotYet
    if not payment.dispute:
        payment.dispute = dispute.id
        payment.save(update_fields=["dispute"])
        letters.tell_organisers(order=order, about="disputed", now=now)
    taken = dispute.state in {DisputeState.OPEN, DisputeState.LOST}
    _post(payment, dispute.amount if taken else 0, now)
    if taken and payment.state != PaymentState.DISPUTED:
        step(payment, PaymentState.DISPUTED)
    elif not taken and payment.state == PaymentState.DISPUTED:
        step(payment, rules.state_of(payment.cents, payment.refunded_cents))
    return payment


def _post(payment: Payment, taken: int, now: datetime) -> None:
    """See that the books say that so much was taken back, by what they say already."""
    rows = Posting.objects.filter(payment=payment)
    out = rows.filter(debit=Account.DISPUTES).aggregate(cents=Sum("cents"))["cents"] or 0
    back = rows.filter(credit=Account.DISPUTES).aggregate(cents=Sum("cents"))["cents"] or 0
    difference = taken - (out - back)
    ledger.post(payment.order, Account.DISPUTES, Account.MONEY, max(0, difference), now, payment=payment)
    ledger.post(payment.order, Account.MONEY, Account.DISPUTES, max(0, -difference), now, payment=payment)
