"""A seat, or a place in the queue, is given up."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused
from registrations.enums import ACTIVE, Outcome, Stage, Status
from registrations.models import Registration
from registrations.rules import FREES_A_SEAT, move
from registrations.services import application_letters, letters, stages
from registrations.services.payments import giving_back
from registrations.services.seats import expiry
from registrations.services.seats.records import record
from registrations.services.seats.tree import Tree, tending

COUNTER = {Status.CONFIRMED: "taken", Status.OFFERED: "offered", Status.UNPAID: "held", Status.WAITING: "waiting"}
"""In which counter of its pool a registration stands; an application stands in none."""


class NothingToCancel(Refused):
    code = "nothing_to_cancel"
    message = _("This registration has been cancelled already.")


class ChangedState(Refused):
    code = "changed_state"
    message = _("The registration has changed meanwhile. Look at it again.")


class AlreadyAttended(Refused):
    code = "already_attended"
    message = _("You have been checked in already, so this registration can no longer be cancelled.")


@transaction.atomic
def cancel(*, registration: Registration, by: User | None, now: datetime, seen: Status | None = None) -> None:
    """Free the seat and hand it to the head of the waiting list. `by` is None when the person cancels.

    What was paid goes back by the terms of the event, and all of it where an organiser cancels.

    Who started and goes on no more keeps the stage; the seat that they kept is free, if an organiser says so.

    :param seen: the state for which `by` decided it; None: whatever it is
    :raises ChangedState: if it is another by now
    :raises NothingToCancel: if it is not active any more
    :raises AlreadyAttended: if the person has been there
    :raises HasStarted: if they have started where they had applied
    """
    with tending(registration.pool_id, now) as tree:
        registration = _still_active(registration, tree)
        if seen is not None and registration.status != seen:
            raise ChangedState
        applications = stages.of([registration]) if tree.event.terms.by_application else []
        only_the_seat = by is not None and any(each.stage in FREES_A_SEAT for each in applications)
        if not only_the_seat:
            _refuse_if_attended(registration)
            stages.refuse_if_started(applications)
        give_up(tree, registration, now)
        was, registration.status, registration.cancelled_at = registration.status, Status.CANCELLED, now
        registration.save(update_fields=["status", "cancelled_at"])
        giving_back.give_up(tree.event, [registration], by=by, now=now, all_back=by is not None)
        if applications and not only_the_seat:
            stages.step(applications, Stage.WITHDRAWN, by=by, now=now)
            application_letters.post("withdrawn", applications, event=tree.event, now=now)
        else:
            letters.cancelled(registration=registration, now=now)
        record(registration, "registration.cancel", by, now, was=was)


def active(registration: Registration, tree: Tree) -> Registration:
    """The row as it is now, locked. For those who tend its tree.

    :raises ChangedState: if it stands in another tree by now
    :raises NothingToCancel: if it is not active any more
    :raises AlreadyAttended: if the person has been there
    """
    registration = _still_active(registration, tree)
    _refuse_if_attended(registration)
    return registration


def _still_active(registration: Registration, tree: Tree) -> Registration:
    registration = Registration.objects.locked().select_related("event__project").get(pk=registration.pk)
    if registration.status not in ACTIVE:
        raise NothingToCancel
    if registration.pool_id not in tree.keys:
        raise ChangedState
    return registration


def _refuse_if_attended(registration: Registration) -> None:
    if registration.attendances.exists():
        raise AlreadyAttended


def give_up(tree: Tree, registration: Registration, now: datetime) -> None:
    """Take an active registration out of the counter in which it stands; an offer to nobody ends."""
    if registration.status in COUNTER:
        move(tree.pool(registration.pool_id), **{COUNTER[Status(registration.status)]: -1})
    offer = registration.offer
    if registration.status == Status.OFFERED and offer and len(expiry.offered_by(offer)) == 1:
        expiry.end(offer, Outcome.DECLINED, now)
