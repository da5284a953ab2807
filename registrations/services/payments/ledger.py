"""The books: every cent that moves is written once, from one account to another."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Sum

from registrations.enums import Account
from registrations.models import Order, Payment, Posting, Refund


def post(
    order: Order,
    debit: Account,
    credit: Account,
    cents: int,
    now: datetime,
    *,
    payment: Payment | None = None,
    refund: Refund | None = None,
) -> None:
    """Write that `cents` went to `debit` from `credit`; nothing, where nothing moved."""
    post_all([entry(order, debit, credit, cents, now, payment=payment, refund=refund)])


def entry(
    order: Order,
    debit: Account,
    credit: Account,
    cents: int,
    now: datetime,
    *,
    payment: Payment | None = None,
    refund: Refund | None = None,
) -> Posting:
    return Posting(order=order, payment=payment, refund=refund, at=now, debit=debit, credit=credit, cents=cents)


def post_all(entries: Iterable[Posting]) -> None:
    Posting.objects.bulk_create((each for each in entries if each.cents), batch_size=500)


def balances(*, order: int | None = None) -> dict[Account, int]:
    """What stands on each account, of one order or of all; money held and disputes are counted as we have them,
    the others as they are owed or earned, so that money + disputes = payers + seats + kept.
    """
    rows = Posting.objects.all() if order is None else Posting.objects.filter(order=order)
    sums = dict.fromkeys(Account, 0)
    for debit, credit, cents in rows.values_list("debit", "credit").annotate(total=Sum("cents")):
        sums[Account(debit)] += cents
        sums[Account(credit)] -= cents
    ours = {Account.MONEY, Account.DISPUTES}
    return {account: total if account in ours else -total for account, total in sums.items()}
