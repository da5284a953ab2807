"""What people are told about their data."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language

from accounts.enums import NoticePart, NoticePurpose


class PrivacyNoticeQuerySet(models.QuerySet["PrivacyNotice"]):
    def current(self, purpose: NoticePurpose) -> PrivacyNotice:
        """The newest version published for `purpose`."""
        return self.filter(purpose=purpose, published_at__lte=Now()).latest("version")


class PrivacyNotice(models.Model):
    """One version of what people are told about their data (GDPR articles 13 and 14).

    Never edited, only followed by another. `parts` has the text of each `NoticePart` by language; the very first
    notices have none, only `text`, in which all of it stands together.
    """

    purpose = models.CharField(max_length=20, choices=NoticePurpose)
    version = models.PositiveIntegerField()
    published_at = models.DateTimeField()
    text = models.TextField()
    parts = models.JSONField(default=dict, db_default={}, blank=True)

    objects = PrivacyNoticeQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="privacy_notice_version_once")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version}"

    @property
    def told(self) -> list[tuple[str, str]]:
        """Each part under its heading, in the language of the moment; empty where there are no parts."""
        mine = self.parts.get(get_language()) or self.parts.get(settings.LANGUAGE_CODE, {})
        return [(str(part.label), mine[part]) for part in NoticePart if mine.get(part)]
