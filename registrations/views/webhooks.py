"""Where the payment provider tells what happened. Its signature is its sign-in."""

import logging

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from core.errors import Refused
from registrations.gateways.payments import BadSignature, Foreign, PaymentError
from registrations.services.payments import notices

log = logging.getLogger(__name__)

SIGNATURE = "Stripe-Signature"
LARGEST = 256 * 1024
"""Bytes of a notice; the provider's own are a tenth of that."""


@csrf_exempt
@login_not_required
@require_POST
def payments(request: HttpRequest) -> HttpResponse:
    """Take a notice in. What cannot be done now is answered with 503, so that it is sent again."""
    if int(request.headers.get("Content-Length") or 0) > LARGEST:
        return HttpResponse(status=413)
    try:
        notices.receive(body=request.body, signature=request.headers.get(SIGNATURE, ""), now=timezone.now())
    except (BadSignature, Foreign) as error:
        log.warning("notice refused", extra={"error": type(error).__name__})
        return HttpResponse(status=400)
    except notices.NoProvider:
        return HttpResponse(status=404)
    except (PaymentError, Refused) as error:
        log.warning("notice not taken in", extra={"error": type(error).__name__})
        return HttpResponse(status=503, headers={"Retry-After": "30"})
    return HttpResponse(status=204)
