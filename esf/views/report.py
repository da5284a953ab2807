"""The project's report: planned against realised."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core.web import page
from esf.indicators import Row, report
from events.models import Project


@require_safe
def show(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user, Permission.SEE_REPORTS), pk=project_pk)
    today = timezone.localdate()
    on = _day(request.GET.get("on", ""), today)
    figures = report(project=project, on=on)
    return page(
        request,
        "esf/report.html",
        project=project,
        report=figures,
        bars=[_bar(row) for row in figures.rows],
        on=on,
        today=today,
    )


BAR_WIDTH = 600
"""Units of the plot's own coordinate system; a little less than all of it, so that the planned mark is whole."""


def _bar(row: Row) -> dict[str, object]:
    """Lengths of the realised bar and of the planned mark. Where nothing was planned there is no bar to compare."""
    if not row.planned:
        return {"row": row, "realised": None, "planned": None}
    longest = 1.01 * max(row.planned, row.total)
    return {
        "row": row,
        "realised": round(BAR_WIDTH * row.total / longest),
        "planned": round(BAR_WIDTH * row.planned / longest),
    }


def _day(text: str, today: date) -> date:
    """The day asked for, today when it is no day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today
