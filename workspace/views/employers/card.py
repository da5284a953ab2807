"""One employer's page: its facts, stages, contacts, notes, and what it has been part of."""

from datetime import datetime

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Stage
from accounts.http import SignedInRequest
from accounts.models import Employer, EmployerContact
from accounts.services import audit, employers
from core.errors import Refused
from core.fields import readable
from core.forms import Form
from core.stale import ChangedMeanwhile
from core.web import page
from events.models import Stand, StandQuerySet, Vacancy, VacancyQuerySet
from events.rules import vacancy_state
from workspace.employer_forms import ContactForm, EmployerForm, NoteForm, StageForm
from workspace.views.employers import reach


@require_safe
def show(request: SignedInRequest, employer_pk: int) -> HttpResponse:
    return shown(request, reach.employer_of(request, employer_pk), timezone.now())


def change(request: SignedInRequest, employer_pk: int) -> HttpResponse:
    employer = reach.employer_of(request, employer_pk)
    form = EmployerForm(request.POST if request.method == "POST" else None, towns=reach.towns(), employer=employer)
    if form.is_valid():
        seen = form.cleaned_data["seen"]
        try:
            employers.change(employer=employer, values=form.values(), seen=seen, by=request.user, now=timezone.now())
        except ChangedMeanwhile as refusal:
            form.tell(refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The employer is saved."))
            return redirect("workspace:employer", employer.pk)
    status = 422 if form.is_bound else 200
    return page(request, "workspace/employers/form.html", status=status, form=form, employer=employer)


@require_POST
def move(request: SignedInRequest, employer_pk: int) -> HttpResponse:
    """Record a stage."""
    employer, now = reach.employer_of(request, employer_pk), timezone.now()
    form = StageForm(request.POST, employer=employer)
    if form.is_valid():
        data = form.cleaned_data
        try:
            employers.move(
                employer=employer,
                stage=Stage(data["stage"]),
                from_day=data["from_day"],
                note=data["note"],
                seen=data["seen"],
                by=request.user,
                now=now,
            )
        except ChangedMeanwhile as refusal:
            form.tell(refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The stage is recorded."))
            return redirect("workspace:employer", employer.pk)
    return shown(request, reach.employer_of(request, employer_pk), now, stage_form=form)


@require_POST
def archive(request: SignedInRequest, employer_pk: int) -> HttpResponse:
    """Put into the archive, or bring back from it, as the button says."""
    employer = reach.employer_of(request, employer_pk)
    if "back" in request.POST:
        employers.bring_back(employer=employer, by=request.user, now=timezone.now())
    else:
        employers.archive(employer=employer, by=request.user, now=timezone.now())
    messages.success(request, _("Done."))
    return redirect("workspace:employer", employer.pk)


def shown(request: SignedInRequest, employer: Employer, now: datetime, **forms: Form) -> HttpResponse:
    """The page, with a form on it that could not be done, if one is given."""
    contacts = list(employer.contacts.order_by("name", "pk"))
    notes = list(employer.notes.select_related("by").order_by("-at", "-pk"))
    stages = list(employer.stages.select_related("by").order_by("-from_day", "-pk"))
    _record_read(request, employer, now, contacts, written=bool(notes) or any(stage.note for stage in stages))
    fresh = {
        "stage_form": StageForm(employer=employer),
        "contact_form": ContactForm(now=now),
        "note_form": NoteForm(now=now),
    }
    today = timezone.localdate(now)
    return page(
        request,
        "workspace/employers/employer.html",
        status=422 if forms else 200,
        employer=employer,
        town=dict(reach.towns_of({employer.municipality_code})).get(employer.municipality_code, ""),
        stages=stages,
        contacts=[(contact, readable(contact.phone)) for contact in contacts],
        notes=notes,
        stands=_stands(request, employer),
        vacancies=[(vacancy, vacancy_state(vacancy, today)) for vacancy in _vacancies(request, employer)],
        **fresh | forms,
    )


def _record_read(
    request: SignedInRequest, employer: Employer, now: datetime, contacts: list[EmployerContact], *, written: bool
) -> None:
    """What is `written`, notes and remarks, may tell of a person: it counts as one where there is no contact."""
    people = int(max(len(contacts), written))
    audit.people_read(actor=request.user, subject=employer.key, scope=employer.scope, people=people, now=now)


def _stands(request: SignedInRequest, employer: Employer) -> StandQuerySet:
    """Where it had a stand, by its business ID; by its name where either has none."""
    mine = Stand.objects.visible_to(request.user).approved().filter(_named(employer, "name"))
    return mine.select_related("event").order_by("-event__pk", "name")


def _vacancies(request: SignedInRequest, employer: Employer) -> VacancyQuerySet:
    mine = Vacancy.objects.visible_to(request.user).filter(organisation=employer.organisation_id)
    return mine.filter(_named(employer, "employer")).order_by("-deadline", "-pk")


def _named(employer: Employer, column: str) -> Q:
    name = Q(**{f"{column}__iexact": employer.name})
    if not employer.business_id:
        return name
    return Q(business_id=employer.business_id) | (name & Q(business_id=""))
