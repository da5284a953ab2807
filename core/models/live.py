"""What is streamed to browsers, as it is kept: numbered events, and receipts of the commands that made them."""

import secrets
from typing import Self

from django.db import models


def new_epoch() -> str:
    """Eight characters that change when a stream's numbers can no longer be trusted, say after a restored backup."""
    return secrets.token_urlsafe(6)


class LiveStreamQuerySet(models.QuerySet["LiveStream"]):
    def locked(self) -> Self:
        """Serialise who appends: numbers follow each other without a hole, in the order of the commits."""
        return self.select_for_update(of=("self",), no_key=True)


class LiveStream(models.Model):
    """An ordered log under an opaque name such as `room:7`; `sq` is the number of its newest event."""

    name = models.CharField(max_length=60, unique=True)
    epoch = models.CharField(max_length=8, default=new_epoch)
    sq = models.PositiveBigIntegerField(default=0)

    objects = LiveStreamQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.name} at {self.sq}"


class LiveEventQuerySet(models.QuerySet["LiveEvent"]):
    def after(self, sq: int) -> Self:
        return self.filter(sq__gt=sq).order_by("sq")

    def about(self, subject: str) -> Self:
        return self.filter(subject=subject)


class LiveEvent(models.Model):
    """One thing that happened. `actor` and `subject` are opaque keys such as `pass:12` and `message:7`.

    `payload` is what clients receive as `d`; it goes when its subject is hidden or erased, the number stays.
    """

    stream = models.ForeignKey(LiveStream, on_delete=models.CASCADE, related_name="events")
    sq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=40)
    payload = models.JSONField(default=dict)
    actor = models.CharField(max_length=60, blank=True)
    subject = models.CharField(max_length=60, blank=True)
    at = models.DateTimeField()

    objects = LiveEventQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "sq"], name="live_event_number_once")]
        indexes = [models.Index(fields=["stream", "subject"], name="live_event_by_subject")]

    def __str__(self) -> str:
        return f"{self.type} {self.sq}"


class LiveReceipt(models.Model):
    """The answer that a command was given, so that the same command sent again gets it again."""

    actor = models.CharField(max_length=60)
    command = models.UUIDField()
    answer = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["actor", "command"], name="live_receipt_once")]
        indexes = [models.Index(fields=["at"], name="live_receipt_by_age")]

    def __str__(self) -> str:
        return f"receipt {self.pk}"
