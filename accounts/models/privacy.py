"""What people are told about their data."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from accounts.enums import NoticePurpose


class PrivacyNoticeQuerySet(models.QuerySet["PrivacyNotice"]):
    def current(self, purpose: NoticePurpose) -> PrivacyNotice:
        """The newest version published for `purpose`."""
        return self.filter(purpose=purpose, published_at__lte=Now()).latest("version")


class PrivacyNotice(models.Model):
    """One version of what people are told about their data (GDPR articles 13 and 14).

    Never edited, only followed by another.
    """

    purpose = models.CharField(max_length=20, choices=NoticePurpose)
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    text = models.TextField()

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="privacy_notice_version_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"
