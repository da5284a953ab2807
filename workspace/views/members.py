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
from accounts.models import Grant, GrantQuerySet, Organisation, User
from accounts.services import members
from core.errors import Refused
from core.web import page
from events.models import Event, Project
from workspace.forms import HandOverForm, InvitationForm


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
                expires_at=form.expires_at,
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The role is given, and a message is on its way."))
            return redirect("workspace:members", organisation.pk)
    grants = Grant.objects.in_force().filter(organisation=organisation).select_related("user")
    status = 422 if form.is_bound else 200
    return page(
        request,
        "workspace/members.html",
        status=status,
        organisation=organisation,
        form=form,
        rows=_named(form, grants.order_by("user__name", "pk")),
        others=_colleagues(organisation, request.user).exists(),
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
        messages.success(
            request,
            _("The role is taken away, from this moment. Tokens for other systems stay: end those that they know."),
        )
    return redirect("workspace:members", organisation.pk)


def hand_over(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    """Ask who is owner next, then do it in one go."""
    organisation = _owned(request, organisation_pk)
    form = HandOverForm(request.POST or None, colleagues=_colleagues(organisation, request.user))
    if form.is_valid():
        keeps = Role(form.cleaned_data["keeps"]) if form.cleaned_data["keeps"] else None
        to = form.cleaned_data["to"]
        try:
            members.hand_over(organisation=organisation, to=to, by=request.user, keeps=keeps, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("%(name)s is an owner now.") % {"name": to})
            return redirect("workspace:desk")
    return page(
        request, "workspace/hand_over.html", status=422 if form.is_bound else 200, organisation=organisation, form=form
    )


@require_POST
def require_mfa(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    organisation = _owned(request, organisation_pk)
    required = request.POST.get("required") == "yes"
    try:
        members.require_mfa(organisation=organisation, required=required, by=request.user, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The way of signing in is changed, from this moment."))
    return redirect("workspace:members", organisation.pk)


def _colleagues(organisation: Organisation, user: User) -> QuerySet[User]:
    """Those who have a role in the organisation, without `user`."""
    there = Grant.objects.in_force().filter(organisation=organisation).values("user")
    return User.objects.filter(pk__in=there, is_active=True).exclude(pk=user.pk).order_by("name", "pk")


def _owned(request: SignedInRequest, organisation_pk: int) -> Organisation:
    mine = Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation")
    return get_object_or_404(Organisation.objects.filter(pk__in=mine), pk=organisation_pk)


def _named(form: InvitationForm, grants: GrantQuerySet) -> list[dict[str, object]]:
    """Each grant with the name of its scope; the form knows them all."""
    names = dict(form.fields["scope"].choices)  # type: ignore[attr-defined]
    strong = set(grants.with_mfa().values_list("user", flat=True))
    return [
        {"grant": grant, "where": names.get(grant.scope, ""), "two_steps": grant.user_id in strong} for grant in grants
    ]
