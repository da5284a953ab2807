"""A project's estimates of what participants are not asked."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.http import SignedInRequest
from core.errors import Refused
from core.web import page, private
from esf.forms import EstimateForm
from esf.models import Estimate
from esf.services import estimates
from events.enums import Indicator
from events.models import Project

SHOWN = 200


@private
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: SignedInRequest, project_pk: int) -> HttpResponse:
    project = get_object_or_404(Project.objects.visible_to(request.user), pk=project_pk)
    offered = estimates.choices(project)
    form = EstimateForm(request.POST or None, project=project) if offered else None
    if form and request.method == "POST" and form.is_valid():
        try:
            estimates.add(
                project=project, indicator=form.cleaned_data["indicator"], values=form.values(),
                method=form.cleaned_data["method"], day=form.cleaned_data["day"], by=request.user, now=timezone.now(),
            )  # fmt: skip
        except estimates.InFuture as refusal:
            form.add_error("day", str(refusal))
        except Refused as refusal:
            form.add_error("indicator", str(refusal))
        else:
            messages.success(request, _("The estimate is written down."))
            return redirect("esf:estimates", project.pk)
    rows = Estimate.objects.filter(project=project).select_related("by").order_by("-day", "-pk")[:SHOWN]
    return page(
        request,
        "esf/estimates.html",
        status=422 if form and form.is_bound else 200,
        project=project,
        form=form,
        offered=offered,
        rows=[(row, Indicator(row.indicator).label) for row in rows],
    )
