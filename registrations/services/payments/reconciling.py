"""Our payments, refunds and disputes beside the provider's own books, page by page: what one side has otherwise.

Nothing is changed. What the provider lists for a period is held against our rows; what we say of the period and it did
not list is asked for by its id, since it may have been made a little earlier there.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Case, F, Sum, When
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from registrations.enums import Account, Method
from registrations.gateways import choosing
from registrations.gateways.payments import (
    ChargeState,
    Movement,
    MovementKind,
    PaymentError,
    PaymentProvider,
    RefundState,
)
from registrations.models import BY_HAND, Posting
from registrations.services.payments import comparing_listed, comparing_unlisted
from registrations.services.payments.comparing import TAKEN, Comparison, Difference

PAGE = 500
RECENT = timedelta(days=30)


class NobodyToAsk(Refused):
    code = "no_provider"
    message = _("Nobody takes payments here, so that there is nothing to compare.")


class NoAnswer(Refused):
    code = "provider_is_down"
    message = _("The payment service does not answer now. Nothing was changed: compare again in some minutes.")


def compare(*, since: datetime, until: datetime) -> Comparison:
    """What is different of `[since, until)`.

    :raises NobodyToAsk: if nobody takes payments here
    :raises NoAnswer: if the provider does not tell all
    """
    provider = choosing.provider()
    if provider is None:
        raise NobodyToAsk
    try:
        return _compared(provider, since, until)
    except PaymentError as error:
        raise NoAnswer from error


def _compared(provider: PaymentProvider, since: datetime, until: datetime) -> Comparison:
    found: list[Difference] = []
    seen: dict[MovementKind, set[int]] = {kind: set() for kind in MovementKind}
    theirs = 0
    for page in _pages(provider.movements(since=since, until=until)):
        theirs += sum(map(_held, page))
        found += comparing_listed.of_charges(
            [each for each in page if each.kind is MovementKind.CHARGE], seen[MovementKind.CHARGE]
        )
        found += comparing_listed.of_refunds(
            [each for each in page if each.kind is MovementKind.REFUND], seen[MovementKind.REFUND]
        )
        found += comparing_listed.of_disputes(
            [each for each in page if each.kind is MovementKind.DISPUTE], seen[MovementKind.DISPUTE]
        )
    found += comparing_unlisted.payments_not_listed(provider, since, until, seen[MovementKind.CHARGE])
    found += comparing_unlisted.refunds_not_listed(provider, since, until, seen[MovementKind.REFUND])
    found += comparing_unlisted.disputes_not_listed(provider, since, until, seen[MovementKind.DISPUTE])
    return Comparison(differences=found, theirs=theirs, ours=_held_by_us(since, until))


def _held(movement: Movement) -> int:
    """By how much a movement of the provider's makes what it holds for us more, or less."""
    if movement.currency != "eur":
        return 0
    if movement.kind is MovementKind.CHARGE:
        return movement.amount if movement.state == ChargeState.SUCCEEDED else 0
    if movement.kind is MovementKind.REFUND:
        return -movement.amount if movement.state == RefundState.SUCCEEDED else 0
    return -movement.amount if movement.state in TAKEN else 0


def _held_by_us(since: datetime, until: datetime) -> int:
    """The same by our books, of what was paid online. What was given back by hand has not left the provider."""
    rows = Posting.objects.filter(payment__method=Method.ONLINE, at__gte=since, at__lt=until)
    rows = rows.exclude(refund__isnull=False, refund__fault=BY_HAND)
    signed = Case(When(debit=Account.MONEY, then=F("cents")), When(credit=Account.MONEY, then=-F("cents")), default=0)
    return rows.aggregate(total=Sum(signed))["total"] or 0


def _pages(movements: Iterator[Movement]) -> Iterator[list[Movement]]:
    while page := list(islice(movements, PAGE)):
        yield page
