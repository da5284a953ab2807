"""Hosts and exhibitors sign up for a stand, change it by their link, and are approved by the organiser."""

from dataclasses import asdict, dataclass
from datetime import datetime, time

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events import rules
from events.enums import StandState, Status
from events.models import Event, Municipality, Stand
from registrations.services import letters

PUBLIC = ("name", "street", "municipality", "latitude", "longitude", "opens", "closes", "offering", "website")
"""What visitors read of a stand; a change of it is recorded, with what stood there before."""


class StandsAreClosed(Refused):
    code = "stands_are_closed"
    message = _("Signing up for a stand is closed. Ask the organiser.")


class StandIsOver(Refused):
    code = "stand_is_over"
    message = _("This stand has been withdrawn or declined.")


class NumberTaken(Refused):
    code = "number_taken"
    message = _("Another stand has this number.")


@dataclass(frozen=True, kw_only=True)
class StandPlan:
    """What a host or an exhibitor tells. `latitude` and `longitude` in degrees (WGS 84), both or none."""

    name: str
    street: str
    municipality: Municipality | None
    latitude: float | None
    longitude: float | None
    opens: time | None
    closes: time | None
    offering: str
    language: str
    website: str
    business_id: str
    hygiene_pass: bool
    contact_name: str
    contact_email: str
    contact_phone: str


@transaction.atomic
def apply(*, event: Event, plan: StandPlan, now: datetime) -> Stand:
    """Keep an application for a stand, and write to its contact.

    :raises StandsAreClosed: if the event takes none, or none any more
    """
    event = Event.objects.locked().get(pk=event.pk)
    if not rules.takes_stands(event, now):
        raise StandsAreClosed
    stand = Stand.objects.create(event=event, applied_at=now, **_values(plan))
    letters.stand(moment="stand_received", stand=stand, now=now)
    _record("stand.apply", stand, None, now)
    return stand


@transaction.atomic
def change(*, stand: Stand, plan: StandPlan, now: datetime) -> None:
    """Bring the stand to `plan`, as its host wants it. What is approved stays so: the organiser sees the change.

    :raises StandIsOver: if it was withdrawn or declined
    """
    stand = _lock(stand)
    if stand.state not in {StandState.APPLIED, StandState.APPROVED}:
        raise StandIsOver
    before = {name: str(getattr(stand, name)) for name in PUBLIC}
    for name, value in _values(plan).items():
        setattr(stand, name, value)
    stand.save(update_fields=list(_values(plan)))
    _touch(stand.event, now)
    after = {name: str(getattr(stand, name)) for name in PUBLIC}
    changed = [name for name in PUBLIC if before[name] != after[name]]
    _record("stand.change", stand, None, now, {name: [before[name], after[name]] for name in changed})


@transaction.atomic
def withdraw(*, stand: Stand, now: datetime) -> None:
    """Take the stand back, for its host.

    :raises StandIsOver: if it was withdrawn or declined before
    """
    stand = _lock(stand)
    if stand.state not in {StandState.APPLIED, StandState.APPROVED}:
        raise StandIsOver
    _move(stand, StandState.WITHDRAWN, None, now)


@transaction.atomic
def decide(*, stand: Stand, approve: bool, number: str, by: User, now: datetime) -> None:
    """Approve the stand under `number` (may be empty), or decline it, and write to its contact once.

    An approved stand may get another number, silently; a declined one may still be approved.

    :raises StandIsOver: if it was withdrawn, or the event is cancelled
    :raises NumberTaken: if another approved stand of the event has the number
    """
    stand = _lock(stand)
    if stand.state == StandState.WITHDRAWN or stand.event.status != Status.PUBLISHED:
        raise StandIsOver
    before, stand.number = stand.state, number if approve else ""
    taken = Stand.objects.approved().filter(event=stand.event, number=number).exclude(pk=stand.pk)
    if approve and number and taken.exists():
        raise NumberTaken
    try:
        _move(stand, StandState.APPROVED if approve else StandState.DECLINED, by, now)
    except IntegrityError as clash:
        raise NumberTaken from clash
    if stand.state != before:
        letters.stand(moment=f"stand_{stand.state}", stand=stand, now=now)


def _values(plan: StandPlan) -> dict[str, object]:
    return {name: getattr(plan, name) for name in asdict(plan)}


def _lock(stand: Stand) -> Stand:
    """Under the event's lock: two decisions must not give one number twice."""
    Event.objects.locked().get(pk=stand.event_id)
    return Stand.objects.select_related("event__project", "event__organisation").get(pk=stand.pk)


def _move(stand: Stand, state: StandState, by: User | None, now: datetime) -> None:
    stand.state, stand.decided_at = state, now
    stand.save(update_fields=["state", "decided_at", "number"])
    _touch(stand.event, now)
    _record(f"stand.{state}", stand, by, now)


def _touch(event: Event, now: datetime) -> None:
    """The public page shows stands, and its pieces are kept by the event's version."""
    event.changed_at, event.sequence = now, event.sequence + 1
    event.save(update_fields=["changed_at", "sequence"])


def _record(
    action: str, stand: Stand, by: User | None, now: datetime, changed: dict[str, list[str]] | None = None
) -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=stand.key,
        scope=f"event:{stand.event_id}",
        now=now,
        after={"state": stand.state, "number": stand.number, **({"changed": changed} if changed else {})},
    )
