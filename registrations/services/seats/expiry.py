"""What runs out by itself: seats of forms that were not sent, offers that were not answered."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from django.db.models import DateTimeField

from core.compiled import Compiled, Param
from registrations import rules
from registrations.enums import OrderState, Outcome, Stage, Status
from registrations.models import Hold, Offer, Order, Registration
from registrations.rules import move
from registrations.services import application_letters, letters, stages
from registrations.services.seats.records import record

if TYPE_CHECKING:
    from registrations.services.seats.tree import Tree


LATE = Compiled(
    lambda: (
        Hold.objects.of_seats().unreleased().filter(pool=Param("pool"), expires_at__lte=Param("now", DateTimeField()))
    )
)
OVERDUE = Compiled(
    lambda: Order.objects.overdue_at(Param("now", DateTimeField())).filter(event=Param("event")).order_by("pk")
)
"""Where seats cost something, each look at a tree asks it."""


def tidy(tree: Tree, now: datetime) -> None:
    """Free what ran out in a locked tree. Where nothing is held or offered, nothing is asked."""
    if tree.root.held:
        _release_late_holds(tree, now)
        if tree.event.prices.all():
            for order in OVERDUE.all(now=now, event=tree.event.pk):
                _release_unpaid(tree, order, now)
    if tree.root.offered:
        for offer in Offer.objects.expired_at(now).filter(pool__in=tree.keys).order_by("pk"):
            _lapse(tree, offer, now)


def end(offer: Offer, outcome: Outcome, now: datetime) -> None:
    offer.ended_at, offer.outcome = now, outcome
    offer.save(update_fields=["ended_at", "outcome"])


def offered_by(offer: Offer) -> list[Registration]:
    """Who still may answer it."""
    rows = Registration.objects.filter(offer=offer, status=Status.OFFERED)
    return list(rows.select_related("party").order_by("pk"))


def _release_late_holds(tree: Tree, now: datetime) -> None:
    late = _late(tree, now)
    if not late:
        return
    Hold.objects.filter(pk__in=[hold.pk for hold in late]).update(released_at=now)
    seats: Counter[int] = Counter()
    for hold in late:
        seats[hold.pool_id] += hold.seats
    for pk, number in seats.items():
        move(tree.pool(pk), held=-number)


def _release_unpaid(tree: Tree, order: Order, now: datetime) -> None:
    """Give up an order that was not paid in time, with its seats. Those of another tree wait for that tree's turn."""
    order = Order.objects.locked().get(pk=order.pk)
    lines = order.lines.filter(given_up_at=None).select_related("registration__party").order_by("pk")
    late = [line.registration for line in lines if line.registration.status == Status.UNPAID]
    if any(each.pool_id not in tree.keys for each in late):
        return
    for registration in late:
        move(tree.pool(registration.pool_id), held=-1)
        registration.event, registration.status = tree.event, Status.LAPSED
        registration.save(update_fields=["status"])
        record(registration, "registration.lapse", None, now, was=Status.UNPAID)
    lines.update(given_up_at=now)
    order.state, order.closed_at = OrderState.CLOSED, now
    order.save(update_fields=["state", "closed_at"])
    if tree.event.terms.by_application:
        left = [each for each in stages.of(late) if rules.may_follow(each.stage, Stage.WITHDRAWN)]
        stages.step(left, Stage.WITHDRAWN, by=None, now=now)
    if late:
        letters.unpaid(order=order, now=now)


def _late(tree: Tree, now: datetime) -> list[Hold]:
    """Everybody who presses waits for this under the lock, so it is composed once for the usual tree, one pool."""
    if len(tree.keys) == 1:
        return LATE.all(pool=tree.root.pk, now=now)
    return list(Hold.objects.of_seats().unreleased().expired_at(now).filter(pool__in=tree.keys))


def _lapse(tree: Tree, offer: Offer, now: datetime) -> None:
    end(offer, Outcome.LAPSED, now)
    late = offered_by(offer)
    move(tree.pool(offer.pool_id), offered=-len(late))
    for registration in late:
        registration.event, registration.status = tree.event, Status.LAPSED
        registration.save(update_fields=["status"])
        record(registration, "registration.lapse", None, now, was=Status.OFFERED)
    if tree.event.terms.by_application:
        applications = stages.of(late)
        stages.step(applications, Stage.LAPSED, by=None, now=now)
        application_letters.post("lapsed", applications, event=tree.event, now=now)
    else:
        letters.lapsed(registrations=late, now=now)
