"""How many can come: pools of seats, for a whole event or for one of its dates."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from events.models.counts import Seats
from events.models.events import Event, Meeting


class SeatPoolQuerySet(models.QuerySet["SeatPool"]):
    def locked(self) -> Self:
        """The one lock of everything that moves a seat. `no_key` lets rows that point here be written meanwhile."""
        return self.select_for_update(of=("self",), no_key=True)

    def lock_all_of(self, event: Event) -> list[SeatPool]:
        """Every pool of `event`, locked in ascending key: no visitor gets or gives a seat while its plan changes."""
        return list(self.locked().filter(event=event).order_by("pk"))


class SeatPool(models.Model):
    """Seats of an event, or of one of its meetings where people register for one date.

    Only `registrations.services.seats` moves the counters, under the pool's lock.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="pools")
    meeting = models.OneToOneField(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="own_pool", help_text="None: all dates."
    )
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0, help_text="Confirmed registrations.")
    held = models.PositiveIntegerField(default=0, help_text="Seats of people who are filling the form.")
    waiting = models.PositiveIntegerField(default=0, help_text="People on the waiting list.")

    objects = SeatPoolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=Q(meeting=None), name="seat_pool_one_for_the_whole_event"
            ),
            models.CheckConstraint(condition=Q(taken__lte=F("capacity") - F("held")), name="seat_pool_never_oversold"),
        ]

    def __str__(self) -> str:
        return f"{self.taken}/{self.capacity}"

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken - self.held)

    @property
    def for_newcomers(self) -> int:
        """A freed seat belongs to those who wait."""
        return 0 if self.waiting else self.free

    @property
    def seats(self) -> Seats | None:
        return Seats.of([self])
