"""A report as a file: asked for on the page, made by the worker, kept for some days."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.enums import ALLOWS, Permission, Role
from accounts.models import Grant, User
from accounts.services import audit
from core.errors import Refused
from esf.enums import FileFormat, FileState, ReportKind
from esf.models import ReportFile, ReportPart, ReportSchedule
from esf.rules.rhythms import month_end
from esf.services.reports import choices
from esf.services.reports.choices import Asked
from events.models import Project

KEPT = timedelta(days=7)
FORMATS: dict[ReportKind, tuple[FileFormat, ...]] = {
    ReportKind.STEERING: (FileFormat.PDF, FileFormat.XLSX, FileFormat.ZIP),
    ReportKind.AUTHORITY: (FileFormat.XLSX, FileFormat.ZIP),
}

NEEDED: dict[ReportKind, frozenset[Permission]] = {
    ReportKind.STEERING: frozenset({Permission.SEE_REPORTS}),
    ReportKind.AUTHORITY: frozenset({Permission.SEE_REPORTS, Permission.SEE_PEOPLE}),
}
"""What one must be allowed to do to have a file of this kind, or to be told of one."""


class AskedAlready(Refused):
    code = "report_asked_already"
    message = _("This very file is being made already. You find it below.")


def roles_for(kind: ReportKind) -> list[Role]:
    return [role for role in Role if NEEDED[kind] <= ALLOWS[role]]


def kinds_for(user: User, project: Project) -> list[ReportKind]:
    """The kinds of report on `project` that `user` may have."""
    may = {
        permission
        for permission in frozenset().union(*NEEDED.values())
        if Project.objects.visible_to(user, permission).filter(pk=project.pk).exists()
    }
    return [kind for kind, needed in NEEDED.items() if needed <= may]


def receivers(schedule: ReportSchedule) -> Iterator[User]:
    """Each once: whose grant is of the project or its organisation, is in force, and may open such a file."""
    allowed = roles_for(ReportKind(schedule.kind))
    project = schedule.project
    grants = Grant.objects.usable().filter(
        scope__in=[project.scope, f"organisation:{project.organisation_id}"],
        role__in=[role for role in schedule.named_roles if role in allowed],
    )
    yield from User.objects.filter(pk__in=grants.values("user")).order_by("pk")


class NoSuchFormat(Refused):
    code = "no_such_format"
    message = _("This report is not made as a file of this kind.")


@transaction.atomic
def ask(
    *,
    project: Project,
    kind: ReportKind,
    format: FileFormat,  # noqa: A002 - the column's name
    asked: Asked,
    language: str,
    by: User,
    now: datetime,
    schedule: ReportSchedule | None = None,
) -> ReportFile:
    """Let the worker make a file.

    What may be shared is always of everybody, at the end of a month: two choices or two days would tell who differs.

    :raises NoSuchFormat: if there is none of this format
    :raises AskedAlready: if the same waits for its turn, or is being made
    """
    if format not in FORMATS[kind]:
        raise NoSuchFormat
    project = Project.objects.locked().get(pk=project.pk)
    chosen = choices.kept(Asked(on=month_end(asked.on)) if kind == ReportKind.STEERING else asked)
    same = ReportFile.objects.filter(project=project, kind=kind, format=format, choice=chosen, language=language)
    if same.filter(state__in=[FileState.WAITING, FileState.MAKING]).exists():
        raise AskedAlready
    file = ReportFile.objects.create(
        project=project, kind=kind, format=format, choice=chosen, language=language, schedule=schedule, made_by=by,
        asked_at=now, expires_at=now + KEPT,
    )  # fmt: skip
    audit.changed(actor=by, action="report.ask", subject=_key(file), scope=project.scope, now=now, after=_said(file))
    return file


@transaction.atomic
def fetch(*, file: ReportFile, by: User, now: datetime) -> Iterator[bytes]:
    """Record that `by` takes the file, and return its pieces; none is held longer than it is sent."""
    people = file.total if file.kind == ReportKind.AUTHORITY else 0
    audit.read(actor=by, action="report.file", subject=_key(file), scope=file.project.scope, now=now, people=people)
    return _pieces(file)


def _pieces(file: ReportFile) -> Iterator[bytes]:
    for number in ReportPart.objects.filter(file=file).order_by("number").values_list("number", flat=True):
        yield bytes(ReportPart.objects.get(file=file, number=number).content)


def forget_due(*, now: datetime) -> int:
    """Delete the files whose time is over, and return how many."""
    due = ReportFile.objects.filter(expires_at__lte=now)
    number = due.count()
    ReportPart.objects.filter(file__in=due.values("pk")).delete()
    due.delete()
    return number


def name_of(file: ReportFile) -> str:
    """What it is called on the disk of who takes it."""
    return f"{title_of(file)}.{file.format}"


def title_of(file: ReportFile) -> str:
    """The same without its kind: also of the table in an archive."""
    what = "ohjausryhma" if file.kind == ReportKind.STEERING else "osallistujat"
    return f"{file.project.code}-{what}-{choices.read(file.choice).on.isoformat()}"


def _key(file: ReportFile) -> str:
    return f"report_file:{file.pk}"


def _said(file: ReportFile) -> dict[str, Any]:
    return {"kind": file.kind, "format": file.format, "choice": file.choice}
