"""The organiser lets somebody stand elsewhere in the queue, and says why."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused
from registrations.enums import Status
from registrations.models import QueueMove, Registration
from registrations.rules import Unit
from registrations.services.seats.queue import waiting_units
from registrations.services.seats.records import record
from registrations.services.seats.tree import tending


class NotWaiting(Refused):
    code = "not_waiting"
    message = _("This person does not wait any more. Look at the list again.")


class ReasonNeeded(Refused):
    code = "reason_needed"
    message = _("Write why the person gets another place. The reason stays in the log.")


@transaction.atomic
def move_in_queue(*, registration: Registration, place: int, reason: str, by: User, now: datetime) -> None:
    """Let `registration`, with its party, stand at `place` (counted in people, from 1) of its pool's queue.

    A place within a group is the one behind it. The moment of registering stays what it was.

    :raises NotWaiting: if the person does not wait any more
    :raises ReasonNeeded: without a reason
    """
    if not reason.strip():
        raise ReasonNeeded
    with tending(registration.pool_id, now) as tree:
        registration = Registration.objects.get(pk=registration.pk)
        if registration.status != Status.WAITING:
            raise NotWaiting
        units = list(waiting_units([registration.pool_id]))
        mine = next(unit for unit in units if any(row.pk == registration.pk for row in unit.members))
        others = [unit for unit in units if unit.key != mine.key]
        was = 1 + _people(units[: units.index(mine)])
        index = _index(others, place)
        _stand(mine, others, index)
        becomes = 1 + _people(others[:index])
        first = mine.members[0]
        QueueMove.objects.create(
            registration=first, at=now, by=by, reason=reason.strip(), from_place=was, to_place=becomes
        )
        first.event = tree.event
        record(first, "registration.move_in_queue", by, now, from_place=was, to_place=becomes)


def _people(units: list[Unit]) -> int:
    return sum(unit.size for unit in units)


def _index(others: list[Unit], place: int) -> int:
    """Behind how many of the others somebody stands who wants to be at `place`."""
    return next((index for index in range(len(others)) if _people(others[:index]) >= place - 1), len(others))


def _stand(mine: Unit, others: list[Unit], index: int) -> None:
    """Put `mine` behind `index` of the others: at the moment of a neighbour, whose equals are numbered anew."""
    if not others:
        return
    neighbour = others[index] if index < len(others) else others[-1]
    moment = neighbour.members[0].queued_at
    order = [*others[:index], mine, *others[index:]]
    equal = [unit for unit in order if unit is mine or unit.members[0].queued_at == moment]
    for number, unit in enumerate(reversed(equal)):
        keys = [row.pk for row in unit.members]
        Registration.objects.filter(pk__in=keys).update(queued_at=moment, ahead=number)
