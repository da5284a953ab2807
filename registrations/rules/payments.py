"""What is kept, what is given back, and how far a payment has come; decided without a database."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from events.models import PaymentTerms
from events.rules import half_up
from registrations.enums import PaymentState

GRACE = timedelta(minutes=5)
"""So long after the provider's page has closed the seats are still kept: its news may be on the way."""
PAGE_LIVES = timedelta(minutes=31)
"""Of a page to pay at. The provider refuses less than thirty minutes by its own clock."""


def kept(cents: int, *, terms: PaymentTerms, starts_at: datetime | None, now: datetime) -> int:
    """How much of a paid seat is kept when it is given up at `now`, by the rules of its event.

    :param starts_at: of the first date that the seat is for; None: it has none, and all is given back
    """
    if starts_at is None or now <= terms.all_until(starts_at):
        return 0
    if now <= terms.share_until(starts_at):
        return cents - half_up(cents * terms.share_percent, 100)
    return cents


def state_of(cents: int, refunded: int) -> PaymentState:
    """How a payment stands of which so much is given back."""
    if refunded == 0:
        return PaymentState.PAID
    return PaymentState.REFUNDED if refunded == cents else PaymentState.PARTLY_REFUNDED


def page_closes(now: datetime) -> datetime:
    """Until when a page that is opened now can be paid at."""
    return now + PAGE_LIVES


def kept_until(pay_by: datetime | None, page_closes_at: datetime) -> datetime:
    """Until when seats are kept for which a page is open."""
    return max(filter(None, (pay_by, page_closes_at + GRACE)))


def spread(cents: int, lefts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Give back `cents` of several payments, as (key, how much) pairs; the first ones first.

    :param lefts: (key, what is left to give back) pairs
    """
    made = []
    for key, left in lefts:
        part = min(cents, left)
        if part:
            made.append((key, part))
            cents -= part
    return made
