from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models import Q

from core.enums import MessageState


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def due_at(self, moment: datetime) -> Self:
        return self.filter(state=MessageState.QUEUED, due_at__lte=moment).order_by("due_at", "pk")

    def cut_off_before(self, moment: datetime) -> Self:
        """Claimed so long ago that their worker must have died midway."""
        return self.filter(state=MessageState.SENDING, claimed_at__lt=moment)

    def claimable(self) -> Self:
        """Skip the rows another worker is claiming; on SQLite there is one writer anyway."""
        if connection.features.has_select_for_update_skip_locked:
            return self.select_for_update(skip_locked=True)
        return self

    def needing_a_person(self) -> Self:
        return self.filter(state__in=[MessageState.FAILED, MessageState.UNKNOWN])

    def in_scopes(self, scopes: frozenset[str]) -> Self:
        return self.filter(scope__in=scopes)


class OutboxMessage(models.Model):
    """One delivery that will happen once the transaction that wrote it is durable.

    `scope` and `person` are opaque keys such as `event:7` and `person:12`; `payload` is what `kind`'s handler needs.
    """

    kind = models.CharField(max_length=40)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    payload = models.JSONField()
    scope = models.CharField(max_length=60, blank=True)
    person = models.CharField(max_length=60, blank=True)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    last_error = models.CharField(max_length=200, blank=True)

    objects = OutboxMessageQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MessageState.values), name="outbox_state_known"),
            models.CheckConstraint(
                condition=Q(state=MessageState.SENT, sent_at__isnull=False)
                | (~Q(state=MessageState.SENT) & Q(sent_at=None)),
                name="outbox_sent_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state=MessageState.SENDING) | Q(claimed_at__isnull=False),
                name="outbox_sending_is_claimed",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state=MessageState.QUEUED), name="outbox_due"),
            models.Index(fields=["scope", "state"], name="outbox_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk} ({self.state})"


class Installation(models.Model):
    """What this database is: made by the demo, by the benchmarks' fixture, or by neither. At most one row."""

    only = models.BooleanField(primary_key=True, default=True)
    demo = models.BooleanField()
    benchmark = models.BooleanField(default=False, db_default=False)
    dated_on = models.DateField(help_text="The day the demo's dates are relative to.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(only=True), name="installation_is_one_row"),
            models.CheckConstraint(
                condition=~Q(demo=True, benchmark=True), name="installation_is_not_demo_and_benchmark"
            ),
        ]

    def __str__(self) -> str:
        return "demo" if self.demo else "benchmark" if self.benchmark else "production"
