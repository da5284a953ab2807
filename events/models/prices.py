"""What a seat costs, by whom it is for; reductions; and on what terms money is taken and given back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q

from core.models import Named
from events.enums import Vat
from events.models.events import Event
from events.models.seats import SeatPool

WHOLE = 10_000
"""Basis points of a whole: 25.5 % is 2550."""
LEAST, MOST = 50, 1_000_000
"""Cents that can be charged at once. Below fifty cents no card payment in euros is taken, and nothing is charged."""
MOST_DAYS = 365
"""Before the start, of the rules by which money is given back."""
LONGEST_INVOICE_DAYS = 60


class VatRate(models.Model):
    """A rate of value added tax and the first day on which it holds. New ones are added, old ones stay."""

    kind = models.CharField(max_length=8, choices=Vat)
    basis_points = models.PositiveSmallIntegerField(help_text="2550 is 25.5 %.")
    valid_from = models.DateField()

    class Meta:
        verbose_name = "VAT rate"
        constraints = [
            models.UniqueConstraint(fields=["kind", "valid_from"], name="vat_rate_one_on_a_day"),
            models.CheckConstraint(condition=Q(kind__in=[Vat.STANDARD, Vat.REDUCED]), name="vat_rate_kind_known"),
            models.CheckConstraint(condition=Q(basis_points__lte=WHOLE), name="vat_rate_is_a_share"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.basis_points / 100:g} % from {self.valid_from}"


class Price(Named):
    """What a seat costs for some people: those without work nothing, others so much, or their employer pays.

    `cents` are as the organiser gave them, with tax or without; `events.rules.charged_on` tells what is paid. A price
    that is retired cannot be chosen any more; who has chosen it keeps it.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="prices")
    pool = models.ForeignKey(
        SeatPool, on_delete=models.CASCADE, null=True, blank=True, related_name="prices", help_text="None: of any pool."
    )
    cents = models.PositiveIntegerField()
    includes_vat = models.BooleanField(default=True)
    vat = models.CharField(max_length=8, choices=Vat, default=Vat.STANDARD)
    employer_pays = models.BooleanField(default=False, help_text="A company is asked for, and pays.")
    position = models.PositiveSmallIntegerField()
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name_fi=""), name="price_has_its_name"),
            models.CheckConstraint(condition=Q(vat__in=Vat.values), name="price_vat_known"),
            models.CheckConstraint(
                condition=Q(cents=0) | Q(cents__gte=LEAST, cents__lte=MOST), name="price_can_be_charged"
            ),
            models.UniqueConstraint(
                fields=["event", "name_fi"], condition=Q(retired_at=None, pool=None), name="price_named_once"
            ),
            models.UniqueConstraint(
                fields=["pool", "name_fi"], condition=Q(retired_at=None), name="price_named_once_in_a_pool"
            ),
        ]


class Discount(models.Model):
    """A code that makes the seats of an event cheaper: by a share, or by a sum with tax, for each seat."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="discounts")
    code = models.CharField(max_length=30, help_text="As it is compared: capital letters, digits, hyphens.")
    percent = models.PositiveSmallIntegerField(null=True, blank=True)
    cents = models.PositiveIntegerField(null=True, blank=True)
    most_uses = models.PositiveIntegerField(null=True, blank=True, help_text="Seats; None: any number.")
    valid_until = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "code"], name="discount_code_once"),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100, cents=None)
                | Q(percent=None, cents__gte=1, cents__lte=MOST),
                name="discount_is_a_share_or_a_sum",
            ),
            models.CheckConstraint(condition=Q(most_uses=None) | Q(most_uses__gte=1), name="discount_can_be_used"),
            models.CheckConstraint(condition=~Q(code=""), name="discount_has_its_code"),
        ]

    def __str__(self) -> str:
        return self.code

    def is_open(self, now: datetime) -> bool:
        return self.closed_at is None and (self.valid_until is None or now < self.valid_until)


class PaymentTerms(models.Model):
    """How an event's seats may be paid, and what is given back to one who cancels.

    An event that has no row of its own has the defaults: see `Event.payment_terms`.
    """

    event = models.OneToOneField(Event, on_delete=models.CASCADE, related_name="own_payment_terms")
    takes_invoices = models.BooleanField(default=False, help_text="A company may pay by invoice.")
    invoice_days = models.PositiveSmallIntegerField(default=14, help_text="Until an invoice is due.")
    takes_at_door = models.BooleanField(default=False, help_text="Cash or card at the door will do.")
    full_days = models.PositiveSmallIntegerField(
        default=7, help_text="Who cancels so many days before the start gets all back."
    )
    share_days = models.PositiveSmallIntegerField(
        default=1, help_text="Who cancels later, but so many days before, gets a share; after that nothing."
    )
    share_percent = models.PositiveSmallIntegerField(default=50)

    class Meta:
        verbose_name_plural = "payment terms"
        constraints = [
            models.CheckConstraint(
                condition=Q(full_days__lte=MOST_DAYS, share_days__lte=models.F("full_days")),
                name="payment_terms_full_before_share",
            ),
            models.CheckConstraint(condition=Q(share_percent__lte=100), name="payment_terms_share_is_a_share"),
            models.CheckConstraint(
                condition=Q(invoice_days__gte=1, invoice_days__lte=LONGEST_INVOICE_DAYS),
                name="payment_terms_invoice_is_due",
            ),
        ]

    def __str__(self) -> str:
        return f"payment terms of event {self.event_id}"

    def all_until(self, starts_at: datetime) -> datetime:
        """Until when one who cancels gets everything back."""
        return starts_at - timedelta(days=self.full_days)

    def share_until(self, starts_at: datetime) -> datetime:
        """Until when one who cancels gets a share back; afterwards nothing."""
        return starts_at - timedelta(days=self.share_days)
