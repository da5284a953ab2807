"""Seats on an event's rides; judged under the lock of the event's seats.

They are for those who have a seat at the event, or are offered one; whoever waits says which ride they would take.
"""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from events.models import Event, PickUp, Ride
from registrations.models import Registration


class RideFull(Refused):
    code = "ride_full"
    message = _("The ride that you chose is full. Choose another, or come by yourself.")


def aboard(ride: Ride) -> int:
    """How many have a place on `ride`."""
    return Registration.objects.seated().filter(pick_up__ride=ride).count()


def refuse_if_full(*, event: Event, pick_up: int | None, but: Registration | None = None, number: int = 1) -> None:
    """See that so many more may get on at `pick_up`, a stop of `event`; `but` is who chooses anew.

    :raises RideFull: if the ride is full, or gone
    """
    if pick_up is None:
        return
    stop = PickUp.objects.select_related("ride").filter(pk=pick_up, ride__event=event.pk).first()
    if stop is None:
        raise RideFull
    mine = but is not None and but.pick_up is not None and but.pick_up.ride_id == stop.ride_id
    if stop.ride.seats is not None and aboard(stop.ride) - mine + number > stop.ride.seats:
        raise RideFull


def keep_if_there_is_room(registration: Registration) -> None:
    """Somebody gets a seat at the event: on the ride that they wanted too, unless it has filled up meanwhile."""
    if registration.pick_up_id is None:
        return
    try:
        refuse_if_full(event=registration.event, pick_up=registration.pick_up_id)
    except RideFull:
        registration.pick_up = None
        registration.ride_gone = True
