"""The steps of a payment: each in one update that names where it came from, so that the database can judge it."""

from registrations.enums import PaymentState
from registrations.models import Payment


def step(payment: Payment, to: PaymentState, *columns: str) -> None:
    """Bring a payment of a locked order to another state, and write `columns` with it."""
    payment.previous_state, payment.state = payment.state, to
    payment.save(update_fields=["previous_state", "state", *columns])
