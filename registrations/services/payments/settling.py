"""Money has come, is on its way, or will not come: the one place where a payment is settled, whoever tells it first.

The visitor's return, the provider's notice, the sweeper and a bank's file all end here, in any order and any number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.enums import Status as EventStatus
from registrations.enums import HOLDING_MONEY, Account, Method, OrderState, PaymentState, RefundReason, Status
from registrations.models import LIVING_FIRST, Order, OrderLine, Payment, Registration
from registrations.rules import kept_until, move, page_closes
from registrations.services import application_letters, letters, stages
from registrations.services.payments import invoicing, ledger, sending
from registrations.services.payments.giving_back import refunds_of
from registrations.services.payments.steps import step
from registrations.services.seats.knowing import others_of
from registrations.services.seats.records import record
from registrations.services.seats.tree import NotOpen, Tree, tending

CURRENCY = "eur"


class WrongSum(Refused):
    """What the provider says of a payment is not what was asked: nothing is settled, and a person must look."""

    code = "wrong_sum"
    message = _("The payment does not have the sum, the currency or the reference of its order.")


class NotOwed(Refused):
    code = "not_owed"
    message = _("This order is paid already, or is not to be paid any more. Look at it again.")


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody says of a payment. `provider_id` is the provider's name for the money."""

    state: PaymentState
    cents: int
    currency: str = "eur"
    reference: str = ""
    provider_id: str = ""


@transaction.atomic
def settle(*, payment_pk: int, told: Told, now: datetime, by: User | None = None) -> Payment:
    """Bring a payment to what is told of it, give the seats or give the money back, and return it.

    What is known already changes nothing, and neither does older news.

    :raises WrongSum: if sum, currency or reference are not those of the payment
    """
    order_pk, pool_pk = _whose(payment_pk)
    with tending(pool_pk, now) as tree:
        order = Order.objects.locked().select_related("party", "payer_registration").get(pk=order_pk)
        payment = Payment.objects.get(pk=payment_pk)
        order.event, payment.order = tree.event, order
        _refuse_wrong(payment, told)
        if payment.state in HOLDING_MONEY or payment.state == told.state:
            return payment
        if told.state == PaymentState.PAID:
            _paid(tree, order, payment, told, by, now)
        elif told.state == PaymentState.PROCESSING and payment.state in {PaymentState.STARTED, PaymentState.EXPIRED}:
            payment.provider_id, payment.url = told.provider_id or payment.provider_id, ""
            step(payment, PaymentState.PROCESSING, "provider_id", "url")
        elif told.state == PaymentState.EXPIRED and payment.state == PaymentState.STARTED:
            payment.url = payment.back = ""
            step(payment, PaymentState.EXPIRED, "url", "back")
        elif told.state == PaymentState.FAILED and payment.state in {PaymentState.STARTED, PaymentState.PROCESSING}:
            _failed(order, payment, now)
    return payment


@transaction.atomic
def take_by_hand(*, order: Order, method: Method, by: User, now: datetime) -> Payment:
    """Write down that an order was paid to somebody: cash or card at the door.

    :raises NotOwed: if it is paid already, or not to be paid any more
    """
    pool_pk = order.lines.order_by(*LIVING_FIRST).values_list("registration__pool", flat=True).first()
    if pool_pk is None:
        raise NotOwed
    with tending(pool_pk, now) as tree:
        order = Order.objects.locked().select_related("party", "payer_registration").get(pk=order.pk)
        order.event = tree.event
        if order.state != OrderState.OPEN:
            raise NotOwed
        payment = Payment.objects.create(order=order, method=method, cents=order.cents, started_at=now)
        _paid(tree, order, payment, Told(state=PaymentState.PAID, cents=order.cents), by, now)
    return payment


def _whose(payment_pk: int) -> tuple[int, int]:
    """The order of a payment, and a pool of the tree in which its seats stand, or stood."""
    rows = OrderLine.objects.filter(order__payments=payment_pk).order_by(*LIVING_FIRST)
    found = rows.values_list("order", "registration__pool").first()
    if found is None:
        raise NotOpen
    return found


def _refuse_wrong(payment: Payment, told: Told) -> None:
    ours = payment.method != Method.ONLINE or told.reference == str(payment.nonce)
    if told.cents != payment.cents or told.currency != CURRENCY or not ours:
        raise WrongSum


def _paid(tree: Tree, order: Order, payment: Payment, told: Told, by: User | None, now: datetime) -> None:
    payment.paid_at, payment.provider_id, payment.url = now, told.provider_id or None, ""
    payment.taken_by, payment.back = by, ""  # the way back is a personal link
    step(payment, PaymentState.PAID, "paid_at", "provider_id", "url", "taken_by", "back")
    ledger.post(order, Account.MONEY, Account.PAYERS, payment.cents, now, payment=payment)
    if order.state == OrderState.PAID:
        _back(order, payment, payment.cents, RefundReason.TWICE, now)
        return
    lines = _lines_to_serve(tree, order, now)
    seats = sum(line.cents for line in lines)
    kept = sum(order.lines.exclude(pk__in=[line.pk for line in lines]).values_list("kept_cents", flat=True))
    if not lines and not kept:
        _back(order, payment, payment.cents, RefundReason.LATE, now)
        return
    order.state, order.closed_at, order.cents = OrderState.PAID, now, seats + kept
    order.save(update_fields=["state", "closed_at", "cents"])
    ledger.post(order, Account.PAYERS, Account.SEATS, seats, now, payment=payment)
    ledger.post(order, Account.PAYERS, Account.KEPT, kept, now, payment=payment)
    surplus = payment.cents - seats - kept
    if surplus > 0:
        _back(order, payment, surplus, RefundReason.CANCELLED, now)
    invoicing.renew(order=order, now=now, but=payment)
    _seat(tree, order, lines, now)
    letters.receipt(order=order, payment=payment, now=now)
    audit.changed(
        actor=by,
        action="payment.paid",
        subject=order.key,
        scope=tree.event.scope,
        now=now,
        after={"cents": payment.cents},
    )


def _lines_to_serve(tree: Tree, order: Order, now: datetime) -> list[OrderLine]:
    """Those of an order whose seats are still theirs, or can be given to them now that the money has come late."""
    lines = list(order.lines.select_related("registration__party", "registration__person").order_by("pk"))
    for line in lines:
        line.registration.event = tree.event
    if order.state == OrderState.OPEN:
        alive = {Status.UNPAID, Status.CONFIRMED}
        return [line for line in lines if line.given_up_at is None and line.registration.status in alive]
    lapsed = [line for line in lines if line.registration.status == Status.LAPSED]
    return lapsed if _revive(tree, lapsed, now) else []


def _revive(tree: Tree, lines: Sequence[OrderLine], now: datetime) -> bool:
    """Take the seats again that lapsed before the money came, for all of an order or for nobody."""
    found = [line.registration for line in lines]
    event, over = tree.event, tree.ends_at is not None and tree.ends_at <= now
    if not found or event.status != EventStatus.PUBLISHED or event.is_off(tree.root) or over:
        return False
    if event.terms.by_application or any(others_of(tree.root, each) for each in found):
        return False
    pool = next((each for each in tree.leaf(found[0].chosen_id).claimable(now) if each.unkept >= len(found)), None)
    if pool is None:
        return False
    move(pool, held=len(found))
    for line, each in zip(lines, found, strict=True):
        chosen = each.chosen_id
        each.pool, each.wanted_id = pool, chosen if chosen != pool.pk else None
        each.status, each.offer = Status.UNPAID, None
        each.save(update_fields=["pool", "wanted", "status", "offer"])
        line.given_up_at = None
        line.save(update_fields=["given_up_at"])
    return True


def _seat(tree: Tree, order: Order, lines: Sequence[OrderLine], now: datetime) -> None:
    """The seats that were kept are theirs now. Those that they have already, by invoice or at the door, stay."""
    found = [line.registration for line in lines if line.registration.status == Status.UNPAID]
    for registration in found:
        move(tree.pool(registration.pool_id), held=-1, taken=1)
        registration.status, registration.confirmed_at = Status.CONFIRMED, now
        registration.save(update_fields=["status", "confirmed_at"])
        record(registration, "registration.paid", None, now, was=Status.UNPAID)
    if not found:
        return
    tell_seated(tree, order, found, now)


def tell_seated(tree: Tree, order: Order, found: Sequence[Registration], now: datetime) -> None:
    """The seats are theirs: tickets leave, to an applicant with the words for one."""
    if tree.event.terms.by_application:
        application_letters.post("accepted", stages.of(list(found)), event=tree.event, now=now)
    else:
        letters.paid(order=order, registrations=found, now=now)


def _failed(order: Order, payment: Payment, now: datetime) -> None:
    """The bank said no after all. The seats are kept a little longer, so that there is time to pay in another way."""
    payment.url = ""
    step(payment, PaymentState.FAILED, "url")
    if order.state != OrderState.OPEN:
        return
    if order.pay_by is not None:
        order.pay_by = kept_until(order.pay_by, page_closes(now))
        order.save(update_fields=["pay_by"])
    letters.payment_failed(order=order, now=now)


def _back(order: Order, payment: Payment, cents: int, reason: RefundReason, now: datetime) -> None:
    """Give money back at once that bought nothing, and tell both sides."""
    made = refunds_of([payment], cents, reason, None, now)
    sending.queue(made, event=order.event, now=now)
    letters.money_back(order=order, cents=cents, kept=0, now=now, reason=reason)
    if reason in {RefundReason.LATE, RefundReason.TWICE}:
        letters.tell_organisers(order=order, about=reason, now=now)
