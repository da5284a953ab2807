"""Times of interviews: made in one go, booked by those who are invited, one each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import Event
from registrations import rules
from registrations.enums import Stage
from registrations.models import Application, InterviewSlot
from registrations.services import application_letters


class SlotTaken(Refused):
    code = "slot_taken"
    message = _("Somebody has just taken this time. Choose another.")


class SlotOver(Refused):
    code = "slot_over"
    message = _("This time is over. Choose another, or ask the organiser.")


class NotInvited(Refused):
    code = "not_invited"
    message = _("Only those who are invited to an interview book a time.")


class NoTimeFits(Refused):
    code = "no_time_fits"
    message = _("No interview of this length fits between these times.")


class BookedSlot(Refused):
    code = "booked_slot"
    message = _("An applicant has booked this time. Ask them to choose another first.")


@dataclass(frozen=True, kw_only=True)
class SlotPlan:
    """Times of one day. `pause` and `minutes` in minutes."""

    starts_at: datetime
    ends_at: datetime
    minutes: int
    pause: int = 0
    breaks: Sequence[tuple[datetime, datetime]] = ()
    place: str = ""
    link: str = ""
    interviewers: str = ""


@transaction.atomic
def add_slots(*, event: Event, plan: SlotPlan, by: User, now: datetime) -> int:
    """Make times for interviews, and return how many are new; those that are there already stay.

    :raises NoTimeFits: if not a single one fits
    """
    event = Event.objects.locked().get(pk=event.pk)
    times = rules.slots(
        starts_at=plan.starts_at, ends_at=plan.ends_at, minutes=plan.minutes, pause=plan.pause, breaks=plan.breaks
    )
    if not times:
        raise NoTimeFits
    where = {"place": plan.place, "link": plan.link, "interviewers": plan.interviewers}
    there = set(InterviewSlot.objects.filter(event=event, **where).values_list("starts_at", flat=True))
    fresh = [
        InterviewSlot(event=event, starts_at=begins, ends_at=ends, **where)
        for begins, ends in times
        if begins not in there
    ]
    InterviewSlot.objects.bulk_create(fresh)
    audit.changed(
        actor=by, action="interview.add", subject=event.scope, scope=event.scope, now=now, after={"number": len(fresh)}
    )
    return len(fresh)


@transaction.atomic
def remove_slot(*, slot: InterviewSlot, by: User, now: datetime) -> None:
    """:raises BookedSlot: if an applicant has it"""
    found = InterviewSlot.objects.locked().filter(pk=slot.pk).first()
    if found is None:
        return
    if found.application_id:
        raise BookedSlot
    found.delete()
    scope = f"event:{slot.event_id}"
    audit.changed(actor=by, action="interview.remove", subject=scope, scope=scope, now=now)


@transaction.atomic
def book(*, application: Application, slot_pk: int, now: datetime) -> InterviewSlot:
    """Give the applicant this time, in place of another that they had, and mail it with a calendar file.

    :raises NotInvited: if they are not invited to an interview
    :raises SlotTaken: if somebody else has it, or it is gone
    :raises SlotOver: if it has begun, or the one they had
    """
    application = _invited(application)
    slots = {each.pk: each for each in _slots(Q(pk=slot_pk, event=application.event_id), application)}
    wanted = slots.pop(slot_pk, None)
    if wanted is None or wanted.application_id not in (None, application.pk):
        raise SlotTaken
    if wanted.application_id == application.pk:
        return wanted
    if any(each.starts_at <= now for each in (wanted, *slots.values())):
        raise SlotOver
    for each in slots.values():
        _release(each)
    wanted.application, wanted.booked_at = application, now
    wanted.save(update_fields=["application", "booked_at"])
    application_letters.post("interview", [application], event=application.event, now=now, slot=wanted.pk)
    _record(application, "interview.book", now)
    return wanted


@transaction.atomic
def unbook(*, application: Application, now: datetime) -> None:
    """Leave the booked time to others; another can be booked.

    :raises NotInvited: if nothing is booked
    :raises SlotOver: if it has begun
    """
    application = _locked(application)
    slots = _slots(Q(pk__in=[]), application)
    if not slots:
        raise NotInvited
    for each in slots:
        if each.starts_at <= now:
            raise SlotOver
        _release(each)
        application_letters.post("interview_cancelled", [application], event=application.event, now=now, slot=each.pk)
    _record(application, "interview.unbook", now)


def _locked(application: Application) -> Application:
    found = Application.objects.locked().get(pk=application.pk)
    found.registration, found.event = application.registration, application.event
    return found


def _invited(application: Application) -> Application:
    found = _locked(application)
    if found.stage != Stage.INVITED:
        raise NotInvited
    return found


def _slots(wanted: Q, application: Application) -> list[InterviewSlot]:
    """The time that is wanted and the one that they have, locked in ascending key: so two can swap theirs at once."""
    rows = InterviewSlot.objects.locked().filter(wanted | Q(application=application.pk))
    return list(rows.order_by("pk"))


def _release(slot: InterviewSlot) -> None:
    slot.application, slot.booked_at = None, None
    slot.save(update_fields=["application", "booked_at"])


def _record(application: Application, action: str, now: datetime) -> None:
    audit.changed(
        actor=None,
        action=action,
        subject=f"registration:{application.registration_id}",
        scope=f"event:{application.event_id}",
        now=now,
    )
