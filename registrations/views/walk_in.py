"""Registering somebody who stands at the desk, and the slip of paper that they get."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language

from accounts.http import SignedInRequest
from accounts.services import audit
from core import qr
from core.errors import Refused
from core.web import page, private
from events.models import Event, SeatPool
from registrations.enums import Status
from registrations.forms import WalkInForm
from registrations.models import Order, Registration
from registrations.services import letters, seats, tickets, walk_ins
from registrations.views.door import event_at_door, todays_meeting

EVERY_DATE = "all"


@private
def show(request: SignedInRequest, event_pk: int) -> HttpResponse:
    """Ask for a name; sent, answer with the slip. Its links stand in this answer alone and in no address."""
    event, now = event_at_door(request, event_pk), timezone.now()
    wanted = request.GET.get("meeting", "")
    leaves = _leaves(event, wanted, now)
    start = {"nonce": uuid.uuid4(), "language": get_language()}
    form = WalkInForm(request.POST if request.method == "POST" else None, event=event, leaves=leaves, initial=start)
    refusal = None
    if form.is_valid():
        try:
            made = walk_ins.add(
                event=event,
                contact=form.contact(),
                nonce=form.cleaned_data["nonce"],
                pool_pk=form.pool_pk,
                accept_queue=form.cleaned_data["accept_queue"],
                price=form.price_pk,
                is_another="another" in request.POST,
                by=request.user,
                now=now,
            )
        except Refused as told:
            refusal = told
        else:
            return slip(request, event, made, now, again="registrations:walk_in")
    if isinstance(refusal, walk_ins.SameName | seats.AlreadyRegistered):
        audit.people_read(actor=request.user, scope=event.scope, people=1, now=now)
    return page(
        request,
        "registrations/walk_in.html",
        status=409 if refusal else 422 if form.is_bound else 200,
        event=event,
        project=event.project,
        form=form,
        refusal=refusal,
        wanted=wanted,
        another="another" in request.POST,
        one_date=event.seats_per_meeting and len(leaves) < len(_leaves(event, EVERY_DATE, now)),
    )


def slip(
    request: SignedInRequest, event: Event, registration: Registration, now: datetime, *, again: str
) -> HttpResponse:
    """A page for the printer: the ticket, and the person's own link for their own phone.

    :param again: the name of the page where the next one is registered
    """
    url = letters.personal_url(registration=registration, now=now)
    seated = registration.status == Status.CONFIRMED
    return page(
        request,
        "registrations/slip.html",
        event=event,
        project=event.project,
        registration=registration,
        meeting=event.meeting_of(registration.meeting_id) or event.next_meeting(now),
        place=Registration.objects.with_places().get(pk=registration.pk).place,
        ticket=tickets.svg(registration) if seated else "",
        may_take=Order.objects.visible_to(request.user).filter(lines__registration=registration).exists(),
        owed=Order.objects.unpaid().filter(lines__registration=registration).first(),
        link=qr.svg(url),
        url=url,
        again=again,
    )


def _leaves(event: Event, wanted: str, now: datetime) -> list[SeatPool]:
    """What can be chosen: of the date asked for, else of today's, else of every date ahead."""
    today = todays_meeting(event, now)
    key = wanted or (str(today.pk) if today else "")
    ahead = [leaf for pool in event.pools_ahead(now) for leaf in pool.leaves]
    of_date = [leaf for leaf in ahead if str(leaf.meeting_id) == key]
    return of_date or ahead
