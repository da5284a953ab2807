"""What the provider lists, held against our rows; `seen` gathers the keys of those that it had."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.db.models import Case, F, Q, Sum, When

from registrations.enums import Account, PaymentState
from registrations.enums import RefundState as OurRefundState
from registrations.gateways.payments import ChargeState, Movement, RefundState
from registrations.models import BY_HAND, Payment, Posting, Refund
from registrations.services.payments.comparing import MONEY_CAME, TAKEN, Difference, Kind, euros, of_movement
from registrations.services.payments.refunding import STATES


def of_charges(listed: list[Movement], seen: set[int]) -> Iterator[Difference]:
    """Tries that were declined are no business of the books; of what has come or is coming ours must say the same."""
    charges = [each for each in listed if each.state in MONEY_CAME]
    nonces = _nonces(charges)
    rows = Payment.objects.filter(Q(provider_id__in=[each.payment for each in charges]) | Q(nonce__in=nonces))
    by_id = {each.provider_id: each for each in rows if each.provider_id}
    by_nonce = {str(each.nonce): each for each in rows if not each.provider_id}
    for each in charges:
        ours = by_id.get(each.payment) or by_nonce.get(each.reference)
        if ours is None:
            yield of_movement(Kind.WE_HAVE_NOT, each)
            continue
        seen.add(ours.pk)
        if each.amount != ours.cents or each.currency != "eur":
            yield of_movement(Kind.OTHER_SUM, each, ours=euros(ours.cents), order=ours.order_id)
        if ours.state not in MONEY_CAME[ChargeState(each.state)]:
            yield of_movement(Kind.OTHER_STATE, each, ours=ours.state, order=ours.order_id)


def of_refunds(listed: list[Movement], seen: set[int]) -> Iterator[Difference]:
    """One that we do not know was made by hand at the provider's own pages."""
    wanted = Q(provider_id__in=[each.id for each in listed]) | Q(nonce__in=_nonces(listed))
    rows = Refund.objects.filter(wanted).select_related("payment")
    by_id = {each.provider_id: each for each in rows if each.provider_id}
    by_nonce = {str(each.nonce): each for each in rows if not each.provider_id}
    payments = {each.payment for each in listed}
    orders = dict(Payment.objects.filter(provider_id__in=payments).values_list("provider_id", "order"))
    for each in listed:
        ours = by_id.get(each.id) or by_nonce.get(each.reference)
        if ours is None:
            yield of_movement(Kind.WE_HAVE_NOT, each, order=orders.get(each.payment))
            continue
        seen.add(ours.pk)
        if each.amount != ours.cents or each.currency != "eur":
            yield of_movement(Kind.OTHER_SUM, each, ours=euros(ours.cents), order=ours.payment.order_id)
        if _expected(ours) != STATES[RefundState(each.state)]:
            yield of_movement(Kind.OTHER_STATE, each, ours=ours.state, order=ours.payment.order_id)


def of_disputes(listed: list[Movement], seen: set[int]) -> Iterator[Difference]:
    rows = Payment.objects.filter(provider_id__in=[each.payment for each in listed])
    by_id = {each.provider_id: each for each in rows}
    booked = _disputed([each.pk for each in by_id.values()])
    for each in listed:
        ours, taken = by_id.get(each.payment), each.state in TAKEN
        if ours is None:
            yield of_movement(Kind.WE_HAVE_NOT, each)
            continue
        seen.add(ours.pk)
        is_disputed = ours.state == PaymentState.DISPUTED
        if ours.dispute != each.id and not (taken and is_disputed):
            yield of_movement(Kind.WE_HAVE_NOT, each, order=ours.order_id)
        elif taken != is_disputed:
            yield of_movement(Kind.OTHER_STATE, each, ours=ours.state, order=ours.order_id)
        elif taken and booked.get(ours.pk, 0) != each.amount:
            yield of_movement(Kind.OTHER_SUM, each, ours=euros(booked.get(ours.pk, 0)), order=ours.order_id)


def _disputed(payments: Iterable[int]) -> dict[int | None, int]:
    """What the books say is taken back by disputes, by payment."""
    signed = Case(
        When(debit=Account.DISPUTES, then=F("cents")), When(credit=Account.DISPUTES, then=-F("cents")), default=0
    )
    rows = Posting.objects.filter(payment__in=payments).values_list("payment").annotate(total=Sum(signed))
    return dict(rows)


def _expected(refund: Refund) -> str:
    """How the provider's refund stands if ours is right: one that failed there may have been made by hand since."""
    return OurRefundState.FAILED if refund.fault == BY_HAND else refund.state


def _nonces(listed: Iterable[Movement]) -> list[UUID]:
    found = []
    for each in listed:
        try:
            found.append(UUID(each.reference))
        except ValueError:  # somebody else's, in the same account
            continue
    return found
