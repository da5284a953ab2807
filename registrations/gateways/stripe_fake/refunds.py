"""Refunds: made through the API; what becomes of them at the bank is told by `bank.Bank`."""

from registrations.gateways.stripe_fake import objects
from registrations.gateways.stripe_fake.problems import Problem, Thing, Trouble
from registrations.gateways.stripe_fake.sessions import check_metadata
from registrations.gateways.stripe_fake.shelf import Books

SLOW = frozenset({Trouble.PENDING_REFUND})


def create(books: Books, asked: Thing) -> Thing:
    check_metadata(asked.get("metadata") or {}, "metadata")
    charge = _charge(books, asked)
    left = charge["amount_captured"] - charge["amount_refunded"]
    if charge["disputed"]:
        raise Problem(f"Charge {charge['id']} has been charged back.", code="charge_disputed", kept=True)
    if not left:
        message = f"Charge {charge['id']} has already been refunded."
        raise Problem(message, code="charge_already_refunded", kept=True)
    amount = asked.get("amount", left)
    if amount <= 0:
        raise Problem("Invalid positive integer", code="parameter_invalid_integer", param="amount")
    if amount > left:
        message = f"Refund amount ({amount}) is greater than unrefunded amount on charge ({left})"
        raise Problem(message, param="amount", kept=True)
    status = "pending" if books.trouble(SLOW) else "succeeded"
    made = books.put(objects.refund(books, asked, charge, amount=amount, status=status))
    count(books, charge, amount)
    books.tell("refund.created", made)
    books.tell("charge.refunded", charge)
    return made


def count(books: Books, charge: Thing, amount: int) -> None:
    """Count what a charge has given back; a negative amount came back to it."""
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    books.put(charge)


def _charge(books: Books, asked: Thing) -> Thing:
    if "charge" in asked:
        charge = books.get("charge", asked["charge"], param="charge")
    elif "payment_intent" in asked:
        payment = books.get("payment_intent", asked["payment_intent"], param="payment_intent")
        if not payment["latest_charge"]:
            raise Problem("This payment has no successful charge to refund.", kept=True)
        charge = books.get("charge", payment["latest_charge"])
    else:
        raise Problem("Missing required param: payment_intent.", code="parameter_missing", param="payment_intent")
    if charge["status"] != "succeeded":
        raise Problem("This payment has no successful charge to refund.", kept=True)
    return charge
