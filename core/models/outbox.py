from datetime import datetime
from typing import Self

from django.db import connection, models
from django.db.models import Exists, Expression, OuterRef, Q, QuerySet

from core.enums import DELIVERED, MessageState


class OutboxMessageQuerySet(models.QuerySet["OutboxMessage"]):
    def due_at(self, moment: datetime | Expression) -> Self:
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
        stuck = Q(state__in=[MessageState.FAILED, MessageState.UNKNOWN])
        return self.filter(stuck | (Q(state=MessageState.BOUNCED) & ~Exists(self._later_ones())))

    def still_returned(self) -> Self:
        """What came back, unless a later letter of the same scope has left to the same person or address since."""
        return self.filter(~Exists(self._later_ones()), state=MessageState.BOUNCED)

    def _later_ones(self) -> QuerySet["OutboxMessage"]:
        same_person = Q(person=OuterRef("person")) & ~Q(person="")
        later = OutboxMessage.objects.filter(scope=OuterRef("scope"), state=MessageState.SENT)
        later = later.filter(sent_at__gt=OuterRef("sent_at"))
        return later.filter(same_person | Q(recipient__iexact=OuterRef("recipient")))

    def resendable(self) -> Self:
        """What may be sent again as it is."""
        return self.filter(state__in=[MessageState.FAILED, MessageState.UNKNOWN])

    def in_scopes(self, scopes: frozenset[str]) -> Self:
        return self.filter(scope__in=scopes)


class OutboxMessage(models.Model):
    """One delivery that will happen once the transaction that wrote it is durable.

    `scope` and `person` are opaque keys such as `event:7` and `person:12`; `payload` is what `kind`'s handler needs.
    `once` names what may be told only once, such as the reminder of one meeting to one person.
    """

    kind = models.CharField(max_length=40)
    recipient = models.CharField(max_length=254)
    subject = models.CharField(max_length=200)
    payload = models.JSONField()
    scope = models.CharField(max_length=60, blank=True)
    person = models.CharField(max_length=60, blank=True)
    once = models.CharField(max_length=120, null=True, blank=True, unique=True)
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
                condition=Q(state__in=sorted(DELIVERED), sent_at__isnull=False)
                | (~Q(state__in=sorted(DELIVERED)) & Q(sent_at=None)),
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
