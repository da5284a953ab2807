"""Calendars that one subscribes to by a secret address."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from core.guessing import counted
from core.web import page, private
from events.models import Event
from registrations.services import feeds
from registrations.views.personal import registration_of


@login_not_required
@private
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar itself, for the program that asks for it again and again."""
    with counted(request):
        content = feeds.read(token=token, now=timezone.now())
        if content is None:
            raise Http404
    return HttpResponse(content, content_type="text/calendar; charset=utf-8")


@login_not_required
@private
@require_POST
def subscribe(request: HttpRequest, token: str) -> HttpResponse:
    """An address for the calendar of one registration; or close those that there are."""
    registration = registration_of(request, token)
    return _answer(request, registration.key, token=token, event=registration.event)


@private
@require_POST
def subscribe_all(request: SignedInRequest) -> HttpResponse:
    """The same for all registrations of the addresses that are shown to be the user's."""
    return _answer(request, f"user:{request.user.pk}")


def _answer(request: HttpRequest, key: str, *, token: str = "", event: Event | None = None) -> HttpResponse:
    now = timezone.now()
    if "close" in request.POST:
        feeds.close_all(key=key, now=now)
        return page(request, "registrations/feed.html", url="", token=token, event=event)
    url = feeds.make(key=key, now=now)
    webcal = f"webcal://{url.partition('://')[2]}"
    return page(request, "registrations/feed.html", url=url, webcal=webcal, token=token, event=event)
