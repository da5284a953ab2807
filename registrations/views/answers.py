"""A person answers an offer, asks for a new one, or gives the seat to somebody else: by the link in their mail."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.errors import Refused
from core.web import page, private
from registrations.forms import HandOverForm
from registrations.models import Registration
from registrations.services import seats
from registrations.views.personal import page_of, registration_of


@login_not_required
@require_POST
def accept(request: HttpRequest, token: str) -> HttpResponse:
    def take(registration: Registration) -> None:
        if registration.offer is None or registration.party_id:
            raise seats.NothingOffered
        seats.accept(offer=registration.offer, now=timezone.now())

    return _answer(request, token, take, _("The seat is yours. Your ticket is below, and on its way by mail."))


@login_not_required
@require_POST
def decline(request: HttpRequest, token: str) -> HttpResponse:
    def leave(registration: Registration) -> None:
        if registration.offer is None or registration.party_id:
            raise seats.NothingOffered
        seats.decline(offer=registration.offer, now=timezone.now())

    return _answer(request, token, leave, _("You have left the seat to the next in line. Thank you for telling us."))


@login_not_required
@require_POST
def rejoin(request: HttpRequest, token: str) -> HttpResponse:
    def join(registration: Registration) -> None:
        if registration.party_id:
            raise seats.NothingLapsed
        seats.rejoin(registration=registration, now=timezone.now())

    return _answer(request, token, join, _("You are on the list again."))


@login_not_required
@private
def hand_over(request: HttpRequest, token: str) -> HttpResponse:
    """Give the seat to somebody else. The answer is the same whether that person is registered already or not."""
    registration = registration_of(request, token)
    event = registration.event
    if not event.terms.may_hand_over or registration.status != "confirmed":
        raise Http404
    form = HandOverForm(request.POST or None, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        try:
            seats.hand_over(registration=registration, to=form.contact(), by=None, now=timezone.now())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Your seat is given away. A message is on its way to the address you gave."))
            return redirect("events:event", event.slug)
    return page(
        request,
        "registrations/hand_over.html",
        status=422 if form.is_bound else 200,
        token=token,
        registration=registration,
        event=event,
        project=event.project,
        meeting=registration.next_meeting(timezone.now()),
        form=form,
    )


def _answer(request: HttpRequest, token: str, act: Callable[[Registration], None], done: str) -> HttpResponse:
    registration = registration_of(request, token)
    try:
        act(registration)
    except Refused as refusal:
        return page_of(request, token, registration, refusal)
    messages.success(request, done)
    return redirect("registrations:mine", token)
