from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.enums import NoticePurpose
from accounts.models import PrivacyNotice
from core.web import page


@login_not_required
@require_safe
def healthy(request: HttpRequest) -> HttpResponse:
    """For a load balancer: this process answers and reaches its database."""
    connection.ensure_connection()
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    notices = [PrivacyNotice.objects.current(purpose) for purpose in NoticePurpose]
    return page(request, "privacy.html", notices=notices)


@login_not_required
@require_safe
def privacy_version(request: HttpRequest, purpose: str, version: int) -> HttpResponse:
    """What somebody was told who filled in a form while this version was the newest."""
    notice = get_object_or_404(PrivacyNotice, purpose=purpose, version=version)
    newest = PrivacyNotice.objects.current(NoticePurpose(purpose))
    return page(request, "privacy_version.html", notice=notice, newest=newest)


@login_not_required
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


@login_not_required
def broken(request: HttpRequest) -> HttpResponse:
    return render(request, "500.html", status=500)
