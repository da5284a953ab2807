"""The desk's pages of one project: its details, who carries it out, what it plans and what it counts."""

from collections.abc import Callable
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from core.errors import Refused
from core.plots import line
from core.stale import ChangedMeanwhile
from core.web import page
from events.enums import Indicator
from events.forms.projects import (
    ImplementersForm,
    MetricForm,
    MetricValueForm,
    ProjectDetailsForm,
    RuleEndForm,
    RuleForm,
    TargetForm,
)
from events.models import EligibilityRule, Metric, MetricValue, Project, ProjectTarget
from events.rules import newest_of_each_day, target_on
from events.services import plans, projects, usage


@require_safe
def show(request: SignedInRequest, project_pk: int) -> HttpResponse:
    seen = Project.objects.visible_to(request.user, Permission.SEE_REPORTS).select_related("organisation")
    project = get_object_or_404(seen, pk=project_pk)
    today = timezone.localdate()
    return page(
        request,
        "events/project.html",
        project=project,
        implementers=project.implementers.order_by("name"),
        targets=_histories(project),
        rules=project.eligibility_rules.order_by("-valid_from", "-pk"),
        in_force=project.eligibility_rules.on(today).first(),
        metrics=project.metrics.order_by("pk"),
        may_change=Project.objects.visible_to(request.user).filter(pk=project.pk).exists(),
        may_own=_owns(request, project),
    )


def change(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project = _managed(request, project_pk)
    form = ProjectDetailsForm(_sent(request), thing=project)
    if form.is_valid():
        values, seen = form.values(), form.cleaned_data["seen"]
        try:
            projects.change(project=project, values=values, seen=seen, by=request.user, now=timezone.now())
        except ChangedMeanwhile as refusal:
            form.tell(refusal)
        else:
            messages.success(request, _("The project is saved."))
            return redirect("events:project", project.pk)
    return _asking(request, project, form, _("Change project"))


def implementers(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """For the owners of the organisation that leads."""
    project = _owned(request, project_pk)
    form = ImplementersForm(_sent(request), project=project)
    if form.is_valid():
        chosen = form.cleaned_data["implementers"]
        projects.set_implementers(project=project, organisations=chosen, by=request.user, now=timezone.now())
        return redirect("events:project", project.pk)
    return _asking(request, project, form, _("Who carries the project out"))


def delete(request: SignedInRequest, project_pk: int) -> HttpResponse:
    """Say what refers to the project; delete it when nothing does."""
    project = _owned(request, project_pk)
    if request.method == "POST":
        try:
            usage.delete_project(project=project, by=request.user, now=timezone.now())
        except usage.InUse as refusal:
            messages.error(request, str(refusal))
            return redirect("events:delete_project", project.pk)
        messages.success(request, _("The project is deleted."))
        return redirect("workspace:desk")
    return page(
        request,
        "events/delete.html",
        thing=project.name,
        uses=usage.uses(thing=project, by=request.user),
        back=reverse("events:project", args=[project.pk]),
    )


def add_target(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project = _managed(request, project_pk)
    form = TargetForm(_sent(request), initial={"indicator": request.GET.get("indicator", "")})

    def save(data: dict[str, Any]) -> None:
        plan = {**data, "indicator": Indicator(data["indicator"])}
        plans.set_target(project=project, **plan, by=request.user, now=timezone.now())

    if _done(form, save):
        return redirect("events:project", project.pk)
    return _asking(request, project, form, _("Set a target"))


def add_rule(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project = _managed(request, project_pk)
    form = RuleForm(_sent(request))

    def save(data: dict[str, Any]) -> None:
        plain = {name: data[name] for name in ("valid_from", "reason")}
        plans.add_rule(project=project, texts=form.texts(), **plain, by=request.user, now=timezone.now())

    if _done(form, save):
        return redirect("events:project", project.pk)
    return _asking(request, project, form, _("Who can take part"))


def end_rule(request: SignedInRequest, project_pk: int, rule_pk: int) -> HttpResponse:
    project = _managed(request, project_pk)
    rule = get_object_or_404(EligibilityRule.objects.filter(project=project), pk=rule_pk)
    form = RuleEndForm(_sent(request), rule=rule)

    def save(data: dict[str, Any]) -> None:
        plans.end_rule(rule=rule, valid_to=data["valid_to"], by=request.user, now=timezone.now())

    if _done(form, save):
        return redirect("events:project", project.pk)
    return _asking(request, project, form, _("End a rule"), lead=rule.text)


def add_metric(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project = _managed(request, project_pk)
    form = MetricForm(_sent(request))

    def save(data: dict[str, Any]) -> None:
        planned = data["planned"]
        plans.add_metric(project=project, texts=form.texts(), planned=planned, by=request.user, now=timezone.now())

    if _done(form, save):
        return redirect("events:project", project.pk)
    return _asking(request, project, form, _("New figure"))


def metric(request: SignedInRequest, project_pk: int, metric_pk: int) -> HttpResponse:
    """A metric's history; those who may plan events add to it."""
    seen = Project.objects.visible_to(request.user, Permission.SEE_REPORTS)
    found = get_object_or_404(Metric.objects.filter(project__in=seen, project=project_pk), pk=metric_pk)
    may_change = Project.objects.visible_to(request.user).filter(pk=project_pk).exists()
    if request.method == "POST" and not may_change:
        raise Http404
    form = MetricValueForm(_sent(request))

    def save(data: dict[str, Any]) -> None:
        plans.record_value(metric=found, **data, by=request.user, now=timezone.now())

    if _done(form, save):
        messages.success(request, _("The figure is recorded."))
        return redirect("events:metric", project_pk, metric_pk)
    rows = list(found.values.select_related("recorded_by").order_by("-day", "-pk"))
    counted = newest_of_each_day([(row.day, row.pk) for row in rows])
    return page(
        request,
        "events/metric.html",
        status=422 if form.is_bound else 200,
        project=found.project,
        metric=found,
        rows=[(row, row.pk in counted) for row in rows],
        plot=_plot(found, [row for row in reversed(rows) if row.pk in counted]),
        form=form if may_change else None,
    )


def _plot(metric: Metric, rows: list[MetricValue]) -> object:
    return line([(row.day, row.value) for row in rows], planned=metric.planned) if rows else None


def _histories(project: Project) -> list[dict[str, object]]:
    """Each indicator with the value in force and all of its rows, the newest first."""
    today = timezone.localdate()
    rows = project.targets.order_by("indicator", "-valid_from")
    labels: dict[str, Any] = dict(Indicator.choices)
    return [
        {
            "code": code,
            "label": labels.get(code, ""),
            "now": target_on([(row.valid_from, row.value) for row in history], today),
            "history": history,
        }
        for code, history in _grouped(rows)
    ]


def _grouped(rows: Any) -> list[tuple[str, list[ProjectTarget]]]:
    return [(code, list(group)) for code, group in groupby(rows, key=lambda row: row.indicator)]


def _sent(request: SignedInRequest) -> Any:
    return request.POST if request.method == "POST" else None


def _done(form: BaseForm, save: Callable[[dict[str, Any]], None]) -> bool:
    """Save a valid form; a refusal stands above it."""
    if not form.is_valid():
        return False
    try:
        save(form.cleaned_data)
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _asking(request: SignedInRequest, project: Project, form: BaseForm, heading: str, lead: str = "") -> HttpResponse:
    return page(
        request,
        "events/asking.html",
        status=422 if form.is_bound else 200,
        form=form,
        heading=heading,
        lead=lead,
        back=reverse("events:project", args=[project.pk]),
        back_to=project.name,
    )


def _managed(request: SignedInRequest, project_pk: int) -> Project:
    return get_object_or_404(Project.objects.visible_to(request.user).select_related("organisation"), pk=project_pk)


def _owned(request: SignedInRequest, project_pk: int) -> Project:
    project = _managed(request, project_pk)
    if not _owns(request, project):
        raise Http404
    return project


def _owns(request: SignedInRequest, project: Project) -> bool:
    return project.organisation_id in Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation")
