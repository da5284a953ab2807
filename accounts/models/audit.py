"""The log of changes and of reads, and the seals that make a change of the log itself visible."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from accounts.models.organisations import Organisation
from accounts.models.users import User

SHA256 = r"^[0-9a-f]{64}$"


class AuditSealQuerySet(models.QuerySet["AuditSeal"]):
    def in_order(self) -> Self:
        return self.order_by("organisation", "number")

    def head(self, organisation: int | None) -> AuditSeal | None:
        """The newest seal of an organisation, or of the installation."""
        return self.filter(organisation=organisation).order_by("-number").first()

    def to_cut(self, limit: datetime) -> Self:
        """Sealed before `limit`, the oldest of all chains first."""
        return self.filter(cut_at=None, sealed_at__lt=limit).order_by("sealed_at", "organisation", "number")


class AuditSeal(models.Model):
    """A link of one organisation's chain: it holds some entries together, and holds on to the seal before it.

    `docs/audit.md` says what is hashed. After a cut the entries are gone and the seal stays.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="+",
        help_text="Null: the chain of what belongs to the installation.",
    )  # fmt: skip
    number = models.PositiveIntegerField()
    sealed_at = models.DateTimeField()
    first_entry = models.BigIntegerField()
    last_entry = models.BigIntegerField()
    count = models.PositiveIntegerField()
    marks = models.TextField(help_text="Eight digits of each entry's hash, in order: they point at a wrong one.")
    digest = models.CharField(max_length=64, help_text="SHA-256 of the entries.")
    previous = models.CharField(max_length=64, blank=True, help_text="`hash` of the seal before.")
    hash = models.CharField(max_length=64)
    cut_at = models.DateTimeField(null=True, blank=True, help_text="When its entries were deleted for their age.")

    objects = AuditSealQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "number"], name="audit_seal_number_once"),
            models.UniqueConstraint(
                fields=["number"], condition=Q(organisation=None), name="audit_seal_number_once_of_installation"
            ),
            models.CheckConstraint(condition=Q(number__gte=1, count__gte=1), name="audit_seal_holds_something"),
            models.CheckConstraint(
                condition=Q(number=1, previous="") | Q(number__gt=1, previous__regex=SHA256),
                name="audit_seal_follows_another",
            ),
            models.CheckConstraint(
                condition=Q(hash__regex=SHA256, digest__regex=SHA256), name="audit_seal_hashes_form"
            ),
        ]
        indexes = [models.Index(fields=["sealed_at"], condition=Q(cut_at=None), name="audit_seal_uncut")]

    def __str__(self) -> str:
        return f"seal {self.number} of {self.organisation_id or 'the installation'}"


class AuditEntryQuerySet(models.QuerySet["AuditEntry"]):
    """Rows are added and read; triggers of the database refuse the rest (see `accounts.guards`)."""

    def unsealed(self) -> Self:
        return self.filter(seal=None)

    def in_scopes(self, scopes: models.QuerySet[Any, Any]) -> Self:
        """What was done in any of these scopes, a queryset of keys."""
        return self.filter(scope__in=scopes)

    def newest_first(self) -> Self:
        return self.order_by("-pk")

    def put_under(self, seal: AuditSeal) -> int:
        """The one change that a row knows: from no seal to `seal`."""
        return models.QuerySet.update(self.unsealed(), seal=seal)

    def forget_cut(self) -> int:
        """Delete the rows whose seals have been cut, and return how many they were."""
        return models.QuerySet.delete(self.filter(seal__cut_at__isnull=False))[0]

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
    via = models.CharField(
        max_length=60, blank=True, default="", db_default="", help_text="The token that acted for `actor`, by its key."
    )
    seal = models.ForeignKey(
        AuditSeal, on_delete=models.PROTECT, null=True, blank=True, related_name="entries", db_index=False
    )

    objects = AuditEntryQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["scope", "at"], name="audit_by_scope"),
            models.Index(fields=["subject"], name="audit_by_subject"),
            models.Index(fields=["id"], condition=Q(seal=None), name="audit_unsealed"),
            models.Index(fields=["seal", "id"], condition=Q(seal__isnull=False), name="audit_by_seal"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
