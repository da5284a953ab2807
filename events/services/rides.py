"""Rides to an event: made, changed and taken away by its organiser."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from django.db import transaction
from django.db.models import ProtectedError
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import Event, PickUp, Ride


class StopInUse(Refused):
    code = "stop_in_use"
    message = _("Somebody has chosen a stop that you took away. Keep it, or move those people first.")


@dataclass(frozen=True, kw_only=True)
class Stop:
    leaves: time
    place: str


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
    :raises StopInUse: if somebody has chosen a stop that would go
    """
    event = Event.objects.locked().get(pk=event.pk)
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
    with translation.override("fi"):
        known = {each.place: each for each in ride.pick_ups.all()}
    for stop in stops:
        with translation.override("fi"):
            found = known.pop(stop.place, None) or PickUp(ride=ride, place=stop.place)
        found.leaves = stop.leaves
        found.save()
    try:
        PickUp.objects.filter(pk__in=[each.pk for each in known.values()]).delete()
    except ProtectedError as chosen:
        raise StopInUse from chosen


def _changed(event: Event, action: str, by: User, now: datetime, **what: object) -> None:
    event.changed_at, event.sequence = now, event.sequence + 1
    event.save(update_fields=["changed_at", "sequence"])
    audit.changed(
        actor=by, action=action, subject=event.scope, scope=f"organisation:{event.organisation_id}", now=now, after=what
    )
