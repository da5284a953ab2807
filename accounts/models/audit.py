"""The log of changes and of reads."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from accounts.models.users import User


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Rows are added and read, never changed."""

    def update(self, **_kwargs: Any) -> int:
        raise ValidationError("The audit log is append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise ValidationError("The audit log is append-only.")


class AuditEntry(models.Model):
    """What somebody changed, or whose data they looked at. `subject` and `scope` are opaque keys."""

    at = models.DateTimeField()
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=60, help_text="`event.publish`, `people.read` …")
    subject = models.CharField(max_length=60)
    scope = models.CharField(max_length=60)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["scope", "at"], name="audit_by_scope"),
            models.Index(fields=["subject"], name="audit_by_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
