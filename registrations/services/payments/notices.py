"""What the provider tells by itself: verified, read anew, and taken in once with its effect."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import transaction

from core.compiled import insert_unless_there
from core.errors import Refused
from registrations.gateways import choosing
from registrations.gateways import payments as provided
from registrations.gateways.payments import NotFound, Notice, PaymentProvider
from registrations.models import Payment, ProviderNotice
from registrations.services.payments import disputes, refunding
from registrations.services.payments.settling import WrongSum, settle
from registrations.services.payments.telling import told_by

log = logging.getLogger(__name__)

Effect = Callable[[datetime], Payment | None]


class NoProvider(Refused):
    """Notices come to nobody."""

    code = "no_provider"


def receive(*, body: bytes, signature: str, now: datetime) -> bool:
    """Take a notice in, and return whether it was new. Of unknown kinds, and of what is not ours, only that it came.

    The object is read from the provider before anything is locked: what the notice itself says may be old.

    :raises BadSignature, Foreign: if it is not for us
    :raises PaymentError: if the provider does not tell the rest; it will send the notice again
    :raises NoProvider: if nobody takes payments here
    """
    provider = choosing.provider()
    if provider is None:
        raise NoProvider
    notice = provider.notice(body=body, signature=signature)
    if ProviderNotice.objects.filter(pk=notice.id).exists():
        return False
    try:
        effect = _effect(provider, notice)
    except NotFound:
        effect = None
    return _take_in(notice, effect, now)


@transaction.atomic
def _take_in(notice: Notice, effect: Effect | None, now: datetime) -> bool:
    row = ProviderNotice(
        notice=notice.id, kind=notice.kind[:80], about=notice.object_id[:255], made_at=notice.created_at, taken_at=now
    )
    if not insert_unless_there(row):
        return False
    payment = effect(now) if effect else None
    if payment is not None:
        ProviderNotice.objects.filter(pk=notice.id).update(payment=payment)
    return True


def _effect(provider: PaymentProvider, notice: Notice) -> Effect | None:
    """What follows from the object as it is now; None: nothing."""
    if notice.object_kind == "checkout.session":
        return _of_session(provider, provider.session(session_id=notice.object_id))
    if notice.object_kind == "refund":
        return _of_refund(provider.refund_of(refund_id=notice.object_id))
    if notice.object_kind == "dispute":
        return _of_dispute(provider, provider.dispute(dispute_id=notice.object_id))
    return None


def _of_dispute(provider: PaymentProvider, dispute: provided.Dispute) -> Effect | None:
    """:raises NotYet: if it is about one of our payments, of which we have not heard"""
    if not Payment.objects.filter(provider_id=dispute.payment).exists():
        session = provider.session_of(payment=dispute.payment)
        if session is not None and _payment_of(session) is not None:
            raise disputes.NotYet
    return lambda now: disputes.apply(dispute=dispute, now=now)


def _of_session(provider: PaymentProvider, session: provided.Session) -> Effect | None:
    payment, told = _payment_of(session), told_by(provider, session)
    if payment is None or told is None:
        return None

    def effect(now: datetime) -> Payment | None:
        try:
            return settle(payment_pk=payment.pk, told=told, now=now)
        except WrongSum as refusal:  # a person must look: the money stands at the provider's, and in the comparison
            log.warning("payment cannot be settled", extra={"payment": payment.pk, "code": refusal.code})
            return payment

    return effect


def _payment_of(session: provided.Session) -> Payment | None:
    found = Payment.objects.filter(session=session.id).first()
    if found is None and refunding.is_nonce(session.reference):
        found = Payment.objects.filter(nonce=session.reference).first()
    return found


def _of_refund(made: provided.Refund) -> Effect | None:
    refund = refunding.of(made)
    if refund is None:
        return None
    payment, pk = refund.payment, refund.pk

    def effect(now: datetime) -> Payment:
        refunding.apply(refund_pk=pk, made=made, now=now)
        return payment

    return effect
