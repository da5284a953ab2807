"""The list of employers with how many there are at each stage, and taking a new one in."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import Stage
from accounts.http import SignedInRequest
from accounts.models import Employer, EmployerQuerySet
from accounts.services import employers
from core import plots
from core.errors import Refused
from core.web import page
from workspace.employer_forms import EmployerFilter, NewEmployerForm
from workspace.views.employers import reach

A_PAGE = 50


@dataclass(frozen=True)
class Step:
    """How many employers are at one stage, and its piece of the bar."""

    stage: Stage
    number: int
    part: plots.Part


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    keepers = list(reach.keepers(request))
    mine = Employer.objects.visible_to(request.user)
    towns = reach.towns_of(
        set(mine.exclude(municipality_code="").values_list("municipality_code", flat=True).distinct())
    )
    form = EmployerFilter(request.GET or None, towns=towns)
    wanted = form.wanted()
    found = _found(mine, wanted)
    day = wanted.get("on") or timezone.localdate()
    rows = Paginator(_listed(found, wanted), A_PAGE).get_page(request.GET.get("page"))
    names = dict(towns)
    return page(
        request,
        "workspace/employers/index.html",
        form=form,
        rows=rows,
        lines=[(row, names.get(row.municipality_code, "")) for row in rows],
        steps=_steps(found, day),
        width=plots.WIDTH,
        day=day,
        several=len(keepers) > 1,
    )


def create(request: SignedInRequest) -> HttpResponse:
    keepers = reach.keepers(request)
    sent = request.POST if request.method == "POST" else None
    form = NewEmployerForm(sent, organisations=keepers, towns=reach.towns())
    if form.is_valid():
        data = form.cleaned_data
        try:
            made = employers.create(
                organisation=data["organisation"],
                values=form.values(),
                stage=Stage(data["stage"]),
                from_day=data["from_day"],
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The employer is in the register."))
            return redirect("workspace:employer", made.pk)
    return page(request, "workspace/employers/form.html", status=422 if form.is_bound else 200, form=form)


def _found(mine: EmployerQuerySet, wanted: dict[str, str]) -> EmployerQuerySet:
    """Those that the search means, at any stage, in the archive or not."""
    found = mine.matching(wanted.get("q", ""))
    if town := wanted.get("municipality"):
        found = found.filter(municipality_code=town)
    if industry := wanted.get("industry"):
        found = found.filter(industry__icontains=industry)
    return found


def _listed(found: EmployerQuerySet, wanted: dict[str, str]) -> EmployerQuerySet:
    listed = found.exclude(archived_at=None) if wanted.get("archived") else found.current()
    if stage := wanted.get("stage"):
        listed = listed.filter(stage=stage)
    return listed.select_related("organisation").order_by("name_key", "pk")


def _steps(found: EmployerQuerySet, day: date) -> list[Step]:
    counts = found.stages_on(day)
    numbers = [counts.get(stage, 0) for stage in Stage]
    return [Step(*each) for each in zip(Stage, numbers, plots.parts(numbers), strict=True)]
