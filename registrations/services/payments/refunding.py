"""Refunds go to the provider, each once, and what becomes of them comes back: done, or failed after all."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from core.models import OutboxMessage
from core.services.outbox import NotNeeded, RefusedForGood
from registrations import rules
from registrations.enums import Account, Method, PaymentState, RefundState
from registrations.gateways import choosing
from registrations.gateways import payments as provided
from registrations.gateways.payments import KEYS_KEPT, NotFound, PaymentProvider, Rejected
from registrations.models import BY_HAND, TRIED_AGAIN, Order, Payment, Posting, Refund
from registrations.services import letters
from registrations.services.payments import ledger, sending
from registrations.services.payments.steps import step

KEYS_ARE_SURE = KEYS_KEPT - timedelta(hours=1)
"""For so long a key is surely remembered, whichever clock is right."""
STATES = {
    provided.RefundState.PENDING: RefundState.SENT,
    provided.RefundState.SUCCEEDED: RefundState.DONE,
    provided.RefundState.FAILED: RefundState.FAILED,
}


class NotFailed(Refused):
    code = "not_failed"
    message = _("This refund is on its way, or done. Look at the order again.")


class NotByHand(Refused):
    code = "not_by_hand"
    message = _("This refund goes by the payment service; it need not be made by hand.")


def deliver(message: OutboxMessage) -> None:
    """Send one refund, or find it where it was sent already.

    Within the time for which the provider remembers keys it is sent with its key, however often; after that it is
    looked up first. What the provider cannot take now is tried again by the worker.

    :raises NotNeeded: if it is done
    :raises RefusedForGood: if the provider will never make it
    """
    now = timezone.now()
    refund = Refund.objects.select_related("payment__order").get(pk=message.payload["keys"]["refund"])
    provider = choosing.provider()
    if refund.state != RefundState.ASKED:
        raise NotNeeded
    if provider is None or refund.payment.provider_id is None:
        fail(refund_pk=refund.pk, fault="no provider", now=now)
        raise RefusedForGood("no provider")
    earlier = refund.first_tried_at
    if earlier is None:
        Refund.objects.filter(pk=refund.pk, first_tried_at=None).update(first_tried_at=now)
    try:
        made = _made_before(provider, refund) if earlier and now - earlier > KEYS_ARE_SURE else None
        made = made or provider.refund(
            key=str(refund.nonce),
            payment=refund.payment.provider_id,
            amount=refund.cents,
            reference=str(refund.nonce),
        )
    except (NotFound, Rejected) as error:
        fail(refund_pk=refund.pk, fault=error.code, now=now)
        raise RefusedForGood(error.code) from error
    apply(refund_pk=refund.pk, made=made, now=now)


def of(made: provided.Refund) -> Refund | None:
    """Our row of a refund of the provider's; None: it was made by hand there."""
    found = Refund.objects.filter(provider_id=made.id).first()
    if found is None and made.reference:
        found = Refund.objects.filter(nonce=made.reference).first() if is_nonce(made.reference) else None
    return found


@transaction.atomic
def apply(*, refund_pk: int, made: provided.Refund, now: datetime) -> None:
    """Bring a refund to what the provider says of it, whichever news comes first."""
    refund = _locked(refund_pk)
    if refund.provider_id is None:
        refund.provider_id = made.id
        refund.save(update_fields=["provider_id"])
    to = STATES[made.state]
    if refund.fault == BY_HAND:  # older news: the payer has the money
        return
    if to == RefundState.FAILED:
        _fail(refund, made.reason or "failed", now)
    elif refund.state in {RefundState.ASKED, RefundState.SENT} and to != refund.state:
        _done(refund, now) if to == RefundState.DONE else _sent(refund)


@transaction.atomic
def fail(*, refund_pk: int, fault: str, now: datetime) -> None:
    """The provider will not make it: the money is still the payer's, and a person must find another way."""
    _fail(_locked(refund_pk), fault, now)


@transaction.atomic
def again(*, refund: Refund, by: User, now: datetime) -> Refund:
    """Try a refund anew that has failed.

    :raises NotFailed: if it has not, or so much is not left any more
    """
    refund = _locked(refund.pk)
    payment = refund.payment
    if refund.state != RefundState.FAILED or refund.cents > payment.left_cents or refund.fault == TRIED_AGAIN:
        raise NotFailed
    _count(payment, refund.cents)
    made = Refund(payment=payment, reason=refund.reason, cents=refund.cents, asked_at=now, asked_by=by)
    sending.queue([made], event=payment.order.event, now=now)
    refund.fault = TRIED_AGAIN
    refund.save(update_fields=["fault"])
    _record(payment.order, "refund.again", by, refund, now)
    return made


@transaction.atomic
def by_hand(*, refund: Refund, by: User, now: datetime) -> None:
    """Write down that somebody has given the money back in another way: to a bank account, or in cash.

    :raises NotByHand: if the provider is at it
    """
    refund = _locked(refund.pk)
    online = refund.payment.method == Method.ONLINE
    if refund.state == RefundState.FAILED and refund.fault != TRIED_AGAIN:
        _count(refund.payment, refund.cents)
    elif refund.state != RefundState.ASKED or online:
        raise NotByHand
    _done(refund, now)
    if online:  # the provider's own books go on saying that it failed
        refund.fault = BY_HAND
        refund.save(update_fields=["fault"])
    _record(refund.payment.order, "refund.by_hand", by, refund, now)


def _locked(refund_pk: int) -> Refund:
    """The refund as it is, with its order locked."""
    order = Order.objects.locked().select_related("event__project", "party").get(payments__refunds=refund_pk)
    refund = Refund.objects.select_related("payment").get(pk=refund_pk)
    refund.payment.order = order
    return refund


def _made_before(provider: PaymentProvider, refund: Refund) -> provided.Refund | None:
    made = provider.refunds(payment=refund.payment.provider_id or "")
    return next((each for each in made if each.reference == str(refund.nonce)), None)


def _sent(refund: Refund) -> None:
    refund.state = RefundState.SENT
    refund.save(update_fields=["state"])


def _done(refund: Refund, now: datetime) -> None:
    refund.state, refund.done_at, refund.fault = RefundState.DONE, now, ""
    refund.save(update_fields=["state", "done_at", "fault"])
    _post(refund, refund.cents, now)


def _fail(refund: Refund, fault: str, now: datetime) -> None:
    """Also one that had been done: a bank may send the money back days later."""
    if refund.state == RefundState.FAILED:
        return
    refund.state, refund.done_at, refund.fault = RefundState.FAILED, None, fault[:60]
    refund.save(update_fields=["state", "done_at", "fault"])
    _post(refund, 0, now)
    _count(refund.payment, -refund.cents)
    letters.tell_organisers(order=refund.payment.order, about="refund_failed", now=now)


def _post(refund: Refund, gone: int, now: datetime) -> None:
    """See that the books say that `gone` of this refund has left, by what they say already."""
    order = refund.payment.order
    rows = Posting.objects.filter(refund=refund, debit=Account.PAYERS, credit=Account.MONEY).values_list(
        "cents", flat=True
    )
    back = Posting.objects.filter(refund=refund, debit=Account.MONEY, credit=Account.PAYERS).values_list(
        "cents", flat=True
    )
    difference = gone - (sum(rows) - sum(back))
    payment = refund.payment
    ledger.post(order, Account.PAYERS, Account.MONEY, max(0, difference), now, payment=payment, refund=refund)
    ledger.post(order, Account.MONEY, Account.PAYERS, max(0, -difference), now, payment=payment, refund=refund)


def _count(payment: Payment, cents: int) -> None:
    """Count so much more, or less, as given back; a disputed payment stays disputed."""
    payment.refunded_cents += cents
    if payment.state == PaymentState.DISPUTED:
        payment.save(update_fields=["refunded_cents"])
    else:
        step(payment, rules.state_of(payment.cents, payment.refunded_cents), "refunded_cents")


def is_nonce(text: str) -> bool:
    """Whether it may be one of ours; somebody else may use the same account."""
    try:
        UUID(text)
    except ValueError:
        return False
    return True


def _record(order: Order, action: str, by: User, refund: Refund, now: datetime) -> None:
    audit.changed(
        actor=by, action=action, subject=order.key, scope=order.event.scope, now=now, after={"cents": refund.cents}
    )
