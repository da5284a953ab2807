"""One action on many registrations: planned, taken back or done, each exactly once."""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import Permission
from accounts.models import Grant, User
from accounts.services import audit
from core.errors import Refused
from events.models import Event
from registrations.enums import ACTIVE, Status
from registrations.models import Registration
from registrations.services import corrections, letters, seats
from workspace.enums import Bulk, BulkState, Outcome
from workspace.models import BulkAction, BulkItem

log = logging.getLogger(__name__)

TIME_TO_UNDO = timedelta(seconds=60)


class NothingChosen(Refused):
    code = "nothing_chosen"
    message = _("Choose at least one person in the table.")


class TooLate(Refused):
    code = "too_late"
    message = _("It has begun already and can no longer be taken back.")


@transaction.atomic
def plan(*, event: Event, kind: Bulk, seen: Mapping[int, str], by: User, now: datetime) -> BulkAction:
    """Do `kind` to the registrations in `seen` (their state as it was shown, by key) a minute from now.

    Keys of other events count as none, and so do those to whom the same is about to happen.

    :raises NothingChosen: if none is left
    """
    Event.objects.locked().get(pk=event.pk)  # the same pressed twice at once is planned once
    waiting = BulkItem.objects.filter(action__event=event, action__kind=kind, action__state=BulkState.PLANNED)
    rows = Registration.objects.filter(event=event, pk__in=seen).exclude(pk__in=waiting.values("registration"))
    mine = list(rows.values_list("pk", flat=True))
    if not mine:
        raise NothingChosen
    action = BulkAction.objects.create(event=event, kind=kind, by=by, made_at=now, due_at=now + TIME_TO_UNDO)
    BulkItem.objects.bulk_create(BulkItem(action=action, registration_id=pk, seen=seen[pk]) for pk in mine)
    _record(action, "bulk.plan", now, by=by, people=len(mine))
    return action


@transaction.atomic
def undo(*, action: BulkAction, by: User, now: datetime) -> None:
    """Take back what has not begun.

    :raises TooLate: if it has
    """
    action = BulkAction.objects.locked().get(pk=action.pk)
    if action.state == BulkState.UNDONE:
        return
    if action.state != BulkState.PLANNED:
        raise TooLate
    _move(action, BulkState.UNDONE)
    _record(action, "bulk.undo", now, by=by)


def do_due(*, now: datetime) -> int:
    """Do what is due, and go on with what a dead worker left. Return how many actions were touched."""
    due = list(BulkAction.objects.due_at(now)) + list(BulkAction.objects.unfinished())
    for action in due:
        if _begin(action):
            _do(action, now)
    return len(due)


@transaction.atomic
def _begin(action: BulkAction) -> bool:
    """Close the way back, unless it was taken meanwhile."""
    action = BulkAction.objects.locked().get(pk=action.pk)
    if action.state == BulkState.PLANNED:
        _move(action, BulkState.BEGUN)
    return action.state == BulkState.BEGUN


def _do(action: BulkAction, now: datetime) -> None:
    for pk in list(action.items.left().values_list("pk", flat=True)):
        try:
            _do_one(pk, action, now)
        except OperationalError:  # a lock that was not given in time, or a database gone: its turn comes again
            log.warning("bulk item waits for its next turn", extra={"item": pk})
    with transaction.atomic():
        action = BulkAction.objects.locked().get(pk=action.pk)
        if action.state == BulkState.BEGUN and not action.items.left().exists():
            _move(action, BulkState.DONE)
            outcomes = list(action.items.values_list("outcome", flat=True))
            _record(action, "bulk.do", now, by=action.by, **{each: outcomes.count(each) for each in Outcome.values})


@transaction.atomic
def _do_one(pk: int, action: BulkAction, now: datetime) -> None:
    """The item's row is locked before anything else, so that two workers do not do it twice; nothing else locks it."""
    item = BulkItem.objects.locked().get(pk=pk)
    if item.outcome:
        return
    try:
        with transaction.atomic():
            item.outcome = _effect(action, item, now)
    except seats.ChangedState:
        item.outcome = Outcome.CHANGED
    except Refused:
        item.outcome = Outcome.REFUSED
    except OperationalError:
        raise
    except Exception:  # one that cannot be done must not keep the others from their turn
        log.exception("bulk item failed", extra={"item": item.pk})
        item.outcome = Outcome.REFUSED
    item.save(update_fields=["outcome"])


def _effect(action: BulkAction, item: BulkItem, now: datetime) -> Outcome:
    registration = Registration.objects.select_related("event__project", "event__organisation").get(
        pk=item.registration_id
    )
    if registration.status != item.seen:
        return Outcome.CHANGED
    reach = Grant.objects.scopes(action.by, Permission.MANAGE_EVENTS)
    if not reach.touch(registration.event.people_scopes) or registration.status not in ACTIVE:
        return Outcome.REFUSED
    if action.kind == Bulk.CANCEL:
        seats.cancel(registration=registration, by=action.by, now=now, seen=Status(item.seen))
    elif not registration.email:
        return Outcome.REFUSED
    elif action.kind == Bulk.NEW_LINK:
        corrections.renew_link(registration=registration, by=action.by, now=now)
    else:
        letters.again(registration=registration, now=now)
    return Outcome.DONE


def _move(action: BulkAction, state: BulkState) -> None:
    action.state = state
    action.save(update_fields=["state"])


def _record(action: BulkAction, what: str, now: datetime, *, by: User, **after: int) -> None:
    audit.changed(
        actor=by, action=what, subject=action.event.scope, scope=action.event.scope, now=now,
        after={"kind": str(action.kind), **after},
    )  # fmt: skip
