"""How many came how far, of one event or of all of a project's, as a page and as a table to take along."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from core.tables import xlsx_response
from core.web import page
from events.models import Event, Project
from registrations.services import selection
from registrations.services.selection.funnel import LEFT, STEPS
from registrations.views.selection_desk import event_of


@require_safe
def of_project(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project, events = _project(request, project_pk)
    return page(
        request,
        "registrations/selection/project.html",
        project=project,
        events=[(each, selection.funnel(events=[each.pk], parts=False)) for each in events],
        funnel=selection.funnel(events=[each.pk for each in events], parts=_sees_people(request, events)),
    )


@require_safe
def table_of_project(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project, events = _project(request, project_pk)
    return _table(f"hakijat-{project.code}", [each.pk for each in events], parts=_sees_people(request, events))


@require_safe
def table_of_event(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = event_of(request, event_pk)
    return _table(f"hakijat-{event.slug}", [event.pk], parts=True)


def _project(request: SignedInRequest, project_pk: int) -> tuple[Project, list[Event]]:
    project = get_object_or_404(Project.objects.visible_to(request.user, Permission.SEE_REPORTS), pk=project_pk)
    events = Event.objects.reported_to(request.user)
    return project, list(events.filter(project=project, own_terms__by_application=True).order_by("pk"))


def _sees_people(request: SignedInRequest, events: list[Event]) -> bool:
    """Whether the user may see every applicant; a reader of reports gets no group so small that it names somebody."""
    scopes = Grant.objects.scopes(request.user, Permission.SEE_PEOPLE)
    return all(scopes.touch(each.people_scopes) for each in events)


def _table(name: str, events: list[int], *, parts: bool) -> HttpResponse:
    found = selection.funnel(events=events, parts=parts)
    header = [_("Of which"), "", *(stage.label for stage in (*STEPS, *LEFT))]
    rows = [
        [_("All"), "", *found.whole.cells],
        *([_("Category"), each.name or _("Not known"), *each.cells] for each in found.categories),
        *([_("Municipality"), each.name or _("Not known"), *each.cells] for each in found.places),
    ]
    return xlsx_response(name, header, rows)
