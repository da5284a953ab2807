"""What people said of a project's events in its surveys: a page with plots, and the same as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from core.tables import Sheet, xlsx_book
from core.web import page, private
from events.models import Event, Project
from events.services import about
from registrations.rules.questions import SCALE
from workspace.feedback_filter import FeedbackFilter
from workspace.services import hidden, project_feedback
from workspace.services.project_feedback import Feedback

Row = list[object]


@dataclass(frozen=True, kw_only=True)
class _Looked:
    """What somebody looks at: of which project, chosen how. `own`: keys of the events whose own pages they may open."""

    project: Project
    form: FeedbackFilter
    found: list[Feedback]
    own: set[int]
    now: datetime


@private
@require_safe
def show(request: SignedInRequest, project_pk: int) -> HttpResponse:
    looked = _look(request, project_pk)
    return page(
        request,
        "workspace/project_feedback.html",
        project=looked.project,
        form=looked.form,
        told=looked.form.told(),
        found=looked.found,
        own=looked.own,
        now=looked.now,
    )


@require_safe
def table(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """The figures and the quotes that the page shows, with who took them out and when."""
    looked = _look(request, project_pk)
    facts = [
        *(looked.form.told() or [(_("Event"), _("All events"))]),
        (
            pgettext("fact", "Note"),
            _("A question that too few have answered in a survey is in no figure and has no quotes."),
        ),
    ]
    made = about.sheet(project=looked.project, facts=facts, by=str(request.user), at=looked.now)
    name = f"palaute-{looked.project.code}-{timezone.localdate(looked.now).isoformat()}"
    return xlsx_book(name, [_scores(looked.found), _quotes(looked.found), made])


def _look(request: SignedInRequest, project_pk: int) -> _Looked:
    """All events of the project, as its report is of all; a confidential one only for its team.

    :raises Http404: to whoever may not see the project's reports
    """
    project = get_object_or_404(Project.objects.visible_to(request.user, Permission.SEE_REPORTS), pk=project_pk)
    within, now = Grant.objects.scopes(request.user, Permission.SEE_REPORTS), timezone.now()
    seen = Event.objects.filter(project=project).exclude(pk__in=hidden.events(within).values("pk"))
    asked = seen.filter(questionnaires__survey__closes_at__lte=now).distinct()
    form = FeedbackFilter(request.GET, events=asked.with_dates().order_by("pk"))
    found = project_feedback.of_events(events=form.chosen(), language=get_language() or "fi", now=now)
    own = set(seen.in_reach_of(within).values_list("pk", flat=True))
    return _Looked(project=project, form=form, found=found, own=own, now=now)


def _scores(found: list[Feedback]) -> Sheet:
    header = [
        _("Who answered"), _("Question"), _("Event"), _("Survey"), pgettext("survey", "Answers"), _("Mean"),
        *map(str, SCALE),
    ]  # fmt: skip
    return Sheet(_("Scores"), header, _score_rows(found))


def _score_rows(found: list[Feedback]) -> Iterator[Row]:
    """Of each question the sum first, then each survey."""
    for each in found:
        who = str(each.respondent.label)
        for score in each.scores:
            spread = [choice.number for choice in score.choices]
            yield [who, score.label, _("Together"), "", score.number, score.mean, *spread]
            for line in score.lines:
                cell = line.cell
                told: Row = [cell.number, cell.mean, *(choice.number for choice in cell.choices)]
                yield [
                    who, score.label, line.event.title, line.survey.questionnaire.title,
                    *([_("Too few to be shown")] if cell.number is None else told),
                ]  # fmt: skip


def _quotes(found: list[Feedback]) -> Sheet:
    header = [_("Who answered"), _("Event"), _("Survey"), _("Question"), _("Text that may be quoted")]
    rows = (
        [str(each.respondent.label), quotes.event.title, quotes.survey.questionnaire.title, quotes.label, text]
        for each in found
        for quotes in each.quotes
        for text in quotes.texts
    )
    return Sheet(_("Quotes"), header, rows)
