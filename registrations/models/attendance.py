"""Who was let in, and when."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from accounts.models import User
from events.models import Meeting
from registrations.enums import Source
from registrations.models.registrations import Registration


class Attendance(models.Model):
    """A registered person was let in to a meeting. `nonce` names the scan: the same message twice is one scan."""

    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="attendances")
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=6, choices=Source)
    nonce = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration", "meeting"], name="attendance_once_per_meeting"),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="attendance_source_known"),
        ]

    def __str__(self) -> str:
        return f"attendance {self.pk}"
