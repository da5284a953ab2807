"""Coming with a code: by its QR code, by its short address, or typed."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from core import rates
from core.web import client_address, page
from events.models import Event, InvitationCode
from events.services import invitations

AN_HOUR = 3600
TIMES = 200
"""Codes that one network may open in an hour: enough for a school behind one address, hopeless for guessing."""


@login_not_required
@never_cache
@require_safe
def ask(request: HttpRequest) -> HttpResponse:
    """A field for the code; what was typed there arrives here too."""
    typed = request.GET.get("code", "")
    return _open(request, typed) if typed else page(request, "events/invitation.html")


@login_not_required
@never_cache
@require_safe
def enter(request: HttpRequest, code: str) -> HttpResponse:
    """Go to the code's event, and remember by which code."""
    return _open(request, code)


def invitation_of(request: HttpRequest, event_pk: int) -> str:
    """The code by which this browser came to an event, or nothing."""
    return str(request.get_signed_cookie(_cookie(event_pk), default=""))


def is_invited(request: HttpRequest, event: Event) -> bool:
    """Whether this browser has shown a code that is good for an event of those invited."""
    code = invitation_of(request, event.pk) if event.invite_only else ""
    return invitations.of_event(event_pk=event.pk, code=code) is not None


def _open(request: HttpRequest, typed: str) -> HttpResponse:
    wait = rates.wait(f"invitation:{client_address(request)}", times=TIMES, seconds=AN_HOUR, now=timezone.now())
    if wait:
        response: HttpResponse = page(request, "events/invitation.html", status=429, minutes=wait // 60 + 1)
        response["Retry-After"] = str(wait)
        return response
    found = invitations.find(typed)
    if found is None:
        return page(request, "events/invitation.html", status=404, typed=typed[:20], unknown=True)
    if _is_visit(request, found):
        invitations.visit(invitation=found)
    response = redirect(found.event)
    _remember(response, found)
    return response


def _is_visit(request: HttpRequest, found: InvitationCode) -> bool:
    """Whether somebody is looking: for the first time since this browser was started, and no look ahead."""
    ahead = "prefetch" in f"{request.headers.get('Sec-Purpose', '')} {request.headers.get('Purpose', '')}"
    return request.method == "GET" and not ahead and invitation_of(request, found.event_id) != found.code


def _remember(response: HttpResponse, found: InvitationCode) -> None:
    """A necessary cookie, gone when the browser is closed."""
    response.set_signed_cookie(
        _cookie(found.event_id), found.code, httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )


def _cookie(event_pk: int) -> str:
    return f"invitation-{event_pk}"
