"""Stripe: Checkout for paying, the API for the rest (https://docs.stripe.com/api)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import stripe
from stripe.params import ChargeListParamsCreated
from stripe.params.checkout import SessionCreateParams

from registrations.gateways import stripe_reading as reading
from registrations.gateways.circuit import Circuit
from registrations.gateways.payments import (
    BadSignature,
    Charge,
    Dispute,
    Foreign,
    Movement,
    Notice,
    Refund,
    Rejected,
    Session,
    SessionState,
)
from registrations.gateways.stripe_errors import in_our_words

VERSION = "2026-10-28.endive"
"""Of Stripe's API, raised together with the library; webhook endpoints have the same."""
CONNECT_SECONDS, READ_SECONDS = 5, 15
RETRIES = 0
"""None here: whoever waits for a page does not wait twice, and whoever can wait (the outbox) has retries of its own."""
CURRENCY = "eur"
LOCALES = {"fi": "fi", "sv": "sv", "en": "en"}
"""Stripe's pages know no Ukrainian: there the browser's languages decide."""
LONGEST_LABEL = 250
PAGE = 100
"""The most rows that Stripe lists at once."""

stripe.enable_telemetry = False  # nobody's business: what this machine is, and how fast its last request went


class StripeGateway:
    """One account at Stripe. Its keys stand in no `repr`, no error and no log."""

    def __init__(
        self,
        *,
        secret_key: str,
        webhook_secret: str,
        account: str = "",
        http_client: stripe.HTTPClient | None = None,
        address: str = stripe.DEFAULT_API_BASE,
        circuit: Circuit | None = None,
    ) -> None:
        self.live = secret_key.startswith(("sk_live_", "rk_live_"))
        self._webhook_secret, self._account = webhook_secret, account
        self._circuit = circuit or Circuit()
        self._client = stripe.StripeClient(
            secret_key,
            stripe_version=VERSION,
            max_network_retries=RETRIES,
            base_addresses={"api": address},
            http_client=http_client or stripe.RequestsClient(timeout=(CONNECT_SECONDS, READ_SECONDS)),
        )

    def open_session(
        self,
        *,
        key: str,
        amount: int,
        label: str,
        reference: str,
        email: str,
        language: str,
        success_url: str,
        cancel_url: str,
        expires_at: datetime,
    ) -> Session:
        if amount <= 0:  # Stripe would open a page that asks for nothing, and call it complete
            raise Rejected("amount")
        ours, name = {reading.REFERENCE: reference}, label[:LONGEST_LABEL]
        asked: SessionCreateParams = {
            "mode": "payment",
            "line_items": [
                {
                    "quantity": 1,
                    "price_data": {"currency": CURRENCY, "unit_amount": amount, "product_data": {"name": name}},
                }
            ],
            "adaptive_pricing": {"enabled": False},  # the sum and the currency that we name, and no other
            "client_reference_id": reference,
            "metadata": ours,
            "payment_intent_data": {"metadata": ours, "description": name},
            "locale": LOCALES.get(language, "auto"),
            "success_url": success_url,
            "cancel_url": cancel_url,
            "expires_at": int(expires_at.timestamp()),
        }
        if email:
            asked["customer_email"] = email
        with self._asking(writes=True):
            return reading.session(self._client.v1.checkout.sessions.create(asked, {"idempotency_key": key}))

    def session(self, *, session_id: str) -> Session:
        with self._asking():
            return reading.session(self._client.v1.checkout.sessions.retrieve(session_id))

    def session_of(self, *, payment: str) -> Session | None:
        with self._asking():
            found = self._client.v1.checkout.sessions.list({"payment_intent": payment, "limit": 1})
            return next(map(reading.session, found.data), None)

    def sessions(self, *, since: datetime, until: datetime) -> Iterator[Session]:
        with self._asking():
            found = self._client.v1.checkout.sessions.list({"created": _between(since, until), "limit": PAGE})
            yield from map(reading.session, found.auto_paging_iter())

    def expire(self, *, session_id: str) -> Session:
        try:
            with self._asking(writes=True):
                return reading.session(self._client.v1.checkout.sessions.expire(session_id))
        except Rejected:  # Stripe expires what is open and nothing else
            found = self.session(session_id=session_id)
            if found.state is SessionState.OPEN:
                raise
            return found

    def charge(self, *, payment: str) -> Charge:
        with self._asking():
            return reading.charge(self._client.v1.payment_intents.retrieve(payment, {"expand": ["latest_charge"]}))

    def refund(self, *, key: str, payment: str, amount: int, reference: str) -> Refund:
        with self._asking(writes=True):
            made = self._client.v1.refunds.create(
                {"payment_intent": payment, "amount": amount, "metadata": {reading.REFERENCE: reference}},
                {"idempotency_key": key},
            )
            return reading.refund(made)

    def refunds(self, *, payment: str) -> list[Refund]:
        with self._asking():
            found = self._client.v1.refunds.list({"payment_intent": payment, "limit": PAGE})
            return list(map(reading.refund, found.auto_paging_iter()))

    def refund_of(self, *, refund_id: str) -> Refund:
        with self._asking():
            return reading.refund(self._client.v1.refunds.retrieve(refund_id))

    def dispute(self, *, dispute_id: str) -> Dispute:
        with self._asking():
            return reading.dispute(self._client.v1.disputes.retrieve(dispute_id))

    def movements(self, *, since: datetime, until: datetime) -> Iterator[Movement]:
        created = _between(since, until)
        books = self._client.v1
        with self._asking():
            yield from map(reading.movement, books.charges.list({"created": created, "limit": PAGE}).auto_paging_iter())
            yield from map(reading.movement, books.refunds.list({"created": created, "limit": PAGE}).auto_paging_iter())
            yield from map(
                reading.movement, books.disputes.list({"created": created, "limit": PAGE}).auto_paging_iter()
            )

    def notice(self, *, body: bytes, signature: str) -> Notice:
        try:
            event = self._client.construct_event(body, signature, self._webhook_secret)
            told = reading.notice(event)
        except (stripe.SignatureVerificationError, ValueError, TypeError, AttributeError, KeyError):
            raise BadSignature("signature") from None
        if told.live is not self.live:
            raise Foreign("mode")
        if told.account not in ("", self._account):
            raise Foreign("account")
        return told

    @contextmanager
    def _asking(self, *, writes: bool = False) -> Iterator[None]:
        with self._circuit.asking(), in_our_words(writes=writes):
            yield


def _between(since: datetime, until: datetime) -> ChargeListParamsCreated:
    return {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
