"""News of a changed plan: another time, another place, one date more or less, told to those whom it touches.

An organiser often saves twice before it is right, so a change waits some minutes for the next one; what people are told
is the difference between what they know (`PlanTold`) and what is so by then.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.services import audit
from events.enums import Status as EventStatus
from events.models import Event
from registrations.models import PlanTold, Registration, RegistrationQuerySet
from registrations.rules.plans import Change, changes, plan_of
from registrations.services import letters

QUIET = timedelta(minutes=5)
"""So long a change waits for another one."""
AT_ONCE = 50


@dataclass(frozen=True)
class News:
    """What those who come to an event do not know yet, how many it touches, and when they are told."""

    changes: Sequence[Change]
    people: int
    at: datetime


def untold(*, event: Event, now: datetime) -> News | None:
    """What will be told soon; None: nothing."""
    told = PlanTold.objects.filter(event=event).first()
    if told is None or event.status != EventStatus.PUBLISHED:
        return None
    found = changes(told.plan, plan_of(event.timetable), now)
    people = _touched(event, found).count() if found else 0
    return News(found, people, _changed_at(event) + QUIET) if people else None


def tell_due(*, now: datetime) -> int:
    """Tell what has waited long enough, and return how many people are told."""
    quiet = ~Q(plan_told__sequence=F("sequence")) & Q(moved_at__lte=now - QUIET)
    rows = Event.objects.published().alias(moved_at=Coalesce("plan_changed_at", "changed_at"))
    due = rows.filter(Q(plan_told=None) | quiet).order_by("pk")[:AT_ONCE]
    return sum(tell(event=event, by=None, now=now) for event in due)


@transaction.atomic
def tell(*, event: Event, by: User | None, now: datetime) -> int:
    """Tell all whom the changed plan touches, each in their language, and return how many they are."""
    told, event = _locked(event, now)
    found = changes(told.plan, plan_of(event.timetable), now)
    people = 0
    for registration in _touched(event, found).select_related("party", "offer") if found else ():
        registration.event = event
        mine = [each for each in found if registration.meeting_id in (None, each.meeting)]
        once = f"change/{event.pk}/{event.sequence}/{registration.pk}"
        people += letters.changed(registration=registration, changes=mine, once=once, now=now)
    _settle(told, event, now)
    if people or by:
        scope, after = f"organisation:{event.organisation_id}", {"people": people}
        audit.changed(actor=by, action="event.changes_told", subject=event.scope, scope=scope, now=now, after=after)
    return people


@transaction.atomic
def keep_to_oneself(*, event: Event, by: User, now: datetime) -> None:
    """Tell nobody of the changes so far, as of a mistake in writing that was mended."""
    told, event = _locked(event, now)
    _settle(told, event, now)
    scope = f"organisation:{event.organisation_id}"
    audit.changed(actor=by, action="event.changes_kept", subject=event.scope, scope=scope, now=now)


def _locked(event: Event, now: datetime) -> tuple[PlanTold, Event]:
    """What is known of the event, so that two workers do not tell it twice, and the event read after that."""
    event = Event.objects.with_dates().select_related("organisation", "project").get(pk=event.pk)
    fresh = {"sequence": event.sequence, "plan": plan_of(event.timetable), "told_at": now}
    PlanTold.objects.get_or_create(event=event, defaults=fresh)
    told = PlanTold.objects.select_for_update().get(event=event)
    return told, Event.objects.with_dates().select_related("organisation", "project").get(pk=event.pk)


def _settle(told: PlanTold, event: Event, now: datetime) -> None:
    told.sequence, told.plan, told.told_at = event.sequence, plan_of(event.timetable), now
    told.save(update_fields=["sequence", "plan", "told_at"])


def _touched(event: Event, found: Sequence[Change]) -> RegistrationQuerySet:
    """Who has a seat, is offered one or waits for one, and had registered before the plan was changed."""
    meetings = [each.meeting for each in found]
    mine = Q(meeting=None) | Q(meeting__in=meetings)
    return Registration.objects.active().filter(mine, event=event, registered_at__lt=_changed_at(event)).order_by("pk")


def _changed_at(event: Event) -> datetime:
    """When the plan was changed. Of a change by an older release only the time of any change is known."""
    return event.plan_changed_at or event.changed_at
