"""An employer's contact persons and notes: added, changed, removed."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from accounts.models import EmployerContact
from accounts.services import audit, employer_contacts
from core.errors import Refused
from core.stale import ChangedMeanwhile
from core.web import page
from workspace.employer_forms import ContactForm, NoteForm
from workspace.views.employers import reach
from workspace.views.employers.card import shown


@require_POST
def add(request: SignedInRequest, employer_pk: int) -> HttpResponse:
    employer, now = reach.employer_of(request, employer_pk), timezone.now()
    form = ContactForm(request.POST, now=now)
    if form.is_valid():
        try:
            employer_contacts.add(employer=employer, values=form.values(), by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The contact person is saved."))
            return redirect("workspace:employer", employer.pk)
    return shown(request, employer, now, contact_form=form)


def change(request: SignedInRequest, employer_pk: int, contact_pk: int) -> HttpResponse:
    contact, now = _contact(request, employer_pk, contact_pk), timezone.now()
    employer = contact.employer
    form = ContactForm(request.POST if request.method == "POST" else None, contact=contact, now=now)
    if form.is_valid():
        values, seen = form.values(), form.cleaned_data["seen"]
        try:
            employer_contacts.change(contact=contact, values=values, seen=seen, by=request.user, now=now)
        except ChangedMeanwhile as refusal:
            form.tell(refusal)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The contact person is saved."))
            return redirect("workspace:employer", employer.pk)
    scope, key = employer.scope, employer.key
    audit.people_read(actor=request.user, subject=key, scope=scope, people=1, now=now)
    return page(
        request,
        "workspace/employers/contact.html",
        status=422 if form.is_bound else 200,
        form=form,
        employer=employer,
    )


@require_POST
def remove(request: SignedInRequest, employer_pk: int, contact_pk: int) -> HttpResponse:
    contact = _contact(request, employer_pk, contact_pk)
    employer_contacts.remove(contact=contact, by=request.user, now=timezone.now())
    messages.success(request, _("The contact person's data are deleted."))
    return redirect("workspace:employer", employer_pk)


@require_POST
def add_note(request: SignedInRequest, employer_pk: int) -> HttpResponse:
    employer, now = reach.employer_of(request, employer_pk), timezone.now()
    form = NoteForm(request.POST, now=now)
    if form.is_valid():
        try:
            employer_contacts.add_note(employer=employer, **form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The note is saved."))
            return redirect("workspace:employer", employer.pk)
    return shown(request, employer, now, note_form=form)


@require_POST
def remove_note(request: SignedInRequest, employer_pk: int, note_pk: int) -> HttpResponse:
    employer = reach.employer_of(request, employer_pk)
    note = get_object_or_404(employer.notes.select_related("employer"), pk=note_pk)
    employer_contacts.remove_note(note=note, by=request.user, now=timezone.now())
    messages.success(request, _("The note is deleted."))
    return redirect("workspace:employer", employer_pk)


def _contact(request: SignedInRequest, employer_pk: int, contact_pk: int) -> EmployerContact:
    employer = reach.employer_of(request, employer_pk)
    return get_object_or_404(employer.contacts.select_related("employer"), pk=contact_pk)
