"""Whether receivers believe our mail: for owners, asked of the DNS only when they press the button."""

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant
from core import limits
from core.gateways.names import Resolver
from core.services import sender
from core.web import page
from workspace.sender_words import lines

names = Resolver()
"""Whom the DNS is asked by; tests put another in its place."""


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: SignedInRequest) -> HttpResponse:
    _owners_only(request)
    if request.method == "POST":
        now = timezone.now()
        limits.count("sender", str(request.user.pk), now=now)
        sender.check(names=names, now=now)
        messages.success(request, _("Checked."))
        return redirect("workspace:sender")
    found = sender.last()
    return page(
        request,
        "workspace/sender.html",
        sender=settings.DEFAULT_FROM_EMAIL,
        found=found,
        lines=list(lines(found)) if found else [],
    )


def _owners_only(request: SignedInRequest) -> None:
    """:raises Http404: to whoever owns no organisation"""
    if not Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation"):
        raise Http404
