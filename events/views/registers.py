"""Adding a place, or a funding project."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from core.web import page
from events.forms.registers import ProjectForm, VenueForm
from events.services import registers


def add_venue(request: SignedInRequest) -> HttpResponse:
    if not Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).keys:
        raise Http404
    form = VenueForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        registers.add_venue(**form.cleaned_data, by=request.user, now=timezone.now())
        messages.success(request, _("The place is saved. Choose it for a date of an event."))
        return redirect("workspace:desk")
    return page(request, "events/add.html", status=422 if form.is_bound else 200, form=form, heading=_("New place"))


def add_project(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    owned = Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation")
    organisation = get_object_or_404(Organisation.objects.filter(pk__in=owned), pk=organisation_pk)
    form = ProjectForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        registers.add_project(organisation=organisation, **form.values(), by=request.user, now=timezone.now())
        messages.success(request, _("The project is saved. Choose it for an event, and people are counted for it."))
        return redirect("workspace:desk")
    return page(request, "events/add.html", status=422 if form.is_bound else 200, form=form, heading=_("New project"))
