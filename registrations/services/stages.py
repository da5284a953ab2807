"""How far an application has come: the one place that takes a step, and writes it down.

For services that hold the lock of the event's seats, or of the registration.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from registrations import rules
from registrations.enums import Stage
from registrations.models import Application, Decision, InterviewSlot, Registration, StageStep
from registrations.services import handing_down

ENDS = frozenset({Stage.REJECTED, Stage.WITHDRAWN})
"""After which nobody is interviewed."""


class StepNotAllowed(Refused):
    code = "step_not_allowed"
    message = _("The application has come to another stage meanwhile. Look at it again.")


class HasStarted(Refused):
    code = "has_started"
    message = _("You have started already. If you cannot go on, tell the organiser.")


def begin(*, registration: Registration, category: int | None, by: User | None, now: datetime) -> Application:
    """Write a new application down. Its number is free, because the lock of the seats is the caller's."""
    last = Application.objects.filter(event=registration.event_id).aggregate(last=Max("number"))["last"] or 0
    application = Application.objects.create(
        registration=registration,
        event_id=registration.event_id,
        number=last + 1,
        category_id=category,
        applied_at=now,
        stage_since=now,
    )
    StageStep.objects.create(application=application, number=1, to_stage=Stage.APPLIED, at=now, by=by)
    return application


def of(registrations: Sequence[Registration]) -> list[Application]:
    """The applications among them, locked; none where people do not apply."""
    rows = Application.objects.locked().filter(registration__in=[each.pk for each in registrations])
    found = list(rows.order_by("pk"))
    by_key = {each.pk: each for each in registrations}
    for application in found:
        application.registration = by_key[application.registration_id]
    return found


def step(
    applications: Sequence[Application],
    to: Stage,
    *,
    by: User | None,
    now: datetime,
    reason: str = "",
    decision: Decision | None = None,
) -> None:
    """Take all these to the next stage. The database takes the stage before from the row itself.

    :raises StepNotAllowed: if one of them may not go there
    """
    if not applications:
        return
    if not all(rules.may_follow(each.stage, to) for each in applications):
        raise StepNotAllowed
    keys = [each.pk for each in applications]
    taken = StageStep.objects.filter(application__in=keys).values_list("application").annotate(Max("number"))
    numbers: dict[int, int] = dict(taken)
    Application.objects.filter(pk__in=keys).update(
        previous_stage=F("stage"), stage=to, stage_since=now, reserve_rank=None
    )
    StageStep.objects.bulk_create(
        StageStep(
            application=each,
            number=numbers[each.pk] + 1,
            from_stage=each.stage,
            to_stage=to,
            at=now,
            by=by,
            reason=reason,
            decision=decision,
        )
        for each in applications
    )
    left = _free_interviews(keys, now) if to in ENDS else {}
    for each in applications:
        each.left_slot = left.get(each.pk)
        _record(each, to, by, now)
        each.previous_stage, each.stage, each.stage_since = each.stage, to, now
    handing_down.course_ended(applications=applications, stage=to, now=now)


def start(*, registration: Registration, by: User, now: datetime) -> None:
    """Whoever took a seat has started with the first attendance. The caller holds the registration's lock."""
    found = [each for each in of([registration]) if each.stage == Stage.ACCEPTED]
    step(found, Stage.STARTED, by=by, now=now)


def refuse_if_started(applications: Sequence[Application]) -> None:
    """:raises HasStarted: if one of them can no longer be withdrawn"""
    if not all(rules.may_follow(each.stage, Stage.WITHDRAWN) for each in applications):
        raise HasStarted


def _free_interviews(keys: Sequence[int], now: datetime) -> dict[int, int]:
    """Leave the times that these have booked to others; return whose time each was."""
    slots = InterviewSlot.objects.filter(application__in=keys, starts_at__gt=now)
    left = dict(slots.values_list("application", "pk"))
    InterviewSlot.objects.filter(pk__in=left.values()).update(application=None, booked_at=None)
    return left


def _record(application: Application, to: Stage, by: User | None, now: datetime) -> None:
    audit.changed(
        actor=by,
        action="application.step",
        subject=application.registration.key,
        scope=f"event:{application.event_id}",
        now=now,
        before={"stage": application.stage},
        after={"stage": to},
    )
