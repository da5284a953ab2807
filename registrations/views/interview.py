"""An applicant chooses the time of the interview, by the link in their mail."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import Refused
from core.text import key_of
from core.web import page, private
from registrations.enums import Stage
from registrations.models import Application, InterviewSlot, Registration
from registrations.services import selection
from registrations.views.personal import registration_of


@login_not_required
@private
def choose(request: HttpRequest, token: str) -> HttpResponse:
    """The free times; whoever loses a race for one sees those that are left."""
    registration = registration_of(request, token)
    application = _invited(registration)
    if request.method != "POST":
        return _page(request, token, application)
    now = timezone.now()
    try:
        if "leave" in request.POST:
            selection.unbook(application=application, now=now)
        else:
            selection.book(application=application, slot_pk=key_of(request.POST.get("slot", "")), now=now)
    except Refused as refusal:
        return _page(request, token, application, refusal)
    if "leave" in request.POST:
        messages.success(request, _("The time is free for others. You can choose another."))
        return redirect("registrations:interview", token)
    messages.success(request, _("Your time is booked. A message with a calendar file is on its way."))
    return redirect("registrations:mine", token)


def _invited(registration: Registration) -> Application:
    """:raises Http404: if nobody wants to meet them now"""
    rows = Application.objects.select_related("event", "registration")
    application = rows.filter(registration=registration.pk, stage=Stage.INVITED).first()
    if application is None:
        raise Http404
    application.registration = registration
    application.event = registration.event
    return application


def _page(request: HttpRequest, token: str, application: Application, refusal: Refused | None = None) -> HttpResponse:
    now = timezone.now()
    ahead = InterviewSlot.objects.filter(event=application.event_id, starts_at__gt=now).free()
    return page(
        request,
        "registrations/selection/interview.html",
        status=409 if refusal else 200,
        token=token,
        event=application.event,
        project=application.event.project,
        slot=InterviewSlot.objects.filter(application=application.pk).first(),
        free=list(ahead.order_by("starts_at", "pk")),
        refusal=refusal,
    )
