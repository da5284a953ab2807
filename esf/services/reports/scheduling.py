"""Reports that are made again and again, on the days of their schedules."""

import logging
from collections.abc import Collection
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Role
from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from esf.enums import FileFormat, ReportKind, Rhythm
from esf.models import ReportSchedule
from esf.rules.rhythms import following
from esf.services.reports import asking
from esf.services.reports.choices import Asked
from events.models import Project

log = logging.getLogger(__name__)


class WrongRoles(Refused):
    code = "wrong_roles"
    message = _("Choose at least one role, and only such as may open this report.")


class TooEarly(Refused):
    code = "too_early"
    message = _("The first day must be today or later.")


@transaction.atomic
def add(
    *,
    project: Project,
    kind: ReportKind,
    format: FileFormat,  # noqa: A002 - the column's name
    roles: Collection[Role],
    rhythm: Rhythm,
    first: date,
    by: User,
    now: datetime,
) -> ReportSchedule:
    """Have a report made from the day `first` on.

    :raises NoSuchFormat: if there is none of this format
    :raises WrongRoles: if nobody is named, or some who may not open it
    :raises TooEarly: if the day is over
    """
    if format not in asking.FORMATS[kind]:
        raise asking.NoSuchFormat
    if not roles or not set(roles) <= set(asking.roles_for(kind)):
        raise WrongRoles
    if first < timezone.localdate(now):
        raise TooEarly
    made = ReportSchedule.objects.create(
        project=project, kind=kind, format=format, roles=sorted(roles), rhythm=rhythm, next_on=first, made_by=by,
        made_at=now,
    )  # fmt: skip
    after = {"kind": kind, "format": format, "roles": made.roles, "rhythm": rhythm, "first": first.isoformat()}
    audit.changed(actor=by, action="report_schedule.add", subject=_key(made), scope=project.scope, now=now, after=after)
    return made


@transaction.atomic
def remove(*, schedule: ReportSchedule, by: User, now: datetime) -> None:
    """Make no more of them; the files that are there stay until their time is over."""
    scope, subject = schedule.project.scope, _key(schedule)
    schedule.delete()
    audit.changed(actor=by, action="report_schedule.remove", subject=subject, scope=scope, now=now)


def ask_due(*, now: datetime) -> int:
    """Ask for the files whose day has come, and return how many. A worker that slept for weeks asks for one of each."""
    today, number = timezone.localdate(now), 0
    for pk in ReportSchedule.objects.filter(next_on__lte=today).values_list("pk", flat=True):
        number += _ask(pk, today, now)
    return number


@transaction.atomic
def _ask(pk: int, today: date, now: datetime) -> bool:
    """Under the row's lock: of two workers one asks."""
    locked = ReportSchedule.objects.select_for_update(of=("self",), no_key=True)
    schedule = locked.select_related("project", "made_by").filter(pk=pk, next_on__lte=today).first()
    if schedule is None:
        return False
    while schedule.next_on <= today:
        schedule.next_on = following(schedule.next_on, Rhythm(schedule.rhythm))
    schedule.save(update_fields=["next_on"])
    maker = _maker(schedule)
    if maker is None:
        log.warning("nobody is left who may have this report", extra={"schedule": pk})
        return False
    try:
        asking.ask(
            project=schedule.project,
            kind=ReportKind(schedule.kind),
            format=FileFormat(schedule.format),
            asked=Asked(on=today - timedelta(days=1)),
            language=schedule.made_by.language,
            by=maker,
            now=now,
            schedule=schedule,
        )
    except asking.AskedAlready:
        log.info("the same report is being made already", extra={"schedule": pk})
        return False
    return True


def _maker(schedule: ReportSchedule) -> User | None:
    """Who planned it, as long as they may have it; else one of those whom it is for."""
    kind = ReportKind(schedule.kind)
    for user in (schedule.made_by, *asking.receivers(schedule)):
        if kind in asking.kinds_for(user, schedule.project):
            return user
    return None


def _key(schedule: ReportSchedule) -> str:
    return f"report_schedule:{schedule.pk}"
