"""A device that staff lend to somebody for one page: their own session opens nothing else until they prove themselves.

The mark stands in the session. It is over once staff authenticate again, or sign out.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect

SINCE = "lent_since"
AUTHENTICATIONS = "account_authentication_methods"
"""Where allauth records each proof, `at` in seconds since 1970."""


def lend(request: HttpRequest, *, now: datetime) -> None:
    """From now on this session opens `settings.OPEN_ON_A_LENT_DEVICE` alone; its open live rooms end with its key."""
    request.session.cycle_key()
    request.session[SINCE] = now.timestamp()


def is_lent(request: HttpRequest) -> bool:
    since = request.session.get(SINCE)
    if since is None:
        return False
    proofs = request.session.get(AUTHENTICATIONS) or []
    return not any(proof.get("at", 0) > since for proof in proofs)


class LentDevice:
    """Send whoever holds a lent device to the page that says so, wherever they want to go."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponseBase], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES or not is_lent(request):
            return None
        match = request.resolver_match
        if match and match.view_name in settings.OPEN_ON_A_LENT_DEVICE:
            return None
        return redirect(settings.LENT_DEVICE_URL)
