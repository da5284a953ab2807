"""What is done to many registrations at once: planned first, so that it can be taken back, and done a minute later."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Count, Q

from accounts.models import User
from events.models import Event
from registrations.models import Registration
from workspace.enums import Bulk, BulkState, Outcome


class BulkActionQuerySet(models.QuerySet["BulkAction"]):
    def locked(self) -> Self:
        """Serialise taking back against doing."""
        return self.select_for_update(of=("self",), no_key=True)

    def due_at(self, moment: datetime) -> Self:
        return self.filter(state=BulkState.PLANNED, due_at__lte=moment)

    def unfinished(self) -> Self:
        """Begun, but some items are left: it goes on, or its worker died and another takes over."""
        return self.filter(state=BulkState.BEGUN)

    def counted(self) -> Self:
        """With `number` of items, and `done` and `left_alone` of those that have had their turn."""
        left_alone = Count("items", filter=Q(items__outcome__in=[Outcome.CHANGED, Outcome.REFUSED]))
        done = Count("items", filter=Q(items__outcome=Outcome.DONE))
        return self.annotate(number=Count("items"), done=done, left_alone=left_alone)

    def recent(self, since: datetime) -> Self:
        return self.filter(made_at__gte=since).order_by("-pk")


class BulkAction(models.Model):
    """One action on some registrations of one event. Until `due_at` it can be taken back, and nothing has happened."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="bulk_actions")
    kind = models.CharField(max_length=10, choices=Bulk)
    state = models.CharField(max_length=10, choices=BulkState, default=BulkState.PLANNED)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()

    objects = BulkActionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=Bulk.values), name="bulk_kind_known"),
            models.CheckConstraint(condition=Q(state__in=BulkState.values), name="bulk_state_known"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=BulkState.PLANNED), name="bulk_due"),
            models.Index(fields=["event", "made_at"], name="bulk_of_event"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class BulkItemQuerySet(models.QuerySet["BulkItem"]):
    def locked(self) -> Self:
        return self.select_for_update(of=("self",), no_key=True)

    def left(self) -> Self:
        return self.filter(outcome="").order_by("pk")


class BulkItem(models.Model):
    """One registration of a bulk action. `seen` is its state when it was chosen: what has changed since is left alone.

    `outcome` is written in the transaction of the effect itself, so that each is done exactly once.
    """

    action = models.ForeignKey(BulkAction, on_delete=models.CASCADE, related_name="items")
    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="+")
    seen = models.CharField(max_length=10)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = BulkItemQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["action", "registration"], name="bulk_item_once"),
            models.CheckConstraint(condition=Q(outcome__in=["", *Outcome.values]), name="bulk_outcome_known"),
        ]

    def __str__(self) -> str:
        return f"{self.action_id}: {self.registration_id}"
