"""The fake's webhooks, kept until delivered; signed as in https://docs.stripe.com/webhooks#verify-manually."""

import hashlib
import hmac
import json
import time
from dataclasses import dataclass, field

from registrations.gateways.stripe_fake.problems import Thing
from registrations.gateways.stripe_fake.sessions import caught_up
from registrations.gateways.stripe_fake.shelf import Shelf

HEADER = "Stripe-Signature"


@dataclass(frozen=True)
class Delivery:
    """One event, as it is posted; post it as often as you like."""

    event: Thing
    secret: str = field(repr=False)

    @property
    def id(self) -> str:
        return str(self.event["id"])

    @property
    def kind(self) -> str:
        return str(self.event["type"])

    @property
    def body(self) -> bytes:
        return json.dumps(self.event).encode()

    def signature(self, *, at: float | None = None) -> str:
        """The header for a delivery at this moment of the wall clock, which the receiver's library reads."""
        return signature(self.body, secret=self.secret, at=time.time() if at is None else at)


@dataclass(frozen=True)
class Post:
    shelf: Shelf
    secret: str = field(repr=False)

    def waiting(self) -> list[Delivery]:
        """What nobody has taken yet, the oldest first."""
        with caught_up(self.shelf) as books:
            return [Delivery(event, self.secret) for event in books.undelivered()]

    def sent(self) -> list[Delivery]:
        """Every event there was, the oldest first."""
        with caught_up(self.shelf) as books:
            return [Delivery(event, self.secret) for event in reversed(books.find("event"))]

    def taken(self, event_id: str) -> None:
        """Somebody has answered this delivery with 2xx."""
        with self.shelf.open() as books:
            books.connection.execute("DELETE FROM undelivered WHERE event = ?", (event_id,))

    def again(self) -> None:
        """Let everything wait for delivery once more."""
        with self.shelf.open() as books:
            books.connection.execute(
                "INSERT OR IGNORE INTO undelivered SELECT id FROM things WHERE kind = 'event' ORDER BY seq"
            )


def signature(body: bytes, *, secret: str, at: float) -> str:
    signed = hmac.new(secret.encode(), b"%d." % int(at) + body, hashlib.sha256).hexdigest()
    return f"t={int(at)},v1={signed}"
