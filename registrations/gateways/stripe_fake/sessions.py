"""Checkout sessions: made, expired by hand, expired by time."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from registrations.gateways.stripe_fake import objects
from registrations.gateways.stripe_fake.problems import Problem, Thing
from registrations.gateways.stripe_fake.shelf import Books, Shelf

KIND = "checkout.session"
SHORTEST_SECONDS, LONGEST_SECONDS = 30 * 60, 24 * 3600
SMALLEST, LARGEST = 50, 99_999_999
"""Cents (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts)."""
LONGEST_REFERENCE = 200
MOST_METADATA, LONGEST_NAME, LONGEST_VALUE = 50, 40, 500


@contextmanager
def caught_up(shelf: Shelf) -> Iterator[Books]:
    """A transaction at whose beginning every session expires whose time has passed."""
    with shelf.open() as books:
        for each in books.overdue(KIND):
            close(books, each)
        yield books


def create(books: Books, asked: Thing) -> Thing:
    if asked.get("mode") != "payment":
        raise Problem("The fake knows payments alone.", param="mode")
    if "success_url" not in asked:
        raise Problem("Missing required param: success_url.", code="parameter_missing", param="success_url")
    for name in {"success_url", "cancel_url"} & asked.keys():
        _check_url(asked[name], name)
    for name, words in (("metadata", asked), ("payment_intent_data[metadata]", asked.get("payment_intent_data", {}))):
        check_metadata(words.get("metadata", {}), name)
    _check_visitor(asked)
    expires_at = _expiry(asked, books.now)
    return books.put(objects.session(books, asked, amount=_amount(asked), expires_at=expires_at))


def expire(books: Books, _asked: Thing, own_id: str) -> Thing:
    found = books.get(KIND, own_id)
    if found["status"] != "open":
        raise Problem(
            f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {found["status"]}.',
            kept=True,
        )
    return close(books, found)


def close(books: Books, found: Thing) -> Thing:
    """Let a session expire, and with it a payment that was tried and declined."""
    found |= {"status": "expired", "url": None}
    books.put(found)
    if found["payment_intent"]:
        payment = books.get("payment_intent", found["payment_intent"])
        books.put(payment | {"status": "canceled"})
        books.tell("payment_intent.canceled", payment | {"status": "canceled"})
    books.tell("checkout.session.expired", found)
    return found


def check_metadata(words: Thing, param: str) -> None:
    if len(words) > MOST_METADATA or any(
        len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE for name, value in words.items()
    ):
        raise Problem("Metadata has at most 50 names of 40 letters with values of 500.", param=param)


def _amount(asked: Thing) -> int:
    lines = asked.get("line_items", [])
    if len(lines) != 1 or not {"currency", "unit_amount", "product_data"} <= lines[0].get("price_data", {}).keys():
        raise Problem("The fake knows one line with price_data alone.", code="parameter_missing", param="line_items")
    amount: int = lines[0]["price_data"]["unit_amount"] * lines[0].get("quantity", 0)
    where = "line_items[0][price_data][unit_amount]"
    if amount < 0:
        raise Problem("Invalid integer: it must be 0 or more.", code="parameter_invalid_integer", param=where)
    if amount < SMALLEST:
        raise Problem("The total amount due must add up to at least €0.50 eur.", code="amount_too_small", param=where)
    if amount > LARGEST:
        raise Problem("The total amount due is too large.", code="amount_too_large", param=where)
    return amount


def _expiry(asked: Thing, now: int) -> int:
    expires_at: int = asked.get("expires_at", now + LONGEST_SECONDS)
    if expires_at < now + SHORTEST_SECONDS:
        least = "at least 30 minutes from Checkout Session creation"
        raise Problem(f"The `expires_at` timestamp must be {least}.", param="expires_at")
    if expires_at > now + LONGEST_SECONDS:
        most = "less than 24 hours from Checkout Session creation"
        raise Problem(f"The `expires_at` timestamp must be {most}.", param="expires_at")
    return expires_at


def _check_visitor(asked: Thing) -> None:
    if len(asked.get("client_reference_id", "")) > LONGEST_REFERENCE:
        raise Problem("At most 200 characters.", param="client_reference_id")
    name, _at, host = asked.get("customer_email", "x@y.example").rpartition("@")
    if not name or "." not in host or " " in name + host:
        raise Problem("Invalid email address", code="email_invalid", param="customer_email")


def _check_url(url: str, param: str) -> None:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise Problem("Not a valid URL", code="url_invalid", param=param)
