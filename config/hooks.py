"""Doors for machines: what another system posts to us, each with a secret of its own."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core import limits
from core.delivery_reports import MOST_BYTES
from core.services import bouncing
from core.web import client_address


@login_not_required
@csrf_exempt
@require_POST
def bounces(request: HttpRequest) -> HttpResponse:
    """Take one delivery report, as the mail server has got it (message/rfc822); answer with what it was, in a word."""
    if not settings.BOUNCE_SECRET:
        raise Http404
    now = timezone.now()
    limits.refuse_if_spent("hook refused", client_address(request), now=now)
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.BOUNCE_SECRET}"):
        limits.count("hook refused", client_address(request), now=now)
        return HttpResponse(
            "unauthorized", status=401, headers={"WWW-Authenticate": "Bearer"}, content_type="text/plain"
        )
    limits.count("hook", client_address(request), now=now)
    raw = request.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        return HttpResponse("too large", status=413, content_type="text/plain")
    return HttpResponse(bouncing.take(raw=raw, now=now), content_type="text/plain")
