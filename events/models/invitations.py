"""Short codes on postcards and posters: they open an event, and tell which postcard worked."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from events.models.event_queries import PUBLIC
from events.models.events import Event

CODE = r"^[23456789ABCDEFGHJKMNPQRSTUVWXYZ]{6}$"
"""No letter that is read as another: 0, 1, I, L and O are out."""


class InvitationCodeQuerySet(models.QuerySet["InvitationCode"]):
    def open(self) -> Self:
        return self.filter(closed_at=None)

    def leading_to_public(self) -> Self:
        """Of events that a stranger may open; the event comes along."""
        return self.filter(event__status__in=PUBLIC).select_related("event")


class InvitationCode(models.Model):
    """A code that leads to one event. `source` says where it was printed; who came by it is counted there."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="invitation_codes")
    code = models.CharField(max_length=6, unique=True)
    source = models.CharField(max_length=100)
    visits = models.PositiveIntegerField(default=0, help_text="Times that it was opened.")
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationCodeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=CODE), name="invitation_code_form"),
            models.CheckConstraint(condition=~Q(source=""), name="invitation_code_has_a_source"),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.source})"
