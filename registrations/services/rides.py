"""Seats on an event's rides; judged under the lock of the event's pool."""

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from events.models import Event, PickUp, Ride
from registrations.models import Registration


class RideFull(Refused):
    code = "ride_full"
    message = _("The ride that you chose is full. Choose another, or come by yourself.")


def aboard(ride: Ride) -> int:
    """How many have a place on `ride`, those on the event's waiting list too."""
    return Registration.objects.active().filter(pick_up__ride=ride).count()


def refuse_if_full(*, event: Event, pick_up: int | None, but: Registration | None = None) -> None:
    """See that one more may get on at `pick_up`, a stop of `event`; `but` is who chooses anew.

    :raises RideFull: if the ride is full, or gone
    """
    if pick_up is None:
        return
    stop = PickUp.objects.select_related("ride").filter(pk=pick_up, ride__event=event.pk).first()
    if stop is None:
        raise RideFull
    mine = but is not None and but.pick_up is not None and but.pick_up.ride_id == stop.ride_id
    if stop.ride.seats is not None and aboard(stop.ride) - mine >= stop.ride.seats:
        raise RideFull
