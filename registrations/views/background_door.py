"""The background form at the door: staff lend their tablet, the person fills in their own form, and gives it back."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.lending import is_lent, lend
from accounts.services import links
from core.guessing import counted
from core.web import page, private
from esf.enums import NoticeChannel
from registrations.enums import Status
from registrations.models import Registration
from registrations.services import backgrounds, letters
from registrations.views.background import Walk, fill
from registrations.views.door import event_at_door


@require_POST
def hand(request: SignedInRequest, event_pk: int, registration_pk: int) -> HttpResponse:
    """Open the form of one who has come, for half an hour; the device opens nothing else from now on."""
    event = event_at_door(request, event_pk)
    rows = Registration.objects.filter(event=event.pk, status=Status.CONFIRMED).select_related("event__project")
    registration = get_object_or_404(rows, pk=registration_pk)
    if not backgrounds.lacks(event, registration):
        raise Http404
    now = timezone.now()
    token = backgrounds.begin_at_door(registration=registration, now=now)
    lend(request, now=now)
    return redirect("registrations:door_form", token)


@login_not_required
@private
def form(request: HttpRequest, token: str) -> HttpResponse:
    """The language first, then one idea a screen. No other page can be reached from here."""
    with counted(request):
        key = links.find(purpose=letters.DOOR, token=token)
        if key is None:
            raise Http404
    rows = Registration.objects.select_related("event__project", "event__organisation", "event__own_terms", "person")
    registration = get_object_or_404(rows, pk=int(key.removeprefix("registration:")))
    project = registration.event.project
    if project is None or not backgrounds.is_asked(registration):
        raise Http404
    if request.method != "POST" and "screen" not in request.GET:
        return page(
            request, "registrations/background/languages.html", event=registration.event, project=project, token=token
        )
    walk = Walk(
        registration=registration,
        project=project,
        notice=None,
        channel=NoticeChannel.DOOR,
        here=request.path,
        out=reverse("registrations:door_form_done"),
        bare=True,
    )
    return fill(request, walk)


@login_not_required
@private
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Thank the person; staff go on from here."""
    return page(request, "registrations/background/thanks.html")


@login_not_required
@private
@require_safe
def lent(request: HttpRequest) -> HttpResponse:
    """What the device shows of everything else, until staff have proved that it is back in their hands."""
    if not is_lent(request):
        return redirect("workspace:desk")
    return page(request, "registrations/background/lent.html")
