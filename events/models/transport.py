"""Rides that an event offers, and where they pick people up."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from events.models.events import Event


class Ride(models.Model):
    """One bus or car to an event and back."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rides")
    name = models.CharField(max_length=200)
    seats = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Empty: not limited.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(seats=None) | Q(seats__gt=0), name="ride_has_seats"),
        ]

    def __str__(self) -> str:
        return self.name


class PickUp(models.Model):
    """Where and when a ride stops on its way to the event."""

    ride = models.ForeignKey(Ride, on_delete=models.CASCADE, related_name="pick_ups")
    place = models.CharField(max_length=200)
    leaves = models.TimeField()

    def __str__(self) -> str:
        return f"{self.leaves:%H.%M} {self.place}"
