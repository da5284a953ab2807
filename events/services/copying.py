"""An event made from another: a copy on other dates, or a template that copies are made from."""

from datetime import date, datetime, timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import audit
from events import rules
from events.enums import Status
from events.models import Event, Meeting, PickUp, Ride, SeatPool, Terms
from events.services import search, seating
from events.services.planning import free_slug, hide, save_under_free_address

ZONE = timezone.get_default_timezone()
LEFT_BEHIND = frozenset(
    {
        "id",
        "slug",
        "status",
        "published_at",
        "plan_changed_at",
        "publish_at",
        "archived_at",
        "cancelled_at",
        "is_template",
        "sequence",
        "edition",
    }
)
"""What belongs to an event's own life and not to its plan; so do `cancel_note` and all people."""


class CopyMore(Protocol):
    """What a higher app copies along: from `source` to `target`, which exists already."""

    def __call__(self, *, source: Event, target: Event, by: User, now: datetime) -> None: ...


_more: list[CopyMore] = []


def also_copy(more: CopyMore) -> None:
    """Let a higher app copy what it keeps of an event; called from its `ready`."""
    _more.append(more)


@transaction.atomic
def copy(*, event: Event, first_day: date, by: User, now: datetime) -> Event:
    """Make a draft like `event` whose first date is on `first_day` and whose others keep their distance, by the clock.

    Seats, rides and pictures come along; people, stands and invitation codes do not.
    """
    days = (first_day - timezone.localdate(event.starts_at)).days if event.starts_at else 0
    return _made(event, days, by, now, action="event.copy")


@transaction.atomic
def make_template(*, event: Event, by: User, now: datetime) -> Event:
    """Keep what `event` looks like as a template of its organisation. Later changes of the event do not reach it."""
    return _made(event, 0, by, now, action="event.make_template", is_template=True)


def _made(event: Event, days: int, by: User, now: datetime, *, action: str, is_template: bool = False) -> Event:
    copied = {
        field.attname: getattr(event, field.attname)
        for field in Event._meta.concrete_fields  # noqa: SLF001 - documented model API
        if field.name not in LEFT_BEHIND and not field.name.startswith("cancel_note")
    }
    made = Event(**copied, slug=free_slug(event.title), status=Status.DRAFT, is_template=is_template)
    made.changed_at = now
    for name in ("registration_opens_at", "registration_closes_at", "stands_close_at"):
        setattr(made, name, _shifted(getattr(made, name), days))
    if made.min_size_judged_on:
        made.min_size_judged_on += timedelta(days=days)
    save_under_free_address(made)
    _copy_meetings(event, made, days)
    for pool in SeatPool.objects.roots().filter(event=event, meeting=None):
        made_root = SeatPool.objects.create(event=made, capacity=pool.capacity)
        seating.copy_branches(pool, made_root, later=timedelta(days=days))
    _copy_terms(event, made, days)
    _copy_rides(event, made)
    for more in _more:
        more(source=event, target=made, by=by, now=now)
    if made.confidential:
        hide(event=made, by=by, now=now)
    search.index(event=made)
    audit.changed(
        actor=by,
        action=action,
        subject=made.scope,
        scope=f"organisation:{made.organisation_id}",
        now=now,
        before={"from": event.scope},
        after={"days": days},
    )
    return made


def _shifted(moment: datetime | None, days: int) -> datetime | None:
    return rules.moved(moment, days, ZONE) if moment else None


def _copy_meetings(event: Event, made: Event, days: int) -> None:
    for meeting in Meeting.objects.filter(event=event).order_by("starts_at"):
        pool = SeatPool.objects.roots().filter(meeting=meeting).first()
        meeting.pk, meeting.event, meeting.cancelled_at = None, made, None
        meeting.link = ""  # who joined the old one must not walk into the new
        meeting.starts_at = rules.moved(meeting.starts_at, days, ZONE)
        meeting.ends_at = max(rules.moved(meeting.ends_at, days, ZONE), meeting.starts_at + rules.SHORTEST)
        meeting.save(force_insert=True)
        if pool:
            root = SeatPool.objects.create(event=made, meeting=meeting, capacity=pool.capacity)
            seating.copy_branches(pool, root, later=timedelta(days=days))


def _copy_terms(event: Event, made: Event, days: int) -> None:
    terms = Terms.objects.filter(event=event).first()
    if terms:
        terms.pk, terms.event = None, made
        terms.changes_close_at = _shifted(terms.changes_close_at, days)
        terms.applications_close_at = _shifted(terms.applications_close_at, days)
        terms.save(force_insert=True)


def _copy_rides(event: Event, made: Event) -> None:
    for ride in Ride.objects.filter(event=event).order_by("pk"):
        stops = list(ride.pick_ups.order_by("leaves"))
        ride.pk, ride.event = None, made
        ride.save(force_insert=True)
        for stop in stops:
            stop.pk, stop.ride = None, ride
        PickUp.objects.bulk_create(stops)
