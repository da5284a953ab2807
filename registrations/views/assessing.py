"""One applicant, as the organiser sees them with all points, and as an assessor does who gives them."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import NamedTuple

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from core.errors import Refused
from core.forms import Form
from core.text import key_of
from core.web import page
from events.models import Event
from registrations.enums import LIVING, Stage
from registrations.forms import NoteForm, ReasonForm, ScoreForm
from registrations.models import (
    Application,
    ApplicationQuerySet,
    Assessor,
    Criterion,
    Disqualification,
    InterviewNote,
    Score,
)
from registrations.services import selection, standings
from registrations.views.selection_desk import event_of, record_reading

ASSESSED = frozenset({*LIVING, Stage.OFFERED})
"""Of whom an assessor sees the page: whoever is not decided about for good."""


class Given(NamedTuple):
    """What one assessor gave, by criterion, and why it does not count, if it does not."""

    assessor: Assessor
    points: list[Score | None]
    why_not: str


def applicant(request: SignedInRequest, event_pk: int, applicant_pk: int) -> HttpResponse:
    """All that is known of an application: its steps, points with who gave them, notes."""
    event = event_of(request, event_pk)
    rows = Application.objects.visible_to(request.user).select_related("registration__person", "category", "interview")
    application = get_object_or_404(rows, pk=applicant_pk, event=event)
    bound: Form | None = None
    if request.method == "POST":
        assessor = get_object_or_404(Assessor, pk=key_of(request.POST.get("assessor", "")), event=event)
        bound = ReasonForm(request.POST, prefix=f"bar{assessor.pk}")
        if bound.is_valid():
            selection.disqualify(
                application=application,
                assessor=assessor,
                by=request.user,
                now=timezone.now(),
                **bound.cleaned_data,
            )
            messages.success(request, _("The points stay in the record and do not count."))
            return redirect("registrations:applicant", event.pk, application.pk)
    record_reading(request, event, 1)
    given = _given(application)
    score = standings.scores(event_pk=event.pk, applications=[application.pk]).get(application.pk)
    return page(
        request,
        "registrations/selection/applicant.html",
        status=422 if bound is not None else 200,
        event=event,
        project=event.project,
        application=application,
        criteria=list(event.criteria.order_by("position")),
        lines=[
            {"given": each, "form": bound if bound is not None and bound.prefix == f"bar{each.assessor.pk}"
             else ReasonForm(prefix=f"bar{each.assessor.pk}")}
            for each in given
        ],
        score=score,
        steps=application.steps.select_related("by").order_by("number"),
        notes=application.interview_notes.select_related("author").order_by("written_at"),
        wrong=bound,
    )  # fmt: skip


def _given(application: Application) -> list[Given]:
    criteria = list(Criterion.objects.filter(event=application.event_id).order_by("position"))
    barred = dict(Disqualification.objects.filter(application=application).values_list("assessor", "reason"))
    scores = defaultdict[int, dict[int, Score]](dict)
    for each in Score.objects.filter(application=application):
        scores[each.assessor_id][each.criterion_id] = each
    assessors = Assessor.objects.filter(event=application.event_id).select_related("user").order_by("since", "pk")
    return [
        Given(each, [scores[each.pk].get(criterion.pk) for criterion in criteria], barred.get(each.pk) or each.reason)
        for each in assessors
    ]


@require_safe
def index(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Whom the user judges at this event; those without points from them come first."""
    event, mine = _assessed(request, event_pk)
    found: list[Application] = []
    own: dict[int, Decimal] = {}
    if mine is not None:
        found = list(_mine(mine).select_related("registration", "interview").order_by("number"))
        scored = set(Score.objects.filter(assessor=mine).values_list("application", flat=True))
        means = standings.scores(event_pk=event.pk, applications=scored)
        own = {pk: means[pk] for pk in scored if pk in means}
        record_reading(request, event, len(found))
    return page(
        request,
        "registrations/selection/assess.html",
        event=event,
        project=event.project,
        mine=mine,
        lines=[
            {"application": each, "score": own.get(each.pk)}
            for each in sorted(found, key=lambda each: (each.pk in own, each.number))
        ],
        left=sum(each.pk not in own for each in found),
    )


def one(request: SignedInRequest, event_pk: int, applicant_pk: int) -> HttpResponse:
    """Give points, write notes; what others gave and noted is shown once one's own points are given."""
    event, mine = _assessed(request, event_pk)
    if mine is None:
        return redirect("registrations:assess", event.pk)
    application = get_object_or_404(_mine(mine).select_related("registration", "interview"), pk=applicant_pk)
    application.event = event
    criteria = list(event.criteria.order_by("position"))
    own = {each.criterion_id: each.points for each in Score.objects.filter(application=application, assessor=mine)}
    initial = {f"points_{key}": points for key, points in own.items()}
    scores, note = ScoreForm(criteria=criteria, initial=initial), NoteForm()
    if request.method == "POST":
        try:
            if "text" in request.POST:
                note = NoteForm(request.POST)
                done = _write_note(application, mine, note)
            else:
                scores = ScoreForm(request.POST, criteria=criteria)
                done = _give(application, mine, scores)
        except Refused as refusal:
            messages.error(request, str(refusal))
            return redirect("registrations:assess", event.pk)
        if done:
            messages.success(request, _("Saved."))
            return redirect("registrations:assess_one", event.pk, application.pk)
    record_reading(request, event, 1)
    return page(
        request,
        "registrations/selection/assess_one.html",
        status=422 if scores.is_bound or note.is_bound else 200,
        event=event,
        project=event.project,
        application=application,
        criteria=criteria,
        scores=scores,
        note=note,
        notes=_notes(application, mine, alone=not own),
        others=[each for each in _given(application) if each.assessor.pk != mine.pk] if own else [],
        gave=bool(own),
        score=standings.scores(event_pk=event.pk, applications=[application.pk]).get(application.pk) if own else None,
    )


def _notes(application: Application, mine: Assessor, *, alone: bool) -> QuerySet[InterviewNote]:
    """What was written of the interview; `alone`: by this assessor."""
    rows = InterviewNote.objects.filter(application=application).select_related("author").order_by("written_at")
    return rows.filter(author=mine.user_id) if alone else rows


def _give(application: Application, mine: Assessor, form: ScoreForm) -> bool:
    if not form.is_valid():
        return False
    selection.give_scores(application=application, assessor=mine, points=form.points(), now=timezone.now())
    return True


def _write_note(application: Application, mine: Assessor, form: NoteForm) -> bool:
    if not form.is_valid():
        return False
    selection.write_note(application=application, assessor=mine, now=timezone.now(), **form.cleaned_data)
    return True


def _assessed(request: SignedInRequest, event_pk: int) -> tuple[Event, Assessor | None]:
    """An event where the user may judge applicants, and as whom; None: nobody has named them yet."""
    reach = Grant.objects.scopes(request.user, Permission.ASSESS)
    rows = Event.objects.people_in_reach_of(reach).select_related("project", "organisation", "own_terms")
    event = get_object_or_404(rows, pk=event_pk)
    return event, Assessor.objects.of(request.user).filter(event=event).select_related("user").first()


def _mine(mine: Assessor) -> ApplicationQuerySet:
    """Whom this assessor judges: not those they may not judge, nor those about whom all is decided."""
    barred = Disqualification.objects.filter(assessor=mine).values("application")
    return Application.objects.filter(event=mine.event_id, stage__in=ASSESSED).exclude(pk__in=barred)
