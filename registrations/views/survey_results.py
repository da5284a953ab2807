"""What came of anonymous surveys: as a page with plots, and as a table to take along. Small numbers are in neither."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from core.tables import Sheet, xlsx_book
from core.web import page, private
from events.models import Event, Project
from events.services import about
from registrations.services.surveys import combining, results
from registrations.services.surveys.results import Cell, Results
from registrations.views.surveys_desk import reported_event

Row = list[object]


@private
@require_safe
def of_event(request: SignedInRequest, event_pk: int) -> HttpResponse:
    event = reported_event(request, event_pk)
    return page(
        request,
        "registrations/surveys/results.html",
        event=event,
        project=event.project,
        found=results.of_event(event=event, language=get_language() or "fi", now=timezone.now()),
        may_plan=_may_plan(request, event),
    )


@require_safe
def table_of_event(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Texts only of those who have allowed to quote them; who wanted to be known, only for those who plan the event."""
    event = reported_event(request, event_pk)
    found = results.of_event(event=event, language=get_language() or "fi", now=timezone.now())
    header = [
        _("Survey"),
        _("Who answered"),
        _("Question"),
        _("Answers"),
        _("Mean"),
        _("Choice"),
        pgettext("survey", "Number"),
    ]
    header += [_("Per cent"), _("Text that may be quoted"), _("Organisation"), _("Business ID"), _("Answer")]
    named = _may_plan(request, event)
    rows = [row for each in found if not each.is_open for row in _rows(each, named=named)]
    sheets = [Sheet("", header, rows)]
    if event.project:
        facts = [(_("Event"), event.title)]
        sheets.append(about.sheet(project=event.project, facts=facts, by=str(request.user), at=timezone.now()))
    return xlsx_book(f"palaute-{event.slug}", sheets)


@private
@require_safe
def of_project(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user, Permission.SEE_REPORTS), pk=project_pk)
    events = Event.objects.reported_to(request.user).filter(project=project).order_by("pk")
    found = combining.of_events(events=list(events), language=get_language() or "fi", now=timezone.now())
    return page(request, "registrations/surveys/project.html", project=project, found=found)


def _may_plan(request: SignedInRequest, event: Event) -> bool:
    return Event.objects.visible_to(request.user, Permission.MANAGE_EVENTS).filter(pk=event.pk).exists()


def _rows(found: Results, *, named: bool) -> Iterator[Row]:
    whose: Row = [found.survey.questionnaire.title, found.survey.get_respondent_display()]
    if found.number is None:
        yield [*whose, "", _("Fewer than 5 answers")]
    for cell in found.cells:
        for row in _rows_of(cell):
            yield [*whose, *row]
    for each in found.named if named else []:
        for label, text in each.lines:
            yield [*whose, label, "", "", "", "", "", "", each.organisation, each.business_id, text]


def _rows_of(cell: Cell) -> Iterator[Row]:
    if cell.number is None:
        yield [cell.label, _("Fewer than 5 answers")]
        return
    yield [cell.label, cell.number, "" if cell.mean is None else float(cell.mean)]
    for choice in cell.choices:
        yield [cell.label, "", "", choice.name, choice.number, choice.percent]
    for text, quotable in cell.texts:
        if quotable:
            yield [cell.label, "", "", "", "", "", text]
