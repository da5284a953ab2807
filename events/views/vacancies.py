"""The desk's pages of job notices."""

from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest, for_staff
from accounts.models import Grant, Organisation
from core.errors import Refused
from core.stale import ChangedMeanwhile
from core.web import page
from events.forms.vacancies import VacancyForm
from events.models import Vacancy
from events.rules import vacancy_state
from events.services import vacancies

MOVES: dict[str, Callable[..., None]] = {
    "publish": vacancies.publish,
    "fill": vacancies.fill,
    "close": vacancies.close,
    "reopen": vacancies.reopen,
}


@for_staff
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    today = timezone.localdate()
    mine = Vacancy.objects.visible_to(request.user).select_related("municipality", "organisation")
    return page(
        request,
        "events/vacancies_desk.html",
        rows=[(vacancy, vacancy_state(vacancy, today)) for vacancy in mine.order_by("-deadline", "-pk")],
        may_plan=_keepers(request).exists(),
        embed=settings.SITE_URL + reverse("events:jobs_embed"),
    )


def create(request: SignedInRequest) -> HttpResponse:
    keepers = _keepers(request)
    if not keepers.exists():
        raise Http404
    form = VacancyForm(request.POST if request.method == "POST" else None, organisations=keepers)
    if form.is_valid():
        vacancies.create(values=form.values(), by=request.user, now=timezone.now())
        messages.success(request, _("The draft is saved. Publish it when it is ready."))
        return redirect("events:vacancies")
    return _asking(request, form, _("New job"))


def change(request: SignedInRequest, vacancy_pk: int) -> HttpResponse:
    vacancy = _mine(request, vacancy_pk)
    sent = request.POST if request.method == "POST" else None
    form = VacancyForm(sent, organisations=_keepers(request), vacancy=vacancy)
    if form.is_valid() and _changed(request, vacancy, form):
        messages.success(request, _("The job is saved."))
        return redirect("events:vacancies")
    return _asking(request, form, _("Change job"))


@require_POST
def move(request: SignedInRequest, vacancy_pk: int, name: str) -> HttpResponse:
    """Publish, fill, close or reopen."""
    vacancy = _mine(request, vacancy_pk)
    if name not in MOVES:
        raise Http404
    try:
        MOVES[name](vacancy=vacancy, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Done."))
    return redirect("events:vacancies")


def _changed(request: SignedInRequest, vacancy: Vacancy, form: VacancyForm) -> bool:
    values, seen = form.values(), form.cleaned_data["seen"]
    try:
        vacancies.change(vacancy=vacancy, values=values, seen=seen, by=request.user, now=timezone.now())
    except ChangedMeanwhile as refusal:
        form.tell(refusal)
        return False
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return False
    return True


def _asking(request: SignedInRequest, form: VacancyForm, heading: str) -> HttpResponse:
    return page(
        request,
        "events/asking.html",
        status=422 if form.is_bound else 200,
        form=form,
        heading=heading,
        lead="",
        back=reverse("events:vacancies"),
        back_to=_("Open jobs"),
    )


def _keepers(request: SignedInRequest) -> QuerySet[Organisation]:
    mine = Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).ids("organisation")
    return Organisation.objects.filter(pk__in=mine).order_by("name")


def _mine(request: SignedInRequest, vacancy_pk: int) -> Vacancy:
    return get_object_or_404(Vacancy.objects.visible_to(request.user), pk=vacancy_pk)
