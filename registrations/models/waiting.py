"""Those who wait: groups that wait together, what they are offered, and who was moved by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.models import User
from events.models import Event, SeatPool
from registrations.enums import OrderState, Outcome


class Party(models.Model):
    """People whom one contact registers together: they wait together, and are offered seats together.

    Written by `registrations.services`. The contact need not be one of them.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="parties")
    first_name = models.CharField(max_length=100, help_text="Of the contact.")
    last_name = models.CharField(max_length=100)
    email = models.EmailField()
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    company = models.CharField(max_length=200, blank=True)
    business_id = models.CharField(max_length=9, blank=True, help_text="Finnish Y-tunnus, where a company sends them.")
    told_apart = models.JSONField(
        default=list,
        help_text="Those who were registered before, as `at` (their place in the form), `name`, and whether they are"
        " `reached` through the contact: who is not must look like everybody else.",
    )
    waits = models.BooleanField(default=False, help_text="Whether the form was answered with a place in the queue.")
    kept_until = models.DateTimeField(
        null=True, blank=True, help_text="Until then freed seats are kept for them. Once only."
    )
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "parties"
        constraints = [
            models.CheckConstraint(
                condition=(Q(company="") & Q(business_id="")) | (~Q(company="") & ~Q(business_id="")),
                name="party_company_has_its_id",
            )
        ]

    def __str__(self) -> str:
        return f"party {self.pk}"

    @property
    def key(self) -> str:
        return f"party:{self.pk}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"

    @property
    def orders_open(self) -> bool:
        """Whether something is to be paid before the seats are theirs."""
        return self.orders.filter(state=OrderState.OPEN, pay_by__isnull=False).exists()


class OfferQuerySet(models.QuerySet["Offer"]):
    def unanswered(self) -> Self:
        return self.filter(ended_at=None)

    def expired_at(self, moment: datetime) -> Self:
        return self.unanswered().filter(expires_at__lte=moment)


class Offer(models.Model):
    """Seats of one pool, kept for somebody who waited, or for a whole party, until they answer or time runs out."""

    pool = models.ForeignKey(SeatPool, on_delete=models.PROTECT, related_name="offers")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(max_length=10, choices=Outcome, blank=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="offer_ends_after_it_begins"),
            models.CheckConstraint(
                condition=Q(ended_at=None, outcome="") | Q(ended_at__isnull=False, outcome__in=Outcome.values),
                name="offer_ends_with_an_outcome",
            ),
        ]
        indexes = [
            models.Index(fields=["pool", "expires_at"], condition=Q(ended_at=None), name="offer_unanswered"),
        ]

    def __str__(self) -> str:
        return f"offer {self.pk}"


class QueueMove(models.Model):
    """An organiser let somebody stand elsewhere in the queue than the order of arrival says."""

    registration = models.ForeignKey("registrations.Registration", on_delete=models.CASCADE, related_name="moves")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)
    from_place = models.PositiveIntegerField()
    to_place = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="queue_move_has_its_reason")]

    def __str__(self) -> str:
        return f"move {self.pk}"
