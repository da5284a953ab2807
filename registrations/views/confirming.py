"""The link in the mail that asks whether the address is right. Opening it changes nothing; its button registers."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.services import links
from core import limits
from core.errors import Refused
from core.guessing import counted
from core.web import client_address, page, private, too_often
from registrations.enums import HoldKind
from registrations.models import Hold, Party, Registration
from registrations.services import letters, seats, unfinished
from registrations.views import starting
from registrations.views.journey import CONTACT, SUMMARY, Journey
from registrations.views.visitor import done, journey_of, kind_of, register, shown_sum


@login_not_required
@private
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask once, then register; when the seat is gone, a new one or the queue is one press away."""
    journey = _journey(request, token)
    if journey.hold.finished_at:
        return done(request, journey)
    if request.method != "POST":
        return _page(request, journey)
    try:
        limits.count("send", client_address(request), now=timezone.now())
        _refuse_changed(journey)
        if kind := request.POST.get("kind"):
            journey = _renewed(request, journey, kind_of(kind))
        made = register(journey, seen=shown_sum(request))
    except Refused as refusal:
        return _page(request, _journey(request, token), refusal)
    for each in (token, journey.hold.key):
        unfinished.finish(token=each)
    return _to_pay(made) or redirect("registrations:confirm", token)


def _to_pay(made: Party | Registration | None) -> HttpResponse | None:
    """On to the page to pay at, where a seat is kept until then: the mailbox has just been shown to be theirs."""
    if made is None or not made.orders_open:
        return None
    now = timezone.now()
    if isinstance(made, Party):
        url = letters.party_url(party=made, now=now)
    else:
        url = letters.personal_url(registration=made, now=now)
    return redirect(url.removeprefix(settings.SITE_URL) + "pay/")


def _renewed(request: HttpRequest, journey: Journey, kind: HoldKind) -> Journey:
    starting.renew(request, journey.hold, journey.token, kind=kind, event=journey.event, now=timezone.now())
    journey = _journey(request, journey.token)
    _refuse_changed(journey)
    return journey


def _refuse_changed(journey: Journey) -> None:
    """:raises OtherAddress: if the form is no longer what the mail was about"""
    if journey.first_open() != SUMMARY:
        raise seats.OtherAddress
    seats.refuse_other_address(hold=journey.hold, email=journey.hold.draft[CONTACT].get("email", ""))


def _journey(request: HttpRequest, token: str) -> Journey:
    with counted(request):
        key = links.find(purpose=letters.CONFIRM, token=token)
        if key is None:
            raise Http404
    return journey_of(Hold.objects.filter(pk=int(key.removeprefix("hold:"))).first(), token)


def _page(request: HttpRequest, journey: Journey, refusal: Refused | None = None) -> HttpResponse:
    now = timezone.now()
    response = page(
        request,
        "registrations/confirm.html",
        status=409 if refusal else 200,
        hold=journey.hold,
        event=journey.event,
        project=journey.event.project,
        meeting=journey.meeting(now),
        expired=journey.hold.expired(now),
        bill=journey.bill if journey.first_open() == SUMMARY else [],
        total=journey.total if journey.first_open() == SUMMARY else 0,
        refusal=refusal,
    )
    return too_often(response, refusal)
