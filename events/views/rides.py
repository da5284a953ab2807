"""Rides to an event, for its organiser."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.http import SignedInRequest
from core.errors import Refused
from core.web import page
from events.forms.rides import RideForm, initial_ride
from events.models import Ride
from events.services import rides
from events.views.planning import mine


def show(request: SignedInRequest, event_pk: int, ride_pk: int | None = None) -> HttpResponse:
    """The rides there are, and the form for another or for `ride_pk`."""
    event = mine(request, event_pk)
    ride = get_object_or_404(Ride.objects.filter(event=event), pk=ride_pk) if ride_pk else None
    form = RideForm(request.POST if request.method == "POST" else None, initial=initial_ride(ride) if ride else {})
    if request.method == "POST" and form.is_valid():
        try:
            rides.save(event=event, ride=ride, **form.values(), by=request.user, now=timezone.now())
        except Refused as refusal:
            form.add_error("stops", str(refusal))
        else:
            messages.success(request, _("The ride is saved."))
            return redirect("events:rides", event.pk)
    return page(
        request,
        "events/rides.html",
        status=422 if form.is_bound else 200,
        event=event,
        ride=ride,
        form=form,
        rides=event.rides.prefetch_related("pick_ups").order_by("pk"),
    )


@require_POST
def remove(request: SignedInRequest, event_pk: int, ride_pk: int) -> HttpResponse:
    event = mine(request, event_pk)
    try:
        rides.remove(
            ride=get_object_or_404(Ride.objects.filter(event=event), pk=ride_pk), by=request.user, now=timezone.now()
        )
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The ride is removed."))
    return redirect("events:rides", event.pk)
