from __future__ import annotations

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, User
from api.enums import Scope, TokenState
from core.scopes import Scopes


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def open_at(self, moment: datetime) -> Self:
        return self.filter(revoked_at=None).filter(Q(expires_at=None) | Q(expires_at__gt=moment))


class ApiToken(models.Model):
    """A machine's key to one organisation's data. The token itself is not stored, only its digest.

    What it changes is recorded as done by `created_by`.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=16, help_text="Its first characters, to tell it from others.")
    scopes = models.JSONField(help_text="Values of `api.enums.Scope`.")
    per_minute = models.PositiveIntegerField(default=1200, help_text="Requests allowed in a minute.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    last_used_on = models.DateField(null=True, blank=True)
    attempt = models.UUIDField(unique=True, null=True, blank=True, help_text="The filled form that it came from.")

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(per_minute__gt=0), name="api_token_may_be_used"),
            models.CheckConstraint(
                condition=Q(expires_at=None) | Q(expires_at__gt=F("created_at")),
                name="api_token_expires_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None) | Q(revoked_at__isnull=False, revoked_by__isnull=False),
                name="api_token_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}…)"

    @property
    def key(self) -> str:
        return f"api_token:{self.pk}"

    @property
    def reach(self) -> Scopes:
        """Where it may do what its scopes say: everywhere in its organisation."""
        return Scopes(frozenset({f"organisation:{self.organisation_id}"}))

    def state(self, now: datetime) -> TokenState:
        if self.revoked_at:
            return TokenState.REVOKED
        expired = self.expires_at is not None and self.expires_at <= now
        return TokenState.EXPIRED if expired else TokenState.OPEN

    def allows(self, scope: Scope) -> bool:
        return scope in self.scopes


class IdempotentAnswerQuerySet(models.QuerySet["IdempotentAnswer"]):
    def older_than(self, moment: datetime) -> Self:
        return self.filter(at__lte=moment)


class IdempotentAnswer(models.Model):
    """What a token's request was answered, so that the same request again gets the same answer.

    `body` is the answer's JSON to the letter. It may hold personal data, and so it lives a day.
    """

    token = models.ForeignKey(ApiToken, on_delete=models.CASCADE, related_name="answers")
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64, help_text="SHA-256 of the method, the path and the body.")
    status = models.PositiveSmallIntegerField()
    body = models.TextField()
    at = models.DateTimeField()

    objects = IdempotentAnswerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["token", "key"], name="idempotent_answer_once_per_key"),
            models.CheckConstraint(condition=Q(status__range=(200, 499)), name="idempotent_answer_is_no_failure"),
        ]
        indexes = [models.Index(fields=["at"], name="idempotent_answer_by_age")]

    def __str__(self) -> str:
        return f"answer {self.pk} ({self.status})"
