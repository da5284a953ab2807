"""Secret addresses."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class PersonalLinkQuerySet(models.QuerySet["PersonalLink"]):
    def open_now(self) -> Self:
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=Now()))


class PersonalLink(models.Model):
    """A secret address. `purpose` says which app made it and answers it, `key` what it opens.

    The token itself is not stored, only its digest.
    """

    purpose = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    token_digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = PersonalLinkQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["purpose", "key"], name="personal_link_target")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"
