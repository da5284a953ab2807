"""Pages that nobody pays at any more are closed at the provider's before their seats are freed."""

import logging
from datetime import datetime, timedelta

from django.db.models import Q

from core.errors import Refused
from registrations.enums import Method, OrderState, PaymentState
from registrations.gateways.payments import PaymentError
from registrations.models import Payment
from registrations.services.payments.checkout import refresh

log = logging.getLogger(__name__)

A_TURN = 50
"""So many payments are asked about in one turn, drawn by lot: those that cannot be settled keep nobody from it."""
NEWS_ARE_LATE = timedelta(hours=1)
"""After so long the provider is asked about a payment of which it should have told."""


def close_due(*, now: datetime) -> int:
    """Close the pages whose time is over, or whose order is, and return how many were asked about.

    Whoever had paid in time has the seats; while the provider does not answer, nothing is freed.
    """
    over = Q(expires_at__lte=now) | ~Q(order__state=OrderState.OPEN)
    rows = Payment.objects.filter(over, method=Method.ONLINE, state=PaymentState.STARTED)
    return _ask(list(rows.order_by("?")[:A_TURN]), now, closing=True)


def ask_after(*, now: datetime) -> int:
    """Ask about payments that a bank has been processing for long: a notice may have been lost on its way."""
    rows = Payment.objects.filter(
        method=Method.ONLINE, state=PaymentState.PROCESSING, started_at__lte=now - NEWS_ARE_LATE
    )
    return _ask(list(rows.order_by("?")[:A_TURN]), now, closing=False)


def _ask(payments: list[Payment], now: datetime, *, closing: bool) -> int:
    for payment in payments:
        try:
            refresh(payment=payment, now=now, closing=closing)
        except (PaymentError, Refused) as error:  # one of them must not keep the others from it
            log.warning("payment not asked about", extra={"payment": payment.pk, "error": type(error).__name__})
    return len(payments)
