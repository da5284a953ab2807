"""An organisation's newsletter: asked for, confirmed and ended by people; its addresses, for who may plan events."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from accounts.services import audit
from core import limits
from core.errors import Refused
from core.guessing import counted
from core.tables import csv_response
from core.web import client_address, page, private, too_often
from esf.forms.newsletter import SubscribeForm
from esf.models import Subscription
from esf.services import newsletters


@login_not_required
@private
def ask(request: HttpRequest, organisation_pk: int) -> HttpResponse:
    """The answer is the same for everybody: a letter comes, and nothing happens before its link is pressed."""
    organisation = get_object_or_404(Organisation, pk=organisation_pk)
    form = SubscribeForm(request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        now = timezone.now()
        try:
            limits.count("link", client_address(request), now=now)
        except Refused as told:
            refusal = told
        else:
            if not form.cleaned_data["website"]:
                language = get_language() or settings.LANGUAGE_CODE
                email = form.cleaned_data["email"]
                newsletters.ask(organisation=organisation, email=email, language=language, now=now)
            return redirect("esf:newsletter_asked")
    response = page(
        request,
        "esf/newsletter.html",
        status=422 if form.is_bound else 200,
        organisation=organisation,
        form=form,
        refusal=refusal,
    )
    return too_often(response, refusal)


@login_not_required
@private
@require_safe
def asked(request: HttpRequest) -> HttpResponse:
    return page(request, "esf/newsletter_asked.html")


@login_not_required
@private
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first, since programs that look at mail open links too."""
    with counted(request):
        subscription = newsletters.asked_by(token)
        if subscription is None:
            raise Http404
    if request.method == "POST":
        newsletters.confirm(subscription=subscription, now=timezone.now())
        subscription.refresh_from_db()
    return _answer(request, "esf/newsletter_confirm.html", subscription, done=subscription.confirmed_at is not None)


@login_not_required
@csrf_exempt
@private
def end(request: HttpRequest, token: str) -> HttpResponse:
    """Ask first; mail programs send the one POST by themselves (RFC 8058), so without a token against forgery."""
    with counted(request):
        subscription = newsletters.of_end(token)
        if subscription is None:
            raise Http404
    if request.method == "POST":
        newsletters.end(subscription=subscription, now=timezone.now())
        subscription.refresh_from_db()
    return _answer(request, "esf/newsletter_end.html", subscription, done=subscription.ended_at is not None)


@private
@require_safe
def desk(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    organisation = _planned(request, organisation_pk)
    number = Subscription.objects.confirmed().filter(organisation=organisation).count()
    return page(request, "esf/newsletter_desk.html", organisation=organisation, number=number)


@require_POST
def export(request: SignedInRequest, organisation_pk: int) -> HttpResponse:
    """The confirmed addresses, each with the link that ends it. Taking them out is recorded."""
    organisation = _planned(request, organisation_pk)
    rows = list(Subscription.objects.confirmed().filter(organisation=organisation).order_by("email"))
    now = timezone.now()
    header = [_("E-mail"), _("Language"), _("Confirmed"), _("Link to end it")]
    columns = ["email", "language", "confirmed_at", "link"]
    audit.read(
        actor=request.user,
        action="newsletter.export",
        subject=organisation.scope,
        scope=organisation.scope,
        now=now,
        people=len(rows),
        columns=columns,
    )
    lines = ([each.email, each.language, each.confirmed_at, newsletters.end_url(each)] for each in rows)
    return csv_response(f"newsletter-{timezone.localdate(now).isoformat()}", header, lines)


def _answer(request: HttpRequest, template: str, subscription: Subscription, *, done: bool) -> HttpResponse:
    context: dict[str, Any] = {"organisation": subscription.organisation, "done": done}
    return page(request, template, **context)


def _planned(request: SignedInRequest, organisation_pk: int) -> Organisation:
    """:raises Http404: to whoever plans nothing in it"""
    reach = Grant.objects.scopes(request.user, Permission.MANAGE_EVENTS).ids("organisation")
    return get_object_or_404(Organisation.objects.filter(pk__in=reach), pk=organisation_pk)
