"""What we say of a period and the provider did not list in it: asked for by its id, and held against our rows."""

from collections.abc import Iterator
from datetime import datetime
from typing import TypeVar

from django.db.models import Q, QuerySet

from registrations.enums import HOLDING_MONEY, Account, Method, PaymentState, RefundState
from registrations.gateways.payments import MovementKind, NotFound, PaymentProvider
from registrations.models import BY_HAND, Payment, Posting, Refund
from registrations.services.payments.comparing import MONEY_CAME, TAKEN, Difference, Kind, euros, of_ours
from registrations.services.payments.refunding import STATES

Row = TypeVar("Row", Payment, Refund)

PAGE = 500


def payments_not_listed(
    provider: PaymentProvider, since: datetime, until: datetime, seen: set[int]
) -> Iterator[Difference]:
    came = Q(state__in=sorted(HOLDING_MONEY), paid_at__gte=since, paid_at__lt=until)
    coming = Q(state=PaymentState.PROCESSING, started_at__gte=since, started_at__lt=until)
    for ours in _left(Payment.objects.filter(came | coming, method=Method.ONLINE), seen):
        at, what = ours.paid_at or ours.started_at, MovementKind.CHARGE
        try:
            theirs = provider.charge(payment=ours.provider_id or "") if ours.provider_id else None
        except NotFound:
            theirs = None
        if theirs is None:
            yield of_ours(Kind.THEY_HAVE_NOT, what, ours.provider_id, at, ours=ours.state, order=ours.order_id)
        elif ours.state not in MONEY_CAME.get(theirs.state, frozenset()):
            yield of_ours(
                Kind.OTHER_STATE, what, theirs.id, at, ours=ours.state, theirs=theirs.state, order=ours.order_id
            )
        elif theirs.amount != ours.cents:
            sums = euros(ours.cents), euros(theirs.amount)
            yield of_ours(Kind.OTHER_SUM, what, theirs.id, at, ours=sums[0], theirs=sums[1], order=ours.order_id)


def refunds_not_listed(
    provider: PaymentProvider, since: datetime, until: datetime, seen: set[int]
) -> Iterator[Difference]:
    gone = Q(state=RefundState.DONE, done_at__gte=since, done_at__lt=until)
    going = Q(state=RefundState.SENT, asked_at__gte=since, asked_at__lt=until)
    rows = Refund.objects.filter(gone | going, payment__method=Method.ONLINE).exclude(fault=BY_HAND)
    for ours in _left(rows.select_related("payment"), seen):
        at, what, order = ours.done_at or ours.asked_at, MovementKind.REFUND, ours.payment.order_id
        try:
            theirs = provider.refund_of(refund_id=ours.provider_id) if ours.provider_id else None
        except NotFound:
            theirs = None
        if theirs is None:
            yield of_ours(Kind.THEY_HAVE_NOT, what, ours.provider_id, at, ours=ours.state, order=order)
        elif STATES[theirs.state] != ours.state:
            yield of_ours(Kind.OTHER_STATE, what, theirs.id, at, ours=ours.state, theirs=theirs.state, order=order)
        elif theirs.amount != ours.cents:
            sums = euros(ours.cents), euros(theirs.amount)
            yield of_ours(Kind.OTHER_SUM, what, theirs.id, at, ours=sums[0], theirs=sums[1], order=order)


def disputes_not_listed(
    provider: PaymentProvider, since: datetime, until: datetime, seen: set[int]
) -> Iterator[Difference]:
    begun = Posting.objects.filter(debit=Account.DISPUTES, at__gte=since, at__lt=until).values("payment")
    for ours in _left(Payment.objects.filter(state=PaymentState.DISPUTED, pk__in=begun), seen):
        at, what = ours.paid_at or ours.started_at, MovementKind.DISPUTE
        try:
            theirs = provider.dispute(dispute_id=ours.dispute) if ours.dispute else None
        except NotFound:
            theirs = None
        if theirs is None:
            yield of_ours(Kind.THEY_HAVE_NOT, what, ours.dispute, at, ours=ours.state, order=ours.order_id)
        elif theirs.state not in TAKEN:
            yield of_ours(
                Kind.OTHER_STATE, what, theirs.id, at, ours=ours.state, theirs=theirs.state, order=ours.order_id
            )


def _left(rows: QuerySet[Row], seen: set[int]) -> Iterator[Row]:
    return (each for each in rows.order_by("pk").iterator(PAGE) if each.pk not in seen)
