"""The project's report: planned against realised, of whom and as of which day one likes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core import plots
from core.web import page, private
from esf.forms import DayFilter, MonthEndFilter, ReportFilter
from esf.indicators import PROFILES, Part, Report, breakdown, labels, over_time, report
from esf.indicators.sharing import Shown, ShownRow, shown
from esf.rules import suppression
from esf.services.reports import asking, choices, offered, steering
from esf.services.reports.choices import Asked
from events.models import Project


@private
@require_safe
def show(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """To those who see people everything; to others the figures of the steering group, without small cells."""
    project = get_object_or_404(Project.objects.visible_to(request.user, Permission.SEE_REPORTS), pk=project_pk)
    whole = Project.objects.visible_to(request.user, Permission.SEE_PEOPLE).filter(pk=project.pk).exists()
    form = filter_of(request, project, whole=whole)
    asked = form.asked()
    found, figures = _everything(project, asked) if whole else steering.figures_of(project, asked, whole=False)
    code = asked.code or steering.EVERYBODY_CODE[project.period]
    return page(
        request,
        "esf/report.html",
        project=project,
        whole=whole,
        form=form,
        asked=asked,
        narrowed=choices.told(project, asked.choice),
        report=found,
        few_without_form=not whole and suppression.is_small(found.without_notice),
        figures=figures,
        bars=[_bar(row) for row in figures.rows],
        line=_line(figures),
        code=code,
        label=labels(project)[code],
        plans=Project.objects.visible_to(request.user).filter(pk=project.pk).exists(),
        may=asking.kinds_for(request.user, project),
        today=timezone.localdate(),
    )


def filter_of(request: SignedInRequest, project: Project, *, whole: bool) -> DayFilter:
    """What the address chooses; those who see no people choose the end of a month alone."""
    today = timezone.localdate()
    if not whole:
        return MonthEndFilter(request.GET, project=project, today=today)
    return ReportFilter(
        request.GET,
        project=project,
        today=today,
        towns=offered.towns(project, today),
        implementers=offered.implementers(project),
    )


def _everything(project: Project, asked: Asked) -> tuple[Report, Shown]:
    found = report(project=project, on=asked.on, choice=asked.choice)
    parts: tuple[Part, ...] = ()
    if asked.by:
        parts = breakdown(project=project, on=asked.on, by=asked.by, choice=asked.choice, code=asked.code)
    points = over_time(project=project, code=asked.code, on=asked.on, choice=asked.choice)
    profile = PROFILES[project.period]
    return found, shown(report=found, profile=profile, parts=parts, code=asked.code, points=points, whole=True)


def _bar(shown_row: ShownRow) -> dict[str, Any]:
    """Lengths of the realised bar and of the planned mark. Where nothing was planned there is no bar to compare."""
    row, total = shown_row.row, shown_row.figures.total
    if not row.planned or total is None:
        return {"shown": shown_row, "realised": None, "planned": None}
    longest = 1.01 * max(row.planned, total)
    return {
        "shown": shown_row,
        "realised": round(plots.WIDTH * total / longest),
        "planned": round(plots.WIDTH * row.planned / longest),
    }


def _line(figures: Shown) -> plots.Line | None:
    """The course of what is shown; nothing where fewer than two months are."""
    seen = [(point.day, Decimal(total)) for point, total in figures.points if total is not None]
    planned = figures.points[-1][0].planned if figures.points else None
    return plots.line(seen, planned=None if planned is None else Decimal(planned)) if len(seen) > 1 else None
