"""Stripe's objects as ours. What Stripe adds one day is taken for the most careful of what we know."""

from datetime import UTC, datetime

import stripe

from registrations.gateways.payments import (
    Charge,
    ChargeState,
    Dispute,
    DisputeState,
    Movement,
    MovementKind,
    Notice,
    Refund,
    RefundState,
    Session,
    SessionState,
)

REFERENCE = "reference"
"""Our reference's name among the metadata of Stripe's objects."""

CHARGES = {
    "succeeded": ChargeState.SUCCEEDED,
    "processing": ChargeState.PROCESSING,
    "pending": ChargeState.PROCESSING,
    "canceled": ChargeState.CANCELED,
    "failed": ChargeState.FAILED,
}
REFUNDS = {"succeeded": RefundState.SUCCEEDED, "failed": RefundState.FAILED, "canceled": RefundState.FAILED}
DISPUTES = {
    "warning_needs_response": DisputeState.INQUIRY,
    "warning_under_review": DisputeState.INQUIRY,
    "warning_closed": DisputeState.WON,
    "prevented": DisputeState.WON,  # by a refund, which is told apart
    "won": DisputeState.WON,
    "lost": DisputeState.LOST,
}


def session(given: stripe.checkout.Session) -> Session:
    return Session(
        id=given.id,
        state=SessionState(given.status or SessionState.OPEN),
        paid=given.payment_status == "paid",
        amount=given.amount_total or 0,
        currency=given.currency or "",
        payment=_id(given.payment_intent),
        url=given.url or "",
        created_at=_at(given.created),
        expires_at=_at(given.expires_at),
        reference=given.client_reference_id or "",
        live=given.livemode,
    )


def charge(given: stripe.PaymentIntent) -> Charge:
    """A payment with its `latest_charge` expanded."""
    latest = given.latest_charge
    paid_by = latest.payment_method_details if isinstance(latest, stripe.Charge) else None
    declined = given.last_payment_error is not None
    return Charge(
        id=given.id,
        state=CHARGES.get(given.status, ChargeState.FAILED if declined else ChargeState.WAITING),
        amount=given.amount,
        received=given.amount_received,
        currency=given.currency,
        method=paid_by.type if paid_by else "",
        created_at=_at(given.created),
        reference=_reference(given.metadata),
        live=given.livemode,
    )


def refund(given: stripe.Refund) -> Refund:
    return Refund(
        id=given.id,
        state=REFUNDS.get(given.status or "", RefundState.PENDING),
        amount=given.amount,
        currency=given.currency,
        payment=_id(given.payment_intent),
        created_at=_at(given.created),
        reference=_reference(given.metadata),
        reason=getattr(given, "failure_reason", None) or "",  # only failed ones have the field
    )


def dispute(given: stripe.Dispute) -> Dispute:
    return Dispute(
        id=given.id,
        state=DISPUTES.get(given.status, DisputeState.OPEN),
        amount=given.amount,
        currency=given.currency,
        payment=_id(given.payment_intent),
        at=_at(given.created),
    )


def movement(given: stripe.Charge | stripe.Refund | stripe.Dispute) -> Movement:
    match given:
        case stripe.Charge():
            kind, state = MovementKind.CHARGE, str(CHARGES.get(given.status, ChargeState.WAITING))
        case stripe.Refund():
            kind, state = MovementKind.REFUND, str(refund(given).state)
        case stripe.Dispute():
            kind, state = MovementKind.DISPUTE, str(dispute(given).state)
    return Movement(
        kind=kind,
        id=given.id,
        state=state,
        amount=given.amount,
        currency=given.currency,
        payment=_id(given.payment_intent),
        created_at=_at(given.created),
        reference="" if isinstance(given, stripe.Dispute) else _reference(given.metadata),
    )


def notice(given: stripe.Event) -> Notice:
    about = given.data.object.to_dict()
    kind, own = str(about.get("object", "")), str(about.get("id", ""))
    metadata = about.get("metadata") or {}
    return Notice(
        id=given.id,
        kind=given.type,
        object_kind=kind,
        object_id=own,
        payment=own if kind == "payment_intent" else str(about.get("payment_intent") or ""),
        reference=str(about.get("client_reference_id") or metadata.get(REFERENCE) or ""),
        account=getattr(given, "account", None) or "",  # only connected accounts have the field
        live=given.livemode,
        created_at=_at(given.created),
    )


def _id(given: object) -> str:
    """The id of what Stripe may also have expanded."""
    return str(getattr(given, "id", given) or "")


def _at(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _reference(metadata: stripe.StripeObject | None) -> str:
    return str(metadata[REFERENCE]) if metadata and REFERENCE in metadata else ""
