"""What a visitor does at the hosted page, and what a bank does later."""

from dataclasses import dataclass

from registrations.gateways.stripe_fake import objects, refunds
from registrations.gateways.stripe_fake.problems import Thing
from registrations.gateways.stripe_fake.sessions import KIND, caught_up
from registrations.gateways.stripe_fake.shelf import Books, Shelf

CARD, MOBILEPAY, BANK = "card", "mobilepay", "customer_balance"
DECLINED = {"code": "card_declined", "decline_code": "generic_decline", "type": "card_error"}


class NotOpen(Exception):  # noqa: N818 - the object's state
    """This has been done already, or cannot be done any more."""


@dataclass(frozen=True)
class HostedPage:
    """Each of these returns the session as it is afterwards.

    :raises NotOpen: if the session was paid already, or has expired
    """

    shelf: Shelf

    def shown(self, session_id: str) -> Thing:
        """The session, with the fake's own `_label`.

        :raises Problem: if there is none
        """
        with caught_up(self.shelf) as books:
            return books.get(KIND, session_id)

    def pay(self, session_id: str, *, method: str = CARD) -> Thing:
        with caught_up(self.shelf) as books:
            session, payment = _begun(books, session_id)
            charge = books.put(objects.charge(books, payment, method=method, status="succeeded"))
            payment |= {"latest_charge": charge["id"], "status": "succeeded", "amount_received": payment["amount"]}
            payment["last_payment_error"] = None
            books.put(payment)
            session |= {"status": "complete", "payment_status": "paid", "url": None}
            books.put(session)
            books.tell("charge.succeeded", charge)
            books.tell("payment_intent.succeeded", payment)
            books.tell("checkout.session.completed", session)
            return session

    def decline(self, session_id: str) -> Thing:
        """The card is declined; the page stays open for another try."""
        with caught_up(self.shelf) as books:
            session, payment = _begun(books, session_id)
            charge = books.put(objects.charge(books, payment, method=CARD, status="failed"))
            payment |= {"latest_charge": charge["id"], "last_payment_error": DECLINED}
            books.put(payment)
            books.tell("charge.failed", charge)
            books.tell("payment_intent.payment_failed", payment)
            return session

    def pay_later(self, session_id: str) -> Thing:
        """The visitor is done, and the bank takes its time: see `Bank.settle`."""
        with caught_up(self.shelf) as books:
            session, payment = _begun(books, session_id)
            charge = books.put(objects.charge(books, payment, method=BANK, status="pending"))
            payment |= {"latest_charge": charge["id"], "status": "processing", "last_payment_error": None}
            books.put(payment)
            session |= {"status": "complete", "url": None}
            books.put(session)
            books.tell("charge.pending", charge)
            books.tell("payment_intent.processing", payment)
            books.tell("checkout.session.completed", session)
            return session


@dataclass(frozen=True)
class Bank:
    """
    :raises NotOpen: if the object is not in the state that this begins with
    :raises Problem: if there is no such object
    """

    shelf: Shelf

    def settle(self, payment_id: str, *, succeeded: bool) -> None:
        """What a payment was waiting for comes, or does not."""
        with caught_up(self.shelf) as books:
            payment = books.get("payment_intent", payment_id)
            _require(payment["status"] == "processing")
            session = books.find(KIND, payment_intent=payment_id, limit=1)[0]
            charge = books.get("charge", payment["latest_charge"])
            if succeeded:
                charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
                payment |= {"status": "succeeded", "amount_received": payment["amount"]}
                session |= {"payment_status": "paid"}
            else:
                charge |= {"status": "failed", "failure_code": "payment_intent_payment_attempt_failed"}
                payment |= {"status": "requires_payment_method", "last_payment_error": DECLINED}
            for thing in (charge, payment, session):
                books.put(thing)
            books.tell("charge.succeeded" if succeeded else "charge.failed", charge)
            books.tell("payment_intent.succeeded" if succeeded else "payment_intent.payment_failed", payment)
            books.tell(f"checkout.session.async_payment_{'succeeded' if succeeded else 'failed'}", session)

    def dispute(self, payment_id: str) -> str:
        """Whoever paid takes back what is left of the payment. Return the dispute's id."""
        with caught_up(self.shelf) as books:
            payment = books.get("payment_intent", payment_id)
            _require(payment["status"] == "succeeded")
            charge = books.get("charge", payment["latest_charge"])
            left = charge["amount_captured"] - charge["amount_refunded"]
            _require(left > 0 and not charge["disputed"])
            books.put(charge | {"disputed": True})
            made = books.put(objects.dispute(books, charge, amount=left))
            books.tell("charge.dispute.created", made)
            books.tell("charge.dispute.funds_withdrawn", made)
            return str(made["id"])

    def close_dispute(self, dispute_id: str, *, won: bool) -> None:
        with caught_up(self.shelf) as books:
            dispute = books.get("dispute", dispute_id)
            _require(dispute["status"] == "needs_response")
            dispute["status"] = "won" if won else "lost"
            books.put(dispute)
            if won:
                books.tell("charge.dispute.funds_reinstated", dispute)
            books.tell("charge.dispute.closed", dispute)

    def settle_refund(self, refund_id: str) -> None:
        """A refund that was pending has come through."""
        with caught_up(self.shelf) as books:
            refund = books.get("refund", refund_id)
            _require(refund["status"] == "pending")
            _refund_changed(books, refund | {"status": "succeeded"})

    def fail_refund(self, refund_id: str) -> None:
        """A refund comes back, even one that had seemed to succeed: such as when the card's account is closed."""
        with caught_up(self.shelf) as books:
            refund = books.get("refund", refund_id)
            _require(refund["status"] in ("pending", "succeeded"))
            refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card"}
            refunds.count(books, books.get("charge", refund["charge"]), -refund["amount"])
            _refund_changed(books, refund)
            books.tell("refund.failed", refund)


def _begun(books: Books, session_id: str) -> tuple[Thing, Thing]:
    """An open session, and its payment, made now if nobody has tried before."""
    session = books.get(KIND, session_id)
    _require(session["status"] == "open")
    if session["payment_intent"]:
        return session, books.get("payment_intent", session["payment_intent"])
    payment = books.put(objects.payment(books, session))
    session["payment_intent"] = payment["id"]
    books.put(session)
    books.tell("payment_intent.created", payment)
    return session, payment


def _refund_changed(books: Books, refund: Thing) -> None:
    books.put(refund)
    books.tell("refund.updated", refund)
    books.tell("charge.refund.updated", refund)


def _require(fits: bool) -> None:  # noqa: FBT001 - one sentence at its callers
    if not fits:
        raise NotOpen
