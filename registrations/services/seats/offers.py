"""Offers of seats are answered: taken, declined, or asked for anew when they have run out."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from events.enums import Status as EventStatus
from events.rules import door_of_pool
from registrations import rules
from registrations.enums import HoldKind, Outcome, Stage, Status
from registrations.models import Offer, Party, Registration
from registrations.rules import move
from registrations.services import application_letters, letters, rides, stages
from registrations.services.seats import charging, expiry
from registrations.services.seats.knowing import others_of
from registrations.services.seats.moving import ThereAlready
from registrations.services.seats.records import record
from registrations.services.seats.tree import NotOpen, Tree, tending

REJOINED = ["pool", "wanted", "offer", "queued_at", "ahead", "status", "confirmed_at", "pick_up"]


class OfferOver(Refused):
    code = "offer_over"
    message = _(
        "The time to answer ran out, and the seat was offered to the next in line. You can join the waiting list again."
    )


class NothingOffered(Refused):
    code = "nothing_offered"
    message = _("No seat is offered here any more. Look at what your page says now.")


class NothingLapsed(Refused):
    code = "nothing_lapsed"
    message = _("You need not join again. Look at what your page says now.")


@transaction.atomic
def accept(*, offer: Offer, now: datetime) -> list[Registration]:
    """Take the offered seats, for one person or for a whole party, and return the registrations.

    In the second in which it ends an offer is over: the lock decides who was first, and one moment decides for both.

    :raises OfferOver: if time has run out
    :raises NothingOffered: if it was answered before
    """
    with tending(offer.pool_id, now) as tree:
        found = _open(tree, offer, now)
        costs = charging.cost(found, now) > 0
        move(tree.pool(offer.pool_id), offered=-len(found), **{"held" if costs else "taken": len(found)})
        expiry.end(offer, Outcome.ACCEPTED, now)
        for registration in found:
            registration.event = tree.event
            registration.status, registration.confirmed_at = (Status.UNPAID, None) if costs else (Status.CONFIRMED, now)
            registration.save(update_fields=["status", "confirmed_at"])
            record(registration, "registration.accept", None, now, was=Status.OFFERED)
        if costs:
            until = charging.pay_by(now, offered_until=offer.expires_at)
            order = charging.bill(tree.event, found, found[0].party, now, pay_by=until)
            letters.pay(order=order, now=now)
        if tree.event.terms.by_application:
            _answered(tree, found, Stage.ACCEPTED, now, told=not costs)
        elif not costs:
            letters.promoted(registrations=found, now=now)
    return found


@transaction.atomic
def decline(*, offer: Offer, now: datetime) -> None:
    """Leave the offered seats to the next in line, and the waiting list.

    :raises OfferOver: if time has run out
    :raises NothingOffered: if it was answered before
    """
    with tending(offer.pool_id, now) as tree:
        found = _open(tree, offer, now)
        move(tree.pool(offer.pool_id), offered=-len(found))
        expiry.end(offer, Outcome.DECLINED, now)
        for registration in found:
            registration.event, registration.status, registration.cancelled_at = tree.event, Status.CANCELLED, now
            registration.save(update_fields=["status", "cancelled_at"])
            record(registration, "registration.decline", None, now, was=Status.OFFERED)
            if not tree.event.terms.by_application:
                letters.cancelled(registration=registration, now=now)
        if tree.event.terms.by_application:
            _answered(tree, found, Stage.WITHDRAWN, now)


@transaction.atomic
def rejoin(*, registration: Registration, now: datetime) -> list[Registration]:
    """Who let an offer run out stands at the queue's end again, with all that they had typed; a party as a whole.

    A seat that is free by now is theirs at once.

    :raises NothingLapsed: if nothing ran out
    :raises ThereAlready: if everybody concerned has registered anew meanwhile; those of a party who have are left out
    :raises NotOpen: if registration has closed
    """
    with tending(registration.pool_id, now) as tree:
        found = _lapsed(registration)
        if not found:
            raise NothingLapsed
        chosen = tree.leaf(found[0].chosen_id)
        if not rules.may_start(HoldKind.QUEUE, door_of_pool(tree.event, chosen, now, invited=True)):
            raise NotOpen
        found = [each for each in found if others_of(tree.root, each) is None]
        if not found:
            raise ThereAlready
        pool = next((each for each in chosen.claimable(now) if each.unkept >= len(found)), None)
        costs = pool is not None and charging.cost(found, now) > 0
        move(pool or chosen, **{"held" if costs else "taken" if pool else "waiting": len(found)})
        for each in found:
            each.event, each.pool = tree.event, pool or chosen
            each.wanted_id = chosen.pk if pool and pool.pk != chosen.pk else None
            each.offer, each.queued_at, each.ahead = None, now, 0
            each.status = Status.UNPAID if costs else Status.CONFIRMED if pool else Status.WAITING
            each.confirmed_at = now if each.status == Status.CONFIRMED else None
            if pool:
                rides.keep_if_there_is_room(each)
            each.save(update_fields=REJOINED)
            record(each, "registration.rejoin", None, now, was=Status.LAPSED)
        if costs:
            order = charging.bill(tree.event, found, found[0].party, now, pay_by=charging.pay_by(now))
            letters.pay(order=order, now=now)
        elif pool:
            letters.promoted(registrations=found, now=now)
        else:
            letters.rejoined(registrations=found, now=now)
    return found


def of_party(party: Party) -> Offer | None:
    """What the party is offered at this moment."""
    return Offer.objects.unanswered().filter(registrations__party=party, registrations__status=Status.OFFERED).first()


def _open(tree: Tree, offer: Offer, now: datetime) -> list[Registration]:
    """Whoever is offered seats by it. Tending has lapsed it already, if its time is over."""
    offer.refresh_from_db(fields=["ended_at", "outcome"])
    if offer.outcome == Outcome.LAPSED:
        raise OfferOver
    found = expiry.offered_by(offer)
    if offer.ended_at or not found:
        raise NothingOffered
    over = tree.ends_at is not None and tree.ends_at <= now
    if tree.event.status != EventStatus.PUBLISHED or tree.event.is_off(tree.root) or over:
        raise NotOpen
    for registration in found:
        registration.event = tree.event
    return found


def _answered(tree: Tree, registrations: list[Registration], to: Stage, now: datetime, *, told: bool = True) -> None:
    """An applicant has taken the seat, or has left it."""
    applications = stages.of(registrations)
    stages.step(applications, to, by=None, now=now)
    if told:
        application_letters.post(to.value, applications, event=tree.event, now=now)


def _lapsed(registration: Registration) -> list[Registration]:
    rows = Registration.objects.filter(status=Status.LAPSED).select_related("party", "person").order_by("pk")
    if registration.party_id:
        return list(rows.filter(party=registration.party_id, offer=registration.offer_id))
    return list(rows.filter(pk=registration.pk))
