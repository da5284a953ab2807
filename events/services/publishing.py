"""Publishing: the one gate between a draft and the public, with checks that higher apps may add to."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.enums import Status
from events.models import Event, SeatPool
from events.services import search

Problem = str | Promise
Check = Callable[[Event, datetime], list[Problem]]

_checks: list[Check] = []


class NotReady(Refused):
    """The event lacks something that visitors need; `problems` says what."""

    code = "not_ready"
    message = _("This event cannot be published yet.")

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems

    def __str__(self) -> str:
        return " ".join([str(self.message), *map(str, self.problems)])


class NotPublished(Refused):
    code = "not_published"
    message = _("Only a published event can be taken back into a draft.")


class HasPeople(Refused):
    code = "has_people"
    message = _("People have registered, so it cannot go back to draft.")


def check_with(check: Check) -> None:
    """Ask `check` before every publishing; called once, from an app's `ready`."""
    _checks.append(check)


def problems(*, event: Event, now: datetime) -> list[Problem]:
    """What keeps `event` from being published, in words."""
    return [problem for check in _checks for problem in check(event, now)]


def refuse_unless_ready(*, event: Event, now: datetime) -> None:
    """:raises NotReady: if a check finds a problem"""
    if found := problems(event=event, now=now):
        raise NotReady(found)


@transaction.atomic
def publish(*, event: Event, by: User, now: datetime) -> None:
    """Show `event` to everyone. The pool's lock keeps changes of the plan out meanwhile.

    :raises NotReady: if a check finds a problem
    """
    SeatPool.objects.locked().filter(event=event).first()
    event = Event.objects.get(pk=event.pk)
    if event.status == Status.PUBLISHED:
        return
    refuse_unless_ready(event=event, now=now)
    search.index(event=event)
    _move(event, Status.PUBLISHED, action="event.publish", by=by, now=now)


@transaction.atomic
def unpublish(*, event: Event, by: User, now: datetime) -> None:
    """Take `event` back into a draft, as long as nobody has registered. The pool's lock keeps new forms out meanwhile.

    :raises NotPublished: if it is not published
    :raises HasPeople: if somebody sits, waits or is just filling the form
    """
    pool = SeatPool.objects.locked().filter(event=event).first()
    event = Event.objects.get(pk=event.pk)
    if event.status != Status.PUBLISHED:
        raise NotPublished
    if pool and (pool.taken or pool.waiting or pool.held):
        raise HasPeople
    search.index(event=event)
    _move(event, Status.DRAFT, action="event.unpublish", by=by, now=now)


def _move(event: Event, status: Status, *, action: str, by: User, now: datetime) -> None:
    before = event.status
    event.status, event.changed_at, event.sequence = status, now, event.sequence + 1
    event.published_at = event.published_at or now
    event.save(update_fields=["status", "changed_at", "sequence", "published_at"])
    audit.changed(
        actor=by,
        action=action,
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        before={"status": before},
        after={"status": status},
    )


def essentials(event: Event, now: datetime) -> list[Problem]:
    """What any visitor must be told."""
    found: list[Problem] = []
    if not event.timetable:
        found.append(_("Add at least one date."))
    elif event.ends_at and event.ends_at <= now:
        found.append(_("All dates are in the past."))
    if not event.summary:
        found.append(_("Say in one or two sentences what the event is: fill in the summary."))
    if not (event.contact_email or event.contact_phone):
        found.append(_("Give a contact: an e-mail address or a phone number."))
    return found
