"""How other systems talk to this one, for those who write them."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from api.v1.reference import endpoints
from api.v1.urls import PREFIX, document
from core.web import page


@login_not_required
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    return page(
        request,
        "api/reference.html",
        groups=endpoints(document(), site=settings.SITE_URL),
        base=settings.SITE_URL + PREFIX,
        anonymous=settings.API_ANONYMOUS_PER_MINUTE,
    )
