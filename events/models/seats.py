"""How many can come: pools of seats, for a whole event or for one of its dates, and pools within pools."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import Any, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce

from core import spoken
from events.models.counts import Seats
from events.models.events import Event
from events.models.meetings import Meeting


class SeatPoolQuerySet(models.QuerySet["SeatPool"]):
    def locked(self) -> Self:
        """The one lock of everything that moves a seat. `no_key` lets rows that point here be written meanwhile."""
        return self.select_for_update(of=("self",), no_key=True)

    def roots(self) -> Self:
        return self.filter(parent=None)

    def root_of(self, pk: Any) -> Self:
        """The root of the tree in which the pool `pk` stands. A pool never changes its tree."""
        return self.filter(pk=Coalesce(SeatPool.objects.filter(pk=pk).values("root"), pk))

    def lock_all_of(self, event: Event) -> list[SeatPool]:
        """Every root of `event`, locked in ascending key: no visitor gets or gives a seat while its plan changes."""
        return list(self.locked().roots().filter(event=event).order_by("pk"))


class SeatPool(models.Model):
    """Seats of an event, or of one of its meetings where people register for one date.

    Pools form trees: a seat of a pool is one of its parent's seats too, so siblings may share what their parent has.
    People choose among the leaves. Every counter tells of the pool and of all pools within it. Only
    `registrations.services.seats` moves the counters, under the lock of the tree's root.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="pools")
    meeting = models.ForeignKey(
        Meeting, on_delete=models.CASCADE, null=True, blank=True, related_name="pools", help_text="None: all dates."
    )
    parent = models.ForeignKey("self", on_delete=models.CASCADE, null=True, blank=True, related_name="branches")
    root = models.ForeignKey(
        "self", on_delete=models.CASCADE, null=True, blank=True, related_name="tree", help_text="None: this is one."
    )
    name_fi = models.CharField(max_length=100, blank=True, help_text="For whom the seats are; a root needs none.")
    name_sv = models.CharField(max_length=100, blank=True)
    name_en = models.CharField(max_length=100, blank=True)
    name_uk = models.CharField(max_length=100, blank=True)
    reserved = models.BooleanField(default=False, help_text="Others of the tree may not have its free seats …")
    reserved_until = models.DateTimeField(null=True, blank=True, help_text="… before this moment; None: never.")
    capacity = models.PositiveIntegerField()
    taken = models.PositiveIntegerField(default=0, help_text="Confirmed registrations.")
    held = models.PositiveIntegerField(default=0, help_text="Seats of people who are filling the form.")
    offered = models.PositiveIntegerField(default=0, help_text="Seats that await somebody's answer to an offer.")
    kept = models.PositiveIntegerField(default=0, help_text="Free seats kept together for the group at the head.")
    waiting = models.PositiveIntegerField(default=0, help_text="People on the waiting list.")

    objects = SeatPoolQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["event"], condition=Q(meeting=None, parent=None), name="seat_pool_one_for_the_whole_event"
            ),
            models.UniqueConstraint(fields=["meeting"], condition=Q(parent=None), name="seat_pool_one_of_each_date"),
            models.CheckConstraint(
                condition=Q(taken__lte=F("capacity") - F("held") - F("offered")), name="seat_pool_never_oversold"
            ),
            models.CheckConstraint(
                condition=Q(parent=None, root=None) | Q(parent__isnull=False, root__isnull=False),
                name="seat_pool_branch_has_its_root",
            ),
            models.CheckConstraint(condition=Q(parent=None) | ~Q(name_fi=""), name="seat_pool_branch_has_its_name"),
            models.CheckConstraint(
                condition=Q(reserved_until=None) | Q(reserved=True), name="seat_pool_reserved_until_when"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.taken}/{self.capacity}".strip()

    @property
    def name(self) -> str:
        """For whom the seats are, in the reader's language; Finnish stands in for what is empty."""
        return spoken.here(self, "name")

    @cached_property
    def below(self) -> list[SeatPool]:
        """Its branches, linked to it."""
        found = list(self.branches.order_by("pk")) if self.pk else []
        for pool in found:
            pool.parent = self
        return found

    @property
    def path(self) -> list[SeatPool]:
        """From the pool itself up to its root."""
        return [self, *(self.parent.path if self.parent_id and self.parent else [])]

    @property
    def top(self) -> SeatPool:
        return self.path[-1]

    @property
    def tree_pools(self) -> list[SeatPool]:
        """The pool and everything within it."""
        return [self, *(pool for branch in self.below for pool in branch.tree_pools)]

    @property
    def leaves(self) -> list[SeatPool]:
        """What people choose among; the pool itself where it has no branches."""
        return [leaf for branch in self.below for leaf in branch.leaves] if self.below else [self]

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken - self.held - self.offered)

    @property
    def room(self) -> int:
        """How many more fit in, here and in every pool around it."""
        return min(pool.free for pool in self.path)

    @property
    def unkept(self) -> int:
        """The same without the seats that are kept together for a group."""
        return min(max(0, pool.free - pool.kept) for pool in self.path)

    @property
    def for_newcomers(self) -> int:
        """Seats of the pool that somebody who comes now may have. Whom they could serve has had them offered."""
        here = max(0, self.free - self.kept)
        return min(here, sum(pool.for_newcomers for pool in self.below)) if self.below else here

    def is_open_to_all(self, now: datetime) -> bool:
        """Whether those who chose another pool of the tree may have its free seats."""
        return not self.reserved or (self.reserved_until is not None and self.reserved_until <= now)

    def claimable(self, now: datetime) -> list[SeatPool]:
        """The leaves that can seat somebody who chose this leaf, itself first. A reservation holds for all within."""
        mine = {pool.pk for pool in self.path}

        def is_open(leaf: SeatPool) -> bool:
            return all(pool.is_open_to_all(now) for pool in leaf.path if pool.pk not in mine)

        return [self, *(leaf for leaf in self.top.leaves if leaf.pk != self.pk and is_open(leaf))]

    def room_at(self, now: datetime) -> int:
        """How many may come together who choose this pool; of a pool with branches, the best of them."""
        return max(pool.unkept for leaf in self.leaves for pool in leaf.claimable(now))

    def free_at(self, now: datetime) -> int:
        """How many, one by one, may still come who choose this leaf."""
        return min(self.top.unkept, sum(pool.unkept for pool in self.claimable(now)))

    @property
    def seats(self) -> Seats | None:
        return Seats.of([self])
