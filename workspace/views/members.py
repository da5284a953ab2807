"""Who has which role in an organisation; for its owners."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import Permission, Role
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from accounts.services import members
from core.errors import Refused
from core.web import page
from events.models import Event, Project
from workspace.forms import InvitationForm


def show(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    organisation = _owned(request, organisation_pk)
    form = InvitationForm(
        request.POST if request.method == "POST" else None,
        organisation=organisation,
        projects=list(Project.objects.filter(organisation=organisation).order_by("code")),
        events=list(Event.objects.filter(organisation=organisation).order_by("-pk")[:100]),
    )
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            members.invite(
                email=data["email"],
                name=data["name"],
                organisation=organisation,
                role=Role(data["role"]),
                scope=data["scope"],
                by=request.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is given, and a message is on its way."))
            return redirect("workspace:members", organisation.pk)
    grants = (
        Grant.objects.in_force().filter(organisation=organisation).select_related("user").order_by("user__name", "pk")
    )
    status = 422 if form.is_bound else 200
    return page(
        request,
        "workspace/members.html",
        status=status,
        organisation=organisation,
        form=form,
        rows=_named(form, grants),
    )


@require_POST
def revoke(request: SignedInRequest, organisation_pk: int, grant_pk: int) -> HttpResponse:
    organisation = _owned(request, organisation_pk)
    given = get_object_or_404(Grant.objects.filter(organisation=organisation).select_related("user"), pk=grant_pk)
    try:
        members.revoke(user=given.user, scope=given.scope, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The role is taken away, from this moment."))
    return redirect("workspace:members", organisation.pk)


def _owned(request: SignedInRequest, organisation_pk: int) -> Organisation:
    mine = Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation")
    return get_object_or_404(Organisation.objects.filter(pk__in=mine), pk=organisation_pk)


def _named(form: InvitationForm, grants: QuerySet[Grant]) -> list[dict[str, object]]:
    """Each grant with the name of its scope; the form knows them all."""
    names = dict(form.fields["scope"].choices)  # type: ignore[attr-defined]
    return [{"grant": grant, "where": names.get(grant.scope, "")} for grant in grants]
