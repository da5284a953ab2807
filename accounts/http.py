from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from accounts.models import User


class SignedInRequest(HttpRequest):
    """What every view behind LoginRequiredMiddleware receives; exists for the type checker."""

    htmx: HtmxDetails
    user: User
