"""Judging applicants: by what, by whom, the points, and the notes of interviews with the day on which they go."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Permission
from accounts.models import Grant, User
from accounts.services import audit
from core.errors import Refused
from events.models import LANGUAGES, Event
from registrations.models import (
    Application,
    Assessor,
    Criterion,
    Disqualification,
    InterviewNote,
    Score,
)


class AlreadyScored(Refused):
    code = "already_scored"
    message = _("Points have been given already, so what they are given for must stay as it is.")


class NotAssessor(Refused):
    code = "not_assessor"
    message = _("You do not assess this applicant.")


class NotEligible(Refused):
    code = "not_eligible"
    message = _("This person has no role that lets them assess applicants here. Give them one first.")


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A criterion. `names` by language code; Finnish stands in for what is empty."""

    names: Mapping[str, str]
    weight: int
    max_points: int


@transaction.atomic
def add_criterion(*, event: Event, plan: Plan, by: User, now: datetime) -> Criterion:
    """Judge all applicants by one thing more.

    :raises AlreadyScored: if somebody has been given points
    """
    event = Event.objects.locked().get(pk=event.pk)
    _refuse_if_scored(event)
    last = event.criteria.aggregate(last=Max("position"))["last"] or 0
    names = {f"name_{code}": plan.names.get(code, "") for code in LANGUAGES}
    made = Criterion.objects.create(
        event=event, weight=plan.weight, max_points=plan.max_points, position=last + 1, **names
    )
    _record(event, "criterion.add", by, now, name=made.name_fi)
    return made


@transaction.atomic
def remove_criterion(*, criterion: Criterion, by: User, now: datetime) -> None:
    """:raises AlreadyScored: if somebody has been given points"""
    event = Event.objects.locked().get(pk=criterion.event_id)
    _refuse_if_scored(event)
    Criterion.objects.filter(pk=criterion.pk).delete()
    _record(event, "criterion.remove", by, now, name=criterion.name_fi)


def eligible(*, event: Event) -> list[User]:
    """Who has a role that lets them assess here, by name."""
    grants = Grant.objects.usable().allowing(Permission.ASSESS).filter(scope__in=event.people_scopes)
    return list(User.objects.filter(pk__in=grants.values("user"), is_active=True).order_by("name", "pk"))


@transaction.atomic
def add_assessor(*, event: Event, user: User, by: User, now: datetime) -> Assessor:
    """Let somebody judge an event's applicants; who was removed before does so again.

    :raises NotEligible: if they have no role for it
    """
    event = Event.objects.locked().get(pk=event.pk)
    if user not in eligible(event=event):
        raise NotEligible
    made, _new = Assessor.objects.get_or_create(event=event, user=user, defaults={"since": now})
    if made.removed_at:
        made.removed_at, made.removed_by, made.reason = None, None, ""
        made.save(update_fields=["removed_at", "removed_by", "reason"])
    _record(event, "assessor.add", by, now, subject=f"user:{user.pk}")
    return made


@transaction.atomic
def remove_assessor(*, assessor: Assessor, reason: str, by: User, now: datetime) -> None:
    """Somebody judges here no more. Their points stay in the record, and count no more."""
    event = Event.objects.locked().get(pk=assessor.event_id)
    still = Assessor.objects.at_work().filter(pk=assessor.pk)
    if still.update(removed_at=now, removed_by=by, reason=reason):
        _record(event, "assessor.remove", by, now, subject=f"user:{assessor.user_id}")


@transaction.atomic
def disqualify(*, application: Application, assessor: Assessor, reason: str, by: User, now: datetime) -> None:
    """The same for one applicant alone: because they know each other, for example."""
    event = Event.objects.locked().get(pk=application.event_id)
    if assessor.event_id != event.pk:
        raise NotAssessor
    _made, new = Disqualification.objects.get_or_create(
        application=application, assessor=assessor, defaults={"at": now, "by": by, "reason": reason}
    )
    if new:
        _record(event, "assessor.disqualify", by, now, subject=f"user:{assessor.user_id}", number=application.number)


@transaction.atomic
def give_scores(*, application: Application, assessor: Assessor, points: Mapping[int, int], now: datetime) -> None:
    """Give points for every criterion, or change one's own.

    :param points: by criterion
    :raises NotAssessor: if they may not judge this applicant, or not any more
    """
    Event.objects.locked().get(pk=application.event_id)
    _refuse_stranger(application, assessor)
    criteria = {each.pk: each for each in Criterion.objects.filter(event=application.event_id)}
    for key, number in points.items():
        Score.objects.update_or_create(
            application=application,
            criterion=criteria[key],
            assessor=assessor,
            defaults={"points": number, "out_of": criteria[key].max_points, "at": now},
        )
    audit.changed(
        actor=assessor.user,
        action="application.score",
        subject=f"registration:{application.registration_id}",
        scope=f"event:{application.event_id}",
        now=now,
    )


@transaction.atomic
def write_note(*, application: Application, assessor: Assessor, text: str, now: datetime) -> InterviewNote:
    """Note something of an interview, until the day that the event's terms give it.

    :raises NotAssessor: if they may not judge this applicant, or not any more
    """
    Event.objects.locked().get(pk=application.event_id)
    _refuse_stranger(application, assessor)
    terms = application.event.terms
    from_when = max(now, application.event.closes_at or now)
    note = InterviewNote.objects.create(
        application=application,
        author=assessor.user,
        text=text,
        written_at=now,
        delete_after=timezone.localdate(from_when + timedelta(days=terms.notes_kept_days)),
    )
    audit.changed(
        actor=assessor.user,
        action="application.note",
        subject=f"registration:{application.registration_id}",
        scope=f"event:{application.event_id}",
        now=now,
    )
    return note


@transaction.atomic
def forget_notes(*, now: datetime) -> int:
    """Delete the notes whose day has come, and return how many. The log says how many of which event, nothing else."""
    due = InterviewNote.objects.due_on(timezone.localdate(now))
    counted = list(due.values_list("application__event").annotate(Count("pk")).order_by("application__event"))
    keys = list(due.values_list("pk", flat=True))
    InterviewNote.objects.filter(pk__in=keys).delete()
    for event, number in counted:
        audit.changed(
            actor=None,
            action="application.forget_notes",
            subject=f"event:{event}",
            scope=f"event:{event}",
            now=now,
            after={"number": number},
        )
    return len(keys)


def _refuse_if_scored(event: Event) -> None:
    if Score.objects.filter(criterion__event=event).exists():
        raise AlreadyScored


def _refuse_stranger(application: Application, assessor: Assessor) -> None:
    mine = Assessor.objects.at_work().filter(pk=assessor.pk, event=application.event_id)
    barred = Disqualification.objects.filter(application=application, assessor=assessor)
    if not mine.exists() or barred.exists():
        raise NotAssessor


def _record(event: Event, action: str, by: User, now: datetime, *, subject: str = "", **more: str | int) -> None:
    audit.changed(actor=by, action=action, subject=subject or event.scope, scope=event.scope, now=now, after=dict(more))
