"""Reports as files: asked for, watched while they are made, fetched; and the days on which they are made."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core.errors import Refused
from core.tables import CSV, XLSX, ZIP
from core.web import page, private
from esf.enums import FileFormat, FileState, ReportKind, Rhythm
from esf.forms import FileForm, ScheduleForm
from esf.models import ReportFile, ReportSchedule
from esf.services.reports import asking, choices, scheduling
from esf.views.report import filter_of
from events.models import Project

MEDIA = {FileFormat.PDF: "application/pdf", FileFormat.XLSX: XLSX, FileFormat.ZIP: ZIP, FileFormat.CSV: CSV}
SHOWN = 30


@private
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """The files that are there or on their way; a form sent here asks for another, of what the address chooses."""
    project = _project(request, project_pk, Permission.SEE_REPORTS)
    may = asking.kinds_for(request.user, project)
    form = FileForm(request.POST or None, may=may)
    asked = filter_of(request, project, whole=ReportKind.AUTHORITY in may).asked()
    if request.method == "POST" and form.is_valid():
        kind, form_of = form.wanted()
        try:
            asking.ask(
                project=project, kind=kind, format=form_of, asked=asked, language=form.cleaned_data["language"],
                by=request.user, now=timezone.now(),
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("what", str(refusal))
        else:
            messages.success(request, _("The file is being made. You find it here when it is ready."))
            return redirect("esf:report_files", project.pk)
    found = ReportFile.objects.visible_to(request.user).filter(project=project).select_related("made_by")
    shown = list(found.order_by("-asked_at", "-pk")[:SHOWN])
    return page(
        request,
        "esf/report_files.html",
        "files",
        status=422 if form.is_bound else 200,
        project=project,
        form=form,
        asked=asked,
        narrowed=choices.told(project, asked.choice),
        files=[(file, asking.name_of(file)) for file in shown],
        working=any(file.state in (FileState.WAITING, FileState.MAKING) for file in shown),
        plans=_plans(request, project),
    )


@private
@require_safe
def fetch(request: SignedInRequest, project_pk: int, file_pk: int) -> StreamingHttpResponse:
    """The file itself, piece by piece. It is recorded."""
    project = _project(request, project_pk, Permission.SEE_REPORTS)
    ready = ReportFile.objects.visible_to(request.user).filter(project=project, state=FileState.READY)
    file = get_object_or_404(ready.select_related("project"), pk=file_pk)
    now = timezone.now()
    if file.expires_at <= now:
        raise Http404
    response = StreamingHttpResponse(
        asking.fetch(file=file, by=request.user, now=now), content_type=MEDIA[FileFormat(file.format)]
    )
    response["Content-Disposition"] = f'attachment; filename="{asking.name_of(file)}"'
    response["Content-Length"] = str(file.size)
    return response


@private
@require_http_methods(["GET", "HEAD", "POST"])
def schedules(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """Which reports are made again and again, and for whom."""
    project = _project(request, project_pk, Permission.MANAGE_EVENTS)
    form = ScheduleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        kind, form_of = form.wanted()
        try:
            scheduling.add(
                project=project, kind=kind, format=form_of, roles=form.cleaned_data["roles"],
                rhythm=Rhythm(form.cleaned_data["rhythm"]), first=form.cleaned_data["first"], by=request.user,
                now=timezone.now(),
            )  # fmt: skip
        except scheduling.TooEarly as refusal:
            form.add_error("first", str(refusal))
        except Refused as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, _("The report will be made on its days."))
            return redirect("esf:report_schedules", project.pk)
    found = ReportSchedule.objects.visible_to(request.user).filter(project=project).select_related("made_by")
    return page(
        request,
        "esf/report_schedules.html",
        status=422 if form.is_bound else 200,
        project=project,
        form=form,
        schedules=found.order_by("next_on", "pk"),
    )


@require_POST
def remove_schedule(request: SignedInRequest, project_pk: int, schedule_pk: int) -> HttpResponse:
    project = _project(request, project_pk, Permission.MANAGE_EVENTS)
    mine = ReportSchedule.objects.visible_to(request.user).filter(project=project)
    schedule = get_object_or_404(mine.select_related("project"), pk=schedule_pk)
    scheduling.remove(schedule=schedule, by=request.user, now=timezone.now())
    messages.success(request, _("The report will not be made any more."))
    return redirect("esf:report_schedules", project.pk)


def _project(request: SignedInRequest, pk: int, permission: Permission) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user, permission), pk=pk)


def _plans(request: SignedInRequest, project: Project) -> bool:
    return Project.objects.visible_to(request.user).filter(pk=project.pk).exists()
