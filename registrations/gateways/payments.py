"""What the product asks of whoever takes payments. Sums are integer cents, times are aware, ids are the provider's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

SHORTEST, LONGEST = timedelta(minutes=30), timedelta(hours=24)
"""A session lives at least and at most so long, counted by the provider's clock."""
KEYS_KEPT = timedelta(hours=24)
"""What was sent with a key longer ago is looked up (`refunds`, `sessions`) before it is sent again."""


class PaymentError(Exception):
    """The provider did not do as it was asked. `code` is for machines; nothing in it is personal or secret."""

    def __init__(self, code: str = "", *, request: str = "") -> None:
        super().__init__(" ".join(filter(None, (code, request))))
        self.code, self.request = code, request


class Unavailable(PaymentError):  # noqa: N818 - the provider's state
    """Nothing was done; the same may be asked again later."""


class Uncertain(PaymentError):  # noqa: N818 - what happened, not whose fault
    """Nobody knows whether it was done. Within `KEYS_KEPT` the same may be asked again with the same key."""


class Rejected(PaymentError):  # noqa: N818 - the provider's answer
    """Nothing was done, and this will never be accepted."""


class NotFound(PaymentError):  # noqa: N818 - the provider's answer
    """The provider knows nothing under this id."""


class BadSignature(PaymentError):  # noqa: N818 - what is wrong
    """This notice was not made by the provider, or too long ago."""


class Foreign(PaymentError):  # noqa: N818 - what is wrong
    """This notice is the provider's, but of another account, or of test mode in place of live mode."""


class SessionState(StrEnum):
    OPEN = "open"
    COMPLETE = "complete"
    EXPIRED = "expired"


class ChargeState(StrEnum):
    WAITING = "waiting"  # nobody has paid yet
    PROCESSING = "processing"  # the bank takes its time
    SUCCEEDED = "succeeded"
    FAILED = "failed"  # the last try was declined
    CANCELED = "canceled"


class RefundState(StrEnum):
    PENDING = "pending"
    SUCCEEDED = "succeeded"
    FAILED = "failed"


class DisputeState(StrEnum):
    INQUIRY = "inquiry"  # the bank asks; no money was taken back
    OPEN = "open"  # the money was taken back until it is decided
    WON = "won"
    LOST = "lost"


class MovementKind(StrEnum):
    CHARGE = "charge"
    REFUND = "refund"
    DISPUTE = "dispute"


@dataclass(frozen=True, kw_only=True)
class Session:
    """A page at the provider's where one sum can be paid once. Only `paid` says that the money has come."""

    id: str
    state: SessionState
    paid: bool
    amount: int
    currency: str
    payment: str  # empty until somebody pays
    url: str  # empty once it is no longer open
    created_at: datetime
    expires_at: datetime
    reference: str
    live: bool


@dataclass(frozen=True, kw_only=True)
class Charge:
    """One payment. A disputed or refunded one stays `SUCCEEDED`, with all it received."""

    id: str
    state: ChargeState
    amount: int
    received: int
    currency: str
    method: str  # such as `card`, `mobilepay`; empty until somebody pays
    created_at: datetime
    reference: str
    live: bool


@dataclass(frozen=True, kw_only=True)
class Refund:
    id: str
    state: RefundState
    amount: int
    currency: str
    payment: str
    created_at: datetime
    reference: str
    reason: str  # why it failed, in a word of the provider's


@dataclass(frozen=True, kw_only=True)
class Dispute:
    id: str
    state: DisputeState
    amount: int
    currency: str
    payment: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What the provider tells by itself, verified. It may come twice, late and in any order: read the object anew."""

    id: str
    kind: str  # the provider's word, such as `checkout.session.completed`
    object_kind: str  # `checkout.session`, `payment_intent`, `charge`, `refund`, `dispute`, …
    object_id: str
    payment: str  # where the object tells
    reference: str  # where the object tells
    account: str  # a connected account, else empty
    live: bool
    created_at: datetime


@dataclass(frozen=True, kw_only=True)
class Movement:
    """A row of the provider's books, for comparison with ours."""

    kind: MovementKind
    id: str
    state: str  # of `RefundState`, `DisputeState` or, for charges, `ChargeState`
    amount: int
    currency: str
    payment: str
    created_at: datetime
    reference: str  # empty for disputes


class PaymentProvider(Protocol):
    """Who takes payments. `tests/registrations/test_payment_providers.py` holds what every provider must do.

    Every method raises `Unavailable`; those that take a `key` also `Uncertain` and `Rejected`, those that take an id
    also `NotFound`. Asked twice with the same key and the same words, a provider does it once and answers the same.
    """

    @property
    def live(self) -> bool:
        """Whether real money moves."""

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
        """Open a page to pay `amount` at.

        :param label: what is paid for, as people read it
        :param reference: ours; the session, its payment and its charge carry it
        :param email: where the provider may fill it in; empty: it asks
        :param success_url: `{CHECKOUT_SESSION_ID}` in it is filled in by the provider
        :param expires_at: from `SHORTEST` to `LONGEST` from now
        """

    def session(self, *, session_id: str) -> Session:
        """The session as it is now."""

    def session_of(self, *, payment: str) -> Session | None:
        """The session that a payment came by."""

    def sessions(self, *, since: datetime, until: datetime) -> Iterator[Session]:
        """What was opened in `[since, until)`, the newest first; the provider cannot be asked for a reference."""

    def expire(self, *, session_id: str) -> Session:
        """Close the page, so that nobody pays there any more. One that was paid in time stays `COMPLETE`.

        :raises Uncertain: if it may still be open
        """

    def charge(self, *, payment: str) -> Charge:
        """The payment as it is now."""

    def refund(self, *, key: str, payment: str, amount: int, reference: str) -> Refund:
        """Give back `amount` of a payment.

        :raises Rejected: if less than that is left to give back
        """

    def refunds(self, *, payment: str) -> list[Refund]:
        """All refunds of a payment, the newest first, those made by hand at the provider's too."""

    def refund_of(self, *, refund_id: str) -> Refund:
        """The refund as it is now."""

    def dispute(self, *, dispute_id: str) -> Dispute:
        """The dispute as it is now."""

    def movements(self, *, since: datetime, until: datetime) -> Iterator[Movement]:
        """Charges, refunds and disputes made in `[since, until)`, page by page."""

    def notice(self, *, body: bytes, signature: str) -> Notice:
        """Verify what came to our webhook.

        :param body: as it came, byte by byte
        :param signature: the header `Stripe-Signature`
        :raises BadSignature: if it is not the provider's, or older than five minutes
        :raises Foreign: if it is of another account or mode
        """
