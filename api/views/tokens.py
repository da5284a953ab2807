"""Tokens of an organisation's other systems; for its owners."""

from datetime import datetime, timedelta

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from api.enums import Scope
from api.forms import TokenForm
from api.models import ApiToken, ApiTokenQuerySet
from api.services import tokens
from core.web import page

A_MOMENT = timedelta(microseconds=1)


def show(request: SignedInRequest) -> HttpResponse:
    """The list, and the form for a new one. What has just been made is shown here and never again."""
    owned = _owned(request)
    if not owned:
        raise Http404
    now = timezone.now()
    form = TokenForm(request.POST if request.method == "POST" else None, organisations=owned)
    made = _issue(request, form, now) if form.is_valid() else ""
    return page(
        request,
        "api/tokens.html",
        status=422 if form.is_bound and not made else 200,
        form=TokenForm(organisations=owned) if made else form,
        made=made,
        rows=[_row(token, now) for token in _of(owned).order_by("-created_at", "-pk")],
    )


@require_POST
def revoke(request: SignedInRequest, token_pk: int) -> HttpResponse:
    token = get_object_or_404(_of(_owned(request)), pk=token_pk)
    tokens.revoke(token=token, by=request.user, now=timezone.now())
    messages.success(request, _("The token is revoked. It opens nothing from this moment."))
    return redirect("api:tokens")


def _issue(request: SignedInRequest, form: TokenForm, now: datetime) -> str:
    """The new token's text; empty where it was refused, and the form then says why."""
    try:
        return tokens.issue(**form.values(), by=request.user, now=now)
    except tokens.ExpiredAtBirth as refusal:
        form.add_error("expires_on", str(refusal))
        return ""
    except tokens.IssuedAlready as refusal:
        form.add_error(None, str(refusal))
        return ""


def _owned(request: SignedInRequest) -> QuerySet[Organisation]:
    mine = Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation")
    return Organisation.objects.filter(pk__in=mine).order_by("name")


def _of(organisations: QuerySet[Organisation]) -> ApiTokenQuerySet:
    rows = ApiToken.objects.filter(organisation__in=organisations)
    return rows.select_related("organisation", "created_by", "revoked_by")


def _row(token: ApiToken, now: datetime) -> dict[str, object]:
    return {
        "token": token,
        "state": token.state(now),
        "last_day": timezone.localdate(token.expires_at - A_MOMENT) if token.expires_at else None,
        "scopes": [Scope(value).label for value in token.scopes],
    }
