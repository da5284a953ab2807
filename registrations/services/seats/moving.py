"""From one date of an event to another: the old seat is let go and the new one taken at the same moment."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused
from events import shelf
from events.enums import Door
from events.models import SeatPool
from events.rules import door_of_pool
from registrations.enums import ACTIVE, Status
from registrations.models import Registration
from registrations.services import letters
from registrations.services.seats.places import AlreadyAttended, NothingToCancel
from registrations.services.seats.pool import NotOpen, lock_two, move, promote, record, release_expired


class DateFull(Refused):
    code = "date_full"
    message = _("The last seat of that date has just been taken. Your registration is as it was.")


class ThereAlready(Refused):
    code = "there_already"
    message = _("You are registered for that date already.")


@transaction.atomic
def change_date(*, registration: Registration, pool_pk: int, by: User | None, now: datetime) -> None:
    """Give `registration` a seat of another date of its event, and its old one to the head of that date's queue.

    Both pools are locked, in ascending key. Nobody goes past those who wait for the new date. The ticket stays good.

    :param by: who does it for somebody else; None: the person themselves
    :raises NothingToCancel: if the registration is not active any more
    :raises AlreadyAttended: if the person has been there
    :raises ThereAlready: if they have that date already
    :raises DateFull: if no seat is free for a newcomer
    :raises NotOpen: if that date is another event's, or registration for it is not open
    """
    old, new = lock_two(registration.pool_id, pool_pk)
    registration = Registration.objects.locked().select_related("event__project").get(pk=registration.pk)
    if registration.status not in ACTIVE or registration.pool_id != old.pk:
        raise NothingToCancel
    if registration.attendances.exists():
        raise AlreadyAttended
    _refuse_unless_free(registration, old, new, now)
    was = registration.status
    registration.pool, registration.meeting_id = new, new.meeting_id
    registration.status, registration.confirmed_at = Status.CONFIRMED, registration.confirmed_at or now
    registration.save(update_fields=["pool", "meeting", "status", "confirmed_at"])
    move(old, taken=-(was == Status.CONFIRMED), waiting=-(was == Status.WAITING))
    move(new, taken=1)
    letters.moved(registration=registration, now=now)
    record(registration, "registration.move", by, now, was=was)
    promote(old, now)


def _refuse_unless_free(registration: Registration, old: SeatPool, new: SeatPool, now: datetime) -> None:
    event = shelf.by_pk(old.event_id)
    if event is None or new.event_id != old.event_id or new.meeting_id is None:
        raise NotOpen
    old.event = new.event = event
    same = Registration.objects.active().filter(pool=new, person=registration.person_id)
    if new.pk == old.pk or same.exists():
        raise ThereAlready
    release_expired(new, now)
    door = door_of_pool(event, new, now, invited=True)
    if door == Door.QUEUE:
        raise DateFull
    if door != Door.OPEN:
        raise NotOpen
