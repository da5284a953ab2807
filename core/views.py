from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse

from core.web import page


@login_not_required
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form whose CSRF token is missing or old: say so, in words, and how to go on."""
    return page(request, "403_csrf.html", status=403)
