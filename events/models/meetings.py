"""When and where an event happens."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from events.enums import Mode
from events.models.places import Venue


class Meeting(models.Model):
    """One date of an event, at a venue or at an online address."""

    event = models.ForeignKey("events.Event", on_delete=models.CASCADE, related_name="meetings")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=10, choices=Mode, default=Mode.ON_SITE)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="meetings")
    title = models.CharField(max_length=200, blank=True)
    teacher = models.CharField(max_length=200, blank=True)
    link = models.URLField(max_length=500, blank=True, help_text="To join online; shown only to those registered.")
    cancelled_at = models.DateTimeField(null=True, blank=True, help_text="This date is called off, the others are not.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="meeting_ends_after_it_starts"),
            models.UniqueConstraint(fields=["event", "starts_at"], name="meeting_once_at_a_time"),
            models.CheckConstraint(condition=Q(mode__in=Mode.values), name="meeting_mode_known"),
            models.CheckConstraint(
                condition=~Q(mode=Mode.ON_SITE) | Q(venue__isnull=False), name="meeting_on_site_has_its_place"
            ),
            models.CheckConstraint(condition=~Q(mode=Mode.REMOTE) | Q(venue=None), name="meeting_online_has_no_place"),
        ]
        indexes = [models.Index(fields=["event", "ends_at"], name="meeting_ahead")]

    def __str__(self) -> str:
        return f"{self.event} {self.starts_at:%Y-%m-%d %H:%M}"

    @property
    def hours(self) -> float:
        return (self.ends_at - self.starts_at).total_seconds() / 3600

    @property
    def is_online(self) -> bool:
        """Whether one can take part from anywhere."""
        return self.mode == Mode.REMOTE or self.is_hybrid

    @property
    def is_hybrid(self) -> bool:
        """Whether each comes to the place or joins online, as they choose."""
        return self.mode != Mode.REMOTE and bool(self.link)
