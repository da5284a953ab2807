"""Who asked for an organisation's newsletter. Apart from everything else: taking part never depends on it."""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    def confirmed(self) -> Self:
        """Those whose mailbox said yes, and that have not ended."""
        return self.filter(confirmed_at__isnull=False, ended_at=None)


class Subscription(models.Model):
    """An address asked for an organisation's newsletter; nothing is sent before its mailbox has confirmed.

    It is the mailbox's, not a person's: several may read one, and nobody has to be known to us to ask.

    Double opt-in: `confirmed_at` is set by the link in the mail alone (Regulation (EU) 2016/679, Article 7: who relies
    on a consent must be able to show it). `wording` is the version of what was agreed to.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+", db_index=False)
    email = models.EmailField()
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    wording = models.CharField(max_length=20)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"], condition=Q(ended_at=None), name="subscription_once_while_it_lasts"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_at=None) | Q(confirmed_at__gte=F("asked_at")),
                name="subscription_confirmed_after_it_was_asked",
            ),
        ]

    def __str__(self) -> str:
        return f"subscription {self.pk}"

    @property
    def key(self) -> str:
        return f"subscription:{self.pk}"
