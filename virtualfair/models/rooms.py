"""Where a virtual fair, which is an event, happens: rooms, and the pitches on their stages."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from events.models import Event
from virtualfair import groups
from virtualfair.enums import PitchState, RoomKind


class RoomQuerySet(models.QuerySet["Room"]):
    def locked(self) -> Self:
        """Serialise what is decided from all pitches of a stage: one is live at a time."""
        return self.select_for_update(of=("self",), no_key=True)


class Room(models.Model):
    """A place of a virtual fair in which everybody hears the same. Each fair has one stage."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="rooms")
    kind = models.CharField(max_length=10, choices=RoomKind, default=RoomKind.STAGE)

    objects = RoomQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=RoomKind.values), name="room_kind_known"),
            models.UniqueConstraint(fields=["event"], condition=Q(kind=RoomKind.STAGE), name="room_one_stage_per_fair"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.event}"

    @property
    def stream(self) -> str:
        return groups.room(self.pk)


class PitchQuerySet(models.QuerySet["Pitch"]):
    def in_order(self) -> Self:
        return self.select_related("organisation").order_by("starts_at", "pk")

    def due_at(self, moment: datetime) -> Self:
        """Pitches that are to begin or to end by the schedule."""
        to_begin = Q(began_at=None, starts_at__lte=moment, ends_at__gt=moment)
        to_end = Q(began_at__isnull=False, ended_at=None, ends_at__lte=moment)
        return self.filter(to_begin | to_end)


class Pitch(models.Model):
    """An employer's slot on a stage: when it is planned, and when it really began and ended."""

    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="pitches")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pitches")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    began_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = PitchQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="pitch_ends_after_it_starts"),
            models.UniqueConstraint(fields=["room", "starts_at"], name="pitch_one_at_a_time"),
            models.CheckConstraint(condition=Q(ended_at=None) | Q(began_at__isnull=False), name="pitch_began_first"),
            models.UniqueConstraint(
                fields=["room"], condition=Q(began_at__isnull=False, ended_at=None), name="pitch_one_live"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def state(self) -> PitchState:
        if self.began_at is None:
            return PitchState.UPCOMING
        return PitchState.LIVE if self.ended_at is None else PitchState.OVER
