from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation
from events.models import Event


class Pitch(models.Model):
    """An employer's slot on the stage of a virtual fair, which is an event."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="pitches")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="pitches")
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="pitch_ends_after_it_starts"),
            models.UniqueConstraint(fields=["event", "starts_at"], name="pitch_one_at_a_time"),
        ]

    def __str__(self) -> str:
        return self.title
