"""Making and changing events."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.crypto import salted_hmac
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import Organisation, User
from accounts.services import audit, members
from core.errors import Refused
from core.secrets import new_token
from events.enums import Counting, Kind, Mode, Status
from events.models import Event, Meeting, Picture, Project, SeatPool, Venue
from events.services import publishing, search, seating, timetables


class OwnerIsSet(Refused):
    code = "owner_is_set"
    message = _("The event is published: its project and its organiser stay as they are.")


class MeetingInUse(Refused):
    code = "meeting_in_use"
    message = _("Somebody is registered for a date that you took away, or has been there. Keep that date.")


class ChangedMeanwhile(Refused):
    """Somebody else saved the event after the form was opened."""

    code = "changed_meanwhile"
    message = _("Somebody else has changed this event since you opened it. Nothing of yours is saved yet.")


class ConfidentialityIsSet(Refused):
    code = "confidentiality_is_set"
    message = _("The event has been published: who may see its people stays as it is.")


@dataclass(frozen=True, kw_only=True)
class MeetingPlan:
    """One date; `pk` is that of the meeting it changes, None for a new one."""

    pk: int | None
    starts_at: datetime
    ends_at: datetime
    venue: Venue | None
    mode: Mode
    teacher: str = ""
    link: str = ""


@dataclass(frozen=True, kw_only=True)
class EventPlan:
    """Everything an organiser decides about an event. `texts` maps column names such as `title_sv` to words."""

    organisation: Organisation
    project: Project | None
    kind: Kind
    texts: dict[str, str]
    contact_name: str
    contact_email: str
    contact_phone: str
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    asks_start_notice: bool
    counting: Counting
    counting_reason: str
    seats: int | None
    seats_each_date: bool = False
    audiences: list[str] = field(default_factory=list)
    spoken_languages: list[str] = field(default_factory=list)
    access_features: list[str] = field(default_factory=list)
    picture: Picture | None = None
    elsewhere_url: str = ""
    invite_only: bool = False
    confidential: bool = False
    min_size: int | None = None
    min_size_judged_on: date | None = None
    takes_stands: bool = False
    stands_close_at: datetime | None = None
    stands_serve_food: bool = False
    meetings: tuple[MeetingPlan, ...]


InUse = Callable[[list[int], datetime], bool]
_in_use: list[InUse] = []


def keep_meetings_in_use(asks: InUse) -> None:
    """Ask whether somebody fills a form for any of these meetings; called once, from a higher app's `ready`."""
    _in_use.append(asks)


@transaction.atomic
def create(*, plan: EventPlan, by: User, now: datetime) -> Event:
    """Make a draft of `plan`.

    :raises ClashingDates: if two dates would start at the same time
    """
    event = Event(slug=free_slug(plan.texts["title_fi"]), changed_at=now, **_columns(plan))
    save_under_free_address(event)
    _set_meetings(event, plan.meetings, now)
    seating.set_seats(event=event, seats=plan.seats, each_date=plan.seats_each_date)
    search.index(event=event)
    if event.confidential:
        hide(event=event, by=by, now=now)
    made = Event.objects.get(pk=event.pk)
    _record(event, action="event.create", by=by, now=now, before={}, after=_record_of(made, plan))
    return event


@transaction.atomic
def change(*, event: Event, plan: EventPlan, by: User, now: datetime, seen: int | None = None) -> Event:
    """Bring `event` to `plan`. Meetings keep their identity when they move; the pool's lock keeps visitors out.

    :param seen: the event's `edition` when `by` began to write; None: whatever it is
    :raises ChangedMeanwhile: if somebody else has changed it since
    :raises SeatsAreSet, SeatsInUse, RidesCountTogether, DatesApart: see `seating.set_seats`
    :raises ConfidentialityIsSet: if it becomes confidential, or no longer is, after publishing
    :raises OwnerIsSet: if the project or the organiser changes after publishing
    :raises ClashingDates: if two dates would start at the same time
    :raises MeetingInUse: if a meeting that has attendance would go
    :raises NotReady: if a published event would lack what visitors need
    """
    SeatPool.objects.lock_all_of(event)
    event = Event.objects.locked().get(pk=event.pk)
    if seen is not None and event.edition != seen:
        raise ChangedMeanwhile
    becomes_confidential = plan.confidential and not event.confidential
    if event.status != Status.DRAFT and (event.project, event.organisation) != (plan.project, plan.organisation):
        raise OwnerIsSet
    if event.published_at and event.confidential != plan.confidential:
        raise ConfidentialityIsSet
    before = _record_of(event, plan)
    columns = _columns(plan)
    for name, value in columns.items():
        setattr(event, name, value)
    event.changed_at, event.sequence, event.edition = now, event.sequence + 1, event.edition + 1
    event.plan_changed_at = now
    event.save(update_fields=[*columns, "changed_at", "plan_changed_at", "sequence", "edition"])
    _set_meetings(event, plan.meetings, now)
    seating.set_seats(event=event, seats=plan.seats, each_date=plan.seats_each_date)
    publishing.refuse_unless_still_ready(event=Event.objects.get(pk=event.pk))
    search.index(event=event)
    if becomes_confidential:
        hide(event=event, by=by, now=now)
    after = _record_of(Event.objects.get(pk=event.pk), plan)
    changed = [name for name in after if before[name] != after[name]]
    _record(
        event,
        action="event.change",
        by=by,
        now=now,
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    return event


def hide(*, event: Event, by: User, now: datetime) -> None:
    """Give a confidential event an address that nobody guesses, and a team of one; owners add others to it."""
    event.slug = f"{event.slug[:60]}-{slugify(new_token())[:12]}"
    event.save(update_fields=["slug"])
    members.grant(user=by, organisation=event.organisation, role=Role.ORGANISER, scope=event.scope, by=by, now=now)


def _columns(plan: EventPlan) -> dict[str, object]:
    taken_apart = {"texts", "meetings", "seats", "seats_each_date"}
    plain = {name: getattr(plan, name) for name in plan.__dataclass_fields__ if name not in taken_apart}
    return plain | plan.texts


def _set_meetings(event: Event, plans: tuple[MeetingPlan, ...], now: datetime) -> None:
    kept = {meeting.pk: meeting for meeting in event.meetings.all()}
    wanted = []
    for plan in plans:
        meeting = kept.pop(plan.pk or 0, None) or Meeting(event=event)
        for name in ("starts_at", "ends_at", "venue", "mode", "teacher", "link"):
            setattr(meeting, name, getattr(plan, name))
        wanted.append(meeting)
    if any(asks(list(kept), now) for asks in _in_use):
        raise MeetingInUse
    try:
        event.meetings.filter(pk__in=kept).delete()
    except ProtectedError as in_use:
        raise MeetingInUse from in_use
    timetables.save(event=event, meetings=wanted)


def save_under_free_address(event: Event) -> None:
    """Save a new event; where another took its address at this very moment, under one with some letters more."""
    try:
        with transaction.atomic():
            event.save()
    except IntegrityError:
        event.slug = f"{event.slug[:70]}-{slugify(new_token())[:6]}"
        event.save()


def free_slug(title: str) -> str:
    """A readable address; a few random letters where the plain one is taken."""
    slug = slugify(title)[:70] or "tapahtuma"
    return slug if not Event.objects.filter(slug=slug).exists() else f"{slug}-{slugify(new_token())[:6]}"


def _record_of(event: Event, plan: EventPlan) -> dict[str, Any]:
    """What an auditor reads of an event as it stands in the database: whatever a plan can change."""
    names = [*_columns(plan), *plan.texts]
    told = {name: _said(getattr(event, name)) for name in dict.fromkeys(names)}
    rows = event.meetings.select_related("venue").order_by("starts_at")
    told["meetings"] = [
        [_said(each.starts_at), _said(each.ends_at), each.mode, _said(each.venue), each.teacher, _mark(each.link)]
        for each in rows
    ]
    told["seats"], told["seats_each_date"] = seating.planned(event)
    return told


def _mark(link: str) -> str:
    """A meeting's address is shown to the registered alone: the log says only that it is another one."""
    return f"link {salted_hmac('events.audit.link', link).hexdigest()[:8]}" if link else ""


def _said(value: Any) -> Any:
    """`value` as JSON can hold it."""
    if value is None:
        return ""  # of a text, nothing and empty are one
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value if isinstance(value, str | int | bool | list) else str(value)


def _record(
    event: Event, *, action: str, by: User, now: datetime, before: dict[str, Any], after: dict[str, Any]
) -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        before=before,
        after=after,
    )
