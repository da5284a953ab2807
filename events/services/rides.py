"""Rides to an event: made, changed and taken away by its organiser."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import Event, PickUp, Ride, SeatPool


class FewerThanAboard(Refused):
    code = "fewer_than_aboard"
    message = _("More people than that have chosen this ride. Give at least so many seats.")


class OwnSeatsOfDates(Refused):
    code = "own_seats_of_dates"
    message = _("People register for one date of this event at a time, and rides are counted for all dates together.")


class StopInUse(Refused):
    code = "stop_in_use"
    message = _("Somebody has chosen a stop that you took away. Keep it, or move those people first.")


@dataclass(frozen=True, kw_only=True)
class Stop:
    leaves: time
    place: str


_aboard: list[Callable[[Ride], int]] = []


def count_with(count: Callable[[Ride], int]) -> None:
    """Ask `count` how many have chosen a ride; called once, from a higher app's `ready`."""
    _aboard.append(count)


@transaction.atomic
def save(
    *,
    event: Event,
    ride: Ride | None,
    names: dict[str, str],
    seats: int | None,
    stops: Iterable[Stop],
    by: User,
    now: datetime,
) -> Ride:
    """Make a ride, or bring `ride` to these values. A stop that stays the same place keeps those who chose it.

    :param names: columns such as `name_sv`
    :raises OwnSeatsOfDates: if people register for one date of the event
    :raises StopInUse: if somebody has chosen a stop that would go
    :raises FewerThanAboard: if more have chosen it than `seats`
    """
    SeatPool.objects.lock_all_of(event)
    event = Event.objects.locked().get(pk=event.pk)
    if event.seats_per_meeting is not None:
        raise OwnSeatsOfDates
    if ride and seats is not None and any(count(ride) > seats for count in _aboard):
        raise FewerThanAboard
    ride = ride or Ride(event=event)
    ride.seats = seats
    for column, words in names.items():
        setattr(ride, column, words)
    ride.save()
    _set_stops(ride, list(stops))
    _changed(event, "event.ride", by, now, ride=ride.pk, seats=seats)
    return ride


@transaction.atomic
def remove(*, ride: Ride, by: User, now: datetime) -> None:
    """:raises StopInUse: if somebody has chosen one of its stops"""
    event = Event.objects.locked().get(pk=ride.event_id)
    pk = ride.pk
    try:
        ride.delete()
    except ProtectedError as chosen:
        raise StopInUse from chosen
    _changed(event, "event.remove_ride", by, now, ride=pk)


def _set_stops(ride: Ride, stops: list[Stop]) -> None:
    """A stop that stays the same, or whose time alone changes, keeps those who chose it."""
    with translation.override("fi"):
        known = [(each.place, each.leaves, each) for each in ride.pick_ups.order_by("leaves")]
        for stop in stops:
            alike = [row for row in known if row[0] == stop.place]
            same = [row for row in alike if row[1] == stop.leaves] or alike
            found = same[0][2] if same else PickUp(ride=ride, place=stop.place)
            known = [row for row in known if row[2] is not found]
            found.leaves = stop.leaves
            found.save()
    try:
        PickUp.objects.filter(pk__in=[row[2].pk for row in known]).delete()
    except ProtectedError as chosen:
        raise StopInUse from chosen


def _changed(event: Event, action: str, by: User, now: datetime, **what: object) -> None:
    event.changed_at, event.sequence = now, event.sequence + 1
    event.save(update_fields=["changed_at", "sequence"])
    audit.changed(
        actor=by, action=action, subject=event.scope, scope=f"organisation:{event.organisation_id}", now=now, after=what
    )
