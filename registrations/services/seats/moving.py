"""From one date of an event to another: the old seat is let go and the new one taken at the same moment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused
from events.enums import Door
from events.models import SeatPool
from events.rules import door_of_pool
from registrations.enums import Status
from registrations.models import Registration
from registrations.rules import move
from registrations.services import letters
from registrations.services.seats import charging
from registrations.services.seats.knowing import others_of
from registrations.services.seats.leaving import active, give_up
from registrations.services.seats.records import record
from registrations.services.seats.tree import NotOpen, Tree, tending_two


class DateFull(Refused):
    code = "date_full"
    message = _("The last seat of that date has just been taken. Your registration is as it was.")


class ThereAlready(Refused):
    code = "there_already"
    message = _("You are registered for that date already.")


class PayFirst(Refused):
    code = "pay_first"
    message = _("Pay for the seat first; then you can change the date.")


class MustWait(Refused):
    code = "must_wait"
    message = _("Seats of this event are paid for. Cancel this registration, and register for the other date.")


class OtherPrice(Refused):
    code = "other_price"
    message = _("The seats of that date have other prices. Cancel this registration, and register for the other date.")


@transaction.atomic
def change_date(*, registration: Registration, pool_pk: int, by: User | None, now: datetime) -> None:
    """Give `registration` a seat of another date of its event, and its old one to the head of that date's queue.

    Both roots are locked, in ascending key. Nobody goes past those who wait for the new date. The ticket stays good.

    :param by: who does it for somebody else; None: the person themselves
    :raises NothingToCancel: if the registration is not active any more
    :raises AlreadyAttended: if the person has been there
    :raises ThereAlready: if they have that date already
    :raises DateFull: if no seat is free for a newcomer
    :raises GroupNeeded: if that date has seats for different people, and none were chosen
    :raises PayFirst, MustWait, OtherPrice: if the seat costs something, and is not paid, or costs something else there
    :raises NotOpen: if that date is another event's, or registration for it is not open
    """
    with tending_two(registration.pool_id, pool_pk, now) as (old, new):
        registration = active(registration, old)
        if registration.status == Status.UNPAID:
            raise PayFirst
        if registration.status != Status.CONFIRMED and charging.cost([registration], now):
            raise MustWait
        pool = _free(registration, old, new, new.leaf(pool_pk), now)
        if registration.price and registration.price.pool_id not in {None, *(each.pk for each in pool.path)}:
            raise OtherPrice
        was = registration.status
        give_up(old, registration, now)
        registration.pool, registration.meeting_id = pool, pool.meeting_id
        registration.wanted_id = pool_pk if pool.pk != pool_pk else None
        registration.status, registration.confirmed_at = Status.CONFIRMED, registration.confirmed_at or now
        registration.save(update_fields=["pool", "wanted", "meeting", "status", "confirmed_at"])
        move(pool, taken=1)
        registration.event = new.event
        letters.moved(registration=registration, now=now)
        record(registration, "registration.move", by, now, was=was)


def _free(registration: Registration, old: Tree, new: Tree, chosen: SeatPool, now: datetime) -> SeatPool:
    """The pool that has a seat for somebody who chose `chosen`."""
    if new.event.pk != old.event.pk or new.root.meeting_id is None:
        raise NotOpen
    if new.root.pk == old.root.pk or others_of(new.root, registration):
        raise ThereAlready
    door = door_of_pool(new.event, chosen, now, invited=True)
    if door == Door.QUEUE:
        raise DateFull
    if door != Door.OPEN:
        raise NotOpen
    return next(pool for pool in chosen.claimable(now) if pool.unkept)
