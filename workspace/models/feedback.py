"""What somebody wrote about this service's accessibility."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User


class AccessibilityFeedbackQuerySet(models.QuerySet["AccessibilityFeedback"]):
    def unanswered(self) -> Self:
        return self.filter(answered_at=None).order_by("received_at", "pk")

    def to_remind_of(self, moment: datetime) -> Self:
        """Received until `moment`, not answered, and nobody has been reminded yet."""
        return self.unanswered().filter(received_at__lte=moment, reminded_at=None)

    def locked(self) -> Self:
        """Serialise who answers."""
        return self.select_for_update(of=("self",), no_key=True)


class AccessibilityFeedback(models.Model):
    """One message to the accessibility form (Act 306/2019). `answer` is mailed when an address was given."""

    message = models.TextField()
    page = models.CharField(max_length=500, blank=True)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    received_at = models.DateTimeField()
    reminded_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    answer = models.TextField(blank=True)

    objects = AccessibilityFeedbackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(message=""), name="accessibility_feedback_says_something"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="accessibility_feedback_answered_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["received_at"], condition=Q(answered_at=None), name="accessibility_unanswered")]

    def __str__(self) -> str:
        return f"accessibility feedback {self.pk}"
