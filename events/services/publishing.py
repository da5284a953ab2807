"""Publishing: the one gate between a draft and the public, with checks that higher apps may add to."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.enums import StandState, Status
from events.models import Event, SeatPool
from events.services import search

Problem = str | Promise
Check = Callable[[Event, datetime], list[Problem]]

_checks: list[Check] = []
_doubts: list[Check] = []


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


class NotADraft(Refused):
    code = "not_a_draft"
    message = _("A cancelled event stays cancelled: people have been told. Make a copy of it instead.")


class HasPeople(Refused):
    code = "has_people"
    message = _("People have registered, so it cannot go back to draft.")


def check_with(check: Check) -> None:
    """Ask `check` before every publishing; called once, from an app's `ready`."""
    _checks.append(check)


def doubt_with(check: Check) -> None:
    """Show what `check` finds, without keeping anybody from publishing; called once, from an app's `ready`."""
    _doubts.append(check)


def doubts(*, event: Event, now: datetime) -> list[Problem]:
    """What an organiser should look at before publishing `event`, in words."""
    return [doubt for check in _doubts for doubt in check(event, now)]


def problems(*, event: Event, now: datetime) -> list[Problem]:
    """What keeps `event` from being published, in words."""
    return [problem for check in _checks for problem in check(event, now)]


def refuse_unless_ready(*, event: Event, now: datetime) -> None:
    """:raises NotReady: if a check finds a problem"""
    if found := problems(event=event, now=now):
        raise NotReady(found)


def refuse_unless_still_ready(*, event: Event) -> None:
    """See that a published event keeps what visitors need, judged as on the day when it was published.

    What is over by now may still be corrected.

    :raises NotReady: if a check finds a problem
    """
    if event.status == Status.PUBLISHED and event.published_at:
        refuse_unless_ready(event=event, now=event.published_at)


@transaction.atomic
def publish(*, event: Event, by: User | None, now: datetime) -> None:
    """Show `event` to everyone. The pools' locks keep other changes out.

    `by` is None when its time has come; nothing happens then if that was taken back meanwhile.

    :raises NotADraft: if it is cancelled
    :raises NotReady: if a check finds a problem
    """
    SeatPool.objects.lock_all_of(event)
    event = Event.objects.locked().get(pk=event.pk)
    if event.status == Status.PUBLISHED:
        return
    if by is None and not (event.publish_at and event.publish_at <= now):
        return
    if event.status == Status.CANCELLED:
        raise NotADraft
    refuse_unless_ready(event=event, now=now)
    search.index(event=event)
    _move(event, Status.PUBLISHED, action="event.publish", by=by, now=now)


@transaction.atomic
def unpublish(*, event: Event, by: User, now: datetime) -> None:
    """Take `event` back into a draft, as long as nobody has registered. The pools' locks keep new forms out meanwhile.

    :raises NotPublished: if it is not published
    :raises HasPeople: if somebody sits, waits, is just filling the form, or has a stand
    """
    pools = SeatPool.objects.lock_all_of(event)
    event = Event.objects.locked().get(pk=event.pk)
    if event.status != Status.PUBLISHED:
        raise NotPublished
    if any(pool.taken or pool.waiting or pool.held or pool.offered for pool in pools):
        raise HasPeople
    if event.stands.filter(state__in=[StandState.APPLIED, StandState.APPROVED]).exists():
        raise HasPeople
    search.index(event=event)
    _move(event, Status.DRAFT, action="event.unpublish", by=by, now=now)


def _move(event: Event, status: Status, *, action: str, by: User | None, now: datetime) -> None:
    before = event.status
    event.status, event.changed_at, event.sequence = status, now, event.sequence + 1
    event.published_at, event.publish_at = event.published_at or now, None
    event.save(update_fields=["status", "changed_at", "sequence", "published_at", "publish_at"])
    audit.changed(
        actor=by,
        action=action,
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        before={"status": before},
        after={"status": status},
    )
