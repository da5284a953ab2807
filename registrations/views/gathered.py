"""Ways back to one's registrations: a lost link asked for anew, and all of them for whoever signs in."""

from datetime import datetime
from typing import NamedTuple

from allauth.account.models import EmailAddress
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from accounts.http import SignedInRequest
from accounts.models import User
from core import limits
from core.limits import TooOften
from core.web import client_address, page, private, too_often
from events.models import Meeting
from registrations.forms import LostLinkForm
from registrations.models import Registration
from registrations.services import gathering


class Line(NamedTuple):
    registration: Registration
    meeting: Meeting | None
    over: bool


@login_not_required
@private
def lost_link(request: HttpRequest) -> HttpResponse:
    """The answer is the same for everybody: a link comes by mail to those who have registered."""
    form = LostLinkForm(request.POST if request.method == "POST" else None)
    refusal = None
    if form.is_valid():
        now = timezone.now()
        try:
            limits.count("link", client_address(request), now=now)
        except TooOften as told:
            refusal = told
        else:
            gathering.ask(email=form.cleaned_data["email"], now=now)
            return redirect("registrations:lost_link_sent")
    shown = page(
        request, "registrations/lost_link.html", status=422 if form.is_bound else 200, form=form, refusal=refusal
    )
    return too_often(shown, refusal)


@login_not_required
@private
@require_safe
def lost_link_sent(request: HttpRequest) -> HttpResponse:
    return page(request, "registrations/lost_link_sent.html")


@private
@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    """All registrations of the addresses that have been shown to be theirs, what is ahead first."""
    addresses, now = verified(request.user), timezone.now()
    lines = [_line(each, now) for each in gathering.of_addresses(addresses).prefetch_related("event__meetings")]
    return page(
        request,
        "registrations/gathered.html",
        addresses=addresses,
        ahead=sorted((line for line in lines if not line.over), key=lambda line: _when(line, now)),
        past=[line for line in lines if line.over],
    )


@private
@require_POST
def open_mine(request: SignedInRequest, registration_pk: int) -> HttpResponse:
    """Go to the personal page of one of them; its link is made by this press and never stands in a list."""
    registration = get_object_or_404(gathering.of_addresses(verified(request.user)), pk=registration_pk)
    token = gathering.open_for_owner(registration=registration, now=timezone.now())
    return redirect("registrations:mine", token)


def verified(user: User) -> list[str]:
    """The addresses of which `user` has shown that they are theirs."""
    return list(EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True))


def _line(registration: Registration, now: datetime) -> Line:
    ends_at = registration.ends_at
    return Line(registration, registration.next_meeting(now), ends_at is not None and ends_at <= now)


def _when(line: Line, now: datetime) -> datetime:
    return line.meeting.starts_at if line.meeting else now
