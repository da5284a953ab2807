"""Companies and public bodies that a project has supported: once each by business ID, with what shows it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core.web import page
from esf.enums import SupportedKind
from esf.forms.supported import KindForm, RemoveForm, SupportedForm
from esf.models import SupportedOrganisation
from esf.services import evidence
from events.models import Project

COUNTED = {SupportedKind.MICRO, SupportedKind.SMALL, SupportedKind.MEDIUM, SupportedKind.PUBLIC}


@dataclass(frozen=True, kw_only=True)
class Line:
    """One organisation, and every time that it was supported."""

    business_id: str
    rows: list[SupportedOrganisation]

    @property
    def newest(self) -> SupportedOrganisation:
        return self.rows[-1]

    @property
    def counted(self) -> bool:
        return self.newest.kind in COUNTED and any(not row.removed_because for row in self.rows)


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """The list, and a form to add one by hand."""
    seen = Project.objects.visible_to(request.user, Permission.SEE_REPORTS)
    project = get_object_or_404(seen, pk=project_pk)
    may_change = Project.objects.visible_to(request.user).filter(pk=project.pk).exists()
    if request.method == "POST":
        project = _managed(request, project_pk)
    form = SupportedForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        what = form.supported(f"hand:{uuid.uuid4()}")
        evidence.supported(project=project, what=what, by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("esf:supported", project.pk)
    rows = SupportedOrganisation.objects.filter(project=project).order_by("business_id", "day", "pk")
    lines = [Line(business_id=key, rows=list(own)) for key, own in groupby(rows, key=lambda row: row.business_id)]
    lines.sort(key=lambda line: line.newest.name.casefold())
    return page(
        request,
        "esf/supported.html",
        status=422 if form.is_bound else 200,
        project=project,
        lines=lines,
        form=form,
        may_change=may_change,
        kinds=SupportedKind.choices,
    )


@require_POST
def set_kind(request: SignedInRequest, project_pk: int, row_pk: int) -> HttpResponse:
    project = _managed(request, project_pk)
    row, form = _row(project, row_pk), KindForm(request.POST)
    if form.is_valid():
        kind = SupportedKind(form.cleaned_data["kind"])
        evidence.set_kind(project=project, business_id=row.business_id, kind=kind, by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
    return redirect("esf:supported", project.pk)


@require_POST
def remove(request: SignedInRequest, project_pk: int, row_pk: int) -> HttpResponse:
    project = _managed(request, project_pk)
    row, form = _row(project, row_pk), RemoveForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        evidence.remove_support(row=row, reason=reason, by=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("Say why it is taken out of the figures."))
    return redirect("esf:supported", project.pk)


def _managed(request: SignedInRequest, project_pk: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user), pk=project_pk)


def _row(project: Project, row_pk: int) -> SupportedOrganisation:
    return get_object_or_404(SupportedOrganisation.objects.filter(project=project), pk=row_pk)
