"""A seat that was agreed upon is given up: what is kept of its price, and what goes back to the payer.

Called in the transaction that takes the seat away, under the lock of its tree.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import Event
from registrations import rules
from registrations.enums import Account, OrderState, PaymentState, RefundReason, RefundState
from registrations.models import Order, OrderLine, Payment, Posting, Refund, Registration
from registrations.services import letters
from registrations.services.payments import invoicing, ledger, sending
from registrations.services.payments.steps import step


class NothingLeft(Refused):
    code = "nothing_left"
    message = _("So much is not left of this payment. Look at the order again.")


@dataclass
class Gathered:
    """What is written in one go for many orders."""

    postings: list[Posting] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    told: list[tuple[Order, int, int]] = field(default_factory=list)
    """Whom to write to: the order, what goes back, what is kept."""


def give_up(
    event: Event,
    registrations: Sequence[Registration],
    *,
    by: User | None,
    now: datetime,
    all_back: bool = False,
    reason: RefundReason = RefundReason.CANCELLED,
) -> None:
    """Settle the money of seats that have just been given up.

    :param all_back: whether nothing is kept, such as when the organiser cancels the event
    """
    if not any(each.price_id for each in registrations):
        return
    by_order: dict[int, list[OrderLine]] = defaultdict(list)
    found = {each.pk: each for each in registrations}
    lines = OrderLine.objects.filter(registration__in=found, given_up_at=None).order_by("pk")
    for line in lines:
        line.registration = found[line.registration_id]
        by_order[line.order_id].append(line)
    orders = {each.pk: each for each in Order.objects.locked().filter(pk__in=by_order).order_by("pk")}
    payments: dict[int, list[Payment]] = defaultdict(list)
    for payment in Payment.objects.holding_money().filter(order__in=orders).order_by("-paid_at", "-pk"):
        payments[payment.order_id].append(payment)
    for pk, mine in by_order.items():
        _leave(orders[pk], mine, event, now, all_back=all_back)
    every = [line for mine in by_order.values() for line in mine]
    OrderLine.objects.bulk_update(every, ["given_up_at", "kept_cents"], batch_size=200)
    made = Gathered()
    for pk, mine in by_order.items():
        order = orders[pk]
        order.event = event
        if order.state == OrderState.PAID:
            _settle_paid(made, order, mine, payments[pk], reason, by, now)
        else:
            _settle_open(order, now)
    ledger.post_all(made.postings)
    sending.queue(made.refunds, event=event, now=now)
    for order, back, kept in made.told:
        letters.money_back(order=order, cents=back, kept=kept, now=now)


def preview(*, registration: Registration, now: datetime) -> tuple[int, int] | None:
    """What would go back and what would be kept of a paid seat that is given up at `now`, in cents; None: nothing was
    paid for it.
    """
    rows = OrderLine.objects.filter(registration=registration.pk, given_up_at=None, order__state=OrderState.PAID)
    line = rows.first() if registration.price_id else None
    if line is None:
        return None
    starts_at = min((each.starts_at for each in registration.meetings), default=None)
    kept = rules.kept(line.cents, terms=registration.event.payment_terms, starts_at=starts_at, now=now)
    return line.cents - kept, kept


@transaction.atomic
def give_back_more(*, order: Order, payment_pk: int, cents: int, by: User, now: datetime) -> Refund:
    """Give back a part of a payment that the rules had kept, or of a seat that stays: the organiser's goodwill.

    :raises NothingLeft: if so much is not left of it
    """
    order = Order.objects.locked().select_related("event__project", "party").get(pk=order.pk)
    payment = Payment.objects.get(pk=payment_pk, order=order)
    if payment.state not in {PaymentState.PAID, PaymentState.PARTLY_REFUNDED} or not 0 < cents <= payment.left_cents:
        raise NothingLeft
    stands = ledger.balances(order=order.pk)
    of_kept = min(cents, max(0, stands[Account.KEPT]))
    [refund] = refunds_of([payment], cents, RefundReason.GOODWILL, by, now)
    sending.queue([refund], event=order.event, now=now)
    ledger.post_all(
        [
            ledger.entry(order, Account.KEPT, Account.PAYERS, of_kept, now, payment=payment, refund=refund),
            ledger.entry(order, Account.SEATS, Account.PAYERS, cents - of_kept, now, payment=payment, refund=refund),
        ]
    )
    audit.changed(
        actor=by,
        action="payment.give_back",
        subject=order.key,
        scope=order.event.scope,
        now=now,
        after={"cents": cents},
    )
    letters.money_back(order=order, cents=cents, kept=0, now=now)
    return refund


def refunds_of(
    payments: Iterable[Payment], cents: int, reason: RefundReason, by: User | None, now: datetime
) -> list[Refund]:
    """Take `cents` off these payments, of which so much is left, and return the refunds, still to be saved."""
    usable = {each.pk: each for each in payments if each.state in {PaymentState.PAID, PaymentState.PARTLY_REFUNDED}}
    made = []
    for pk, part in rules.spread(cents, [(each.pk, each.left_cents) for each in usable.values()]):
        payment = usable[pk]
        payment.refunded_cents += part
        step(payment, rules.state_of(payment.cents, payment.refunded_cents), "refunded_cents")
        made.append(
            Refund(payment=payment, reason=reason, cents=part, asked_at=now, asked_by=by, state=RefundState.ASKED)
        )
    return made


def _leave(order: Order, lines: list[OrderLine], event: Event, now: datetime, *, all_back: bool) -> None:
    """Mark them given up. Of a seat that was only kept until it is paid, nothing is owed."""
    agreed = order.state == OrderState.PAID or order.pay_by is None
    for line in lines:
        line.given_up_at = now
        starts_at = min((each.starts_at for each in line.registration.meetings), default=None)
        if agreed and not all_back:
            line.kept_cents = rules.kept(line.cents, terms=event.payment_terms, starts_at=starts_at, now=now)


def _settle_paid(
    made: Gathered,
    order: Order,
    lines: list[OrderLine],
    payments: list[Payment],
    reason: RefundReason,
    by: User | None,
    now: datetime,
) -> None:
    """What is disputed is not given back a second time: it counts as kept until the dispute is decided."""
    total = sum(line.cents for line in lines)
    if any(payment.refunded_cents for payment in payments):  # by goodwill a part may have gone back before
        total = min(total, ledger.balances(order=order.pk)[Account.SEATS])
    refunds = refunds_of(payments, max(0, total - sum(line.kept_cents for line in lines)), reason, by, now)
    back = sum(each.cents for each in refunds)
    made.refunds += refunds
    made.postings += [
        ledger.entry(order, Account.SEATS, Account.KEPT, total - back, now),
        ledger.entry(order, Account.SEATS, Account.PAYERS, back, now),
    ]
    made.told.append((order, back, total - back))


def _settle_open(order: Order, now: datetime) -> None:
    """What is still owed of an order that nobody has paid; nothing: it is closed. An invoice of another sum is made."""
    lines = order.lines.values_list("cents", "kept_cents", "given_up_at")
    owed = sum(kept if given_up_at else cents for cents, kept, given_up_at in lines)
    if owed == 0:
        order.state, order.closed_at = OrderState.CLOSED, now
        order.save(update_fields=["state", "closed_at"])
    elif owed != order.cents:
        order.cents = owed
        order.save(update_fields=["cents"])
    invoicing.renew(order=order, now=now)
