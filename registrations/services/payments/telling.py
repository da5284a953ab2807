"""What the provider's own words mean for a payment; asked before anything is locked."""

from registrations.enums import PaymentState
from registrations.gateways.payments import ChargeState, PaymentProvider, Session, SessionState
from registrations.services.payments.settling import Told

OF_CHARGE = {
    ChargeState.SUCCEEDED: PaymentState.PAID,
    ChargeState.PROCESSING: PaymentState.PROCESSING,
    ChargeState.WAITING: PaymentState.FAILED,
    ChargeState.FAILED: PaymentState.FAILED,
    ChargeState.CANCELED: PaymentState.FAILED,
}
"""Of the payment behind a page that is done with, though no money has come: the bank decides later."""


def told_by(provider: PaymentProvider, session: Session) -> Told | None:
    """What a session says; None: nobody has paid yet, and somebody still may.

    :raises PaymentError: if the provider does not tell how its payment stands
    """
    if session.paid:
        state = PaymentState.PAID
    elif session.state == SessionState.EXPIRED:
        state = PaymentState.EXPIRED
    elif session.state == SessionState.COMPLETE:
        state = OF_CHARGE[provider.charge(payment=session.payment).state]
    else:
        return None
    return Told(
        state=state,
        cents=session.amount,
        currency=session.currency,
        reference=session.reference,
        provider_id=session.payment,
    )
