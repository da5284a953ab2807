"""Money: payments, what is given back of them, and the books of both."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_
from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import F, Q

from accounts.models import Organisation, User
from registrations.enums import (
    HOLDING_MONEY,
    NEXT_STATES,
    OPEN_PAYMENTS,
    Account,
    BankState,
    Method,
    PaymentState,
    RefundReason,
    RefundState,
)
from registrations.models.orders import Order


def _allowed() -> Q:
    """Whether two columns hold a pair of states of which the second may follow the first."""
    pairs = (Q(previous_state=str(state), state__in=sorted(to)) for state, to in NEXT_STATES.items())
    return reduce(or_, pairs)


class PaymentQuerySet(models.QuerySet["Payment"]):
    def under_way(self) -> Self:
        """By which money may still come without anybody doing more."""
        return self.filter(state__in=OPEN_PAYMENTS)

    def holding_money(self) -> Self:
        return self.filter(state__in=HOLDING_MONEY)


class Payment(models.Model):
    """One attempt to pay an order, by one method. Only `registrations.services.payments` writes it.

    `nonce` is what the provider knows the attempt by, so that asking twice makes one session. `previous_state` is
    written by the same update as `state`, so that the constraint sees both. `refunded_cents` counts what is given back
    and what is about to be.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    method = models.CharField(max_length=7, choices=Method)
    state = models.CharField(max_length=12, choices=PaymentState, default=PaymentState.STARTED)
    previous_state = models.CharField(max_length=12, choices=PaymentState, blank=True)
    cents = models.PositiveIntegerField()
    nonce = models.UUIDField(default=uuid4, unique=True, editable=False)
    session = models.CharField(max_length=255, null=True, blank=True, unique=True)
    provider_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    url = models.URLField(max_length=2000, blank=True, help_text="The provider's page, while it is open.")
    back = models.URLField(max_length=500, blank=True, help_text="Where the payer comes back to from there.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Of the provider's page.")
    started_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True, blank=True)
    taken_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    refunded_cents = models.PositiveIntegerField(default=0)
    dispute = models.CharField(max_length=255, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(method__in=Method.values), name="payment_method_known"),
            models.CheckConstraint(condition=_allowed(), name="payment_step_is_allowed"),
            models.CheckConstraint(condition=Q(cents__gte=1), name="payment_is_of_something"),
            models.CheckConstraint(condition=Q(refunded_cents__lte=F("cents")), name="payment_gives_back_what_came"),
            models.CheckConstraint(
                condition=Q(state__in=sorted(HOLDING_MONEY), paid_at__isnull=False)
                | (~Q(state__in=sorted(HOLDING_MONEY)) & Q(paid_at=None, refunded_cents=0)),
                name="payment_paid_has_its_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[PaymentState.PAID, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED])
                | Q(state=PaymentState.PAID, refunded_cents=0)
                | Q(state=PaymentState.PARTLY_REFUNDED, refunded_cents__gt=0, refunded_cents__lt=F("cents"))
                | Q(state=PaymentState.REFUNDED, refunded_cents=F("cents")),
                name="payment_state_says_what_is_given_back",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(method=Method.ONLINE, state__in=sorted(OPEN_PAYMENTS)),
                name="payment_one_page_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["order"],
                condition=Q(method=Method.INVOICE, state=PaymentState.STARTED),
                name="payment_one_invoice_at_a_time",
            ),
        ]
        indexes = [models.Index(fields=["state", "expires_at"], name="payment_by_state")]

    def __str__(self) -> str:
        return f"payment {self.pk} ({self.state})"

    @property
    def key(self) -> str:
        return f"payment:{self.pk}"

    @property
    def left_cents(self) -> int:
        """What can still be given back."""
        return self.cents - self.refunded_cents

    def is_live(self, now: datetime) -> bool:
        """Whether its page can still be paid at."""
        return (
            self.state == PaymentState.STARTED and bool(self.url) and (self.expires_at is None or now < self.expires_at)
        )


TRIED_AGAIN = "tried again"
"""The fault of a refund in whose place there is another one."""
BY_HAND = "by hand"
"""The fault of a refund of an online payment that a person gave back in another way, after the provider could not."""


class Refund(models.Model):
    """Money that goes back to the payer: by the provider, or by hand where it came by hand.

    `nonce` is the key by which the provider does it once. A row whose attempt broke midway is tried again with the
    same key, or looked up first when keys may have been forgotten: see `registrations.services.payments.refunds`.
    """

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    state = models.CharField(max_length=7, choices=RefundState, default=RefundState.ASKED)
    reason = models.CharField(max_length=10, choices=RefundReason)
    cents = models.PositiveIntegerField()
    nonce = models.UUIDField(default=uuid4, unique=True, editable=False)
    provider_id = models.CharField(max_length=255, null=True, blank=True, unique=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    first_tried_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    fault = models.CharField(max_length=60, blank=True, help_text="In a word of the provider's.")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cents__gte=1), name="refund_is_of_something"),
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="refund_state_known"),
            models.CheckConstraint(
                condition=Q(state=RefundState.DONE, done_at__isnull=False)
                | (~Q(state=RefundState.DONE) & Q(done_at=None)),
                name="refund_done_has_its_time",
            ),
        ]
        indexes = [models.Index(fields=["state"], name="refund_by_state")]

    def __str__(self) -> str:
        return f"refund {self.pk} ({self.state})"


class Posting(models.Model):
    """One move of money between two accounts: each adds to one what it takes from the other, so the books balance."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="postings")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="postings")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, blank=True, related_name="postings")
    at = models.DateTimeField()
    debit = models.CharField(max_length=8, choices=Account)
    credit = models.CharField(max_length=8, choices=Account)
    cents = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_moves_something"),
            models.CheckConstraint(condition=Q(cents__gte=1), name="posting_is_of_something"),
        ]
        indexes = [models.Index(fields=["at"], name="posting_by_day")]

    def __str__(self) -> str:
        return f"{self.debit} ← {self.credit} {self.cents}"


class ProviderNotice(models.Model):
    """A notice of the provider's that was taken in, by its unique id. What it was about is read from the provider."""

    notice = models.CharField(max_length=255, primary_key=True)
    kind = models.CharField(max_length=80)
    about = models.CharField(max_length=255, blank=True, help_text="The provider's id of the object.")
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="notices")
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["taken_at"], name="provider_notice_by_day")]

    def __str__(self) -> str:
        return f"{self.kind} {self.notice}"


class Seller(models.Model):
    """Who sells the seats of an organisation's events, as invoices and receipts say it."""

    organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="seller")
    name = models.CharField(max_length=200)
    business_id = models.CharField(max_length=9)
    address = models.CharField(max_length=300, help_text="In lines.")
    email = models.EmailField(blank=True)
    iban = models.CharField(max_length=34, blank=True, help_text="Without it nobody can pay by invoice.")
    bic = models.CharField(max_length=11, blank=True)
    invoices = models.PositiveIntegerField(default=0, help_text="The number of the last one.")

    def __str__(self) -> str:
        return self.name


class Invoice(models.Model):
    """The bill of a payment by invoice. Numbers of an organisation run without gaps; the reference is unique."""

    payment = models.OneToOneField(Payment, on_delete=models.PROTECT, related_name="invoice")
    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    reference = models.CharField(max_length=20, help_text="Finnish reference number with its check digit.")
    issued_on = models.DateField()
    due_on = models.DateField()
    credited_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["seller", "number"], name="invoice_number_once"),
            models.UniqueConstraint(fields=["seller", "reference"], name="invoice_reference_once"),
            models.CheckConstraint(condition=Q(due_on__gte=F("issued_on")), name="invoice_due_after_it_is_made"),
        ]

    def __str__(self) -> str:
        return f"invoice {self.number}"


class BankEntryQuerySet(models.QuerySet["BankEntry"]):
    def needing_a_hand(self) -> Self:
        """Which paid nothing, and about which nobody has done anything yet."""
        return self.exclude(state=BankState.MATCHED).filter(dealt_with_at=None)


class BankEntry(models.Model):
    """Money that came to the bank, read from the bank's file; the same row read again is the same entry.

    No payer's name is kept. What paid no invoice is in no books of ours: a person sends it back, or finds what it was
    for, and says that it is dealt with.
    """

    seller = models.ForeignKey(Seller, on_delete=models.CASCADE, related_name="bank_entries")
    entry = models.CharField(max_length=140, help_text="The bank's own reference of the row.")
    booked_on = models.DateField()
    cents = models.PositiveIntegerField()
    reference = models.CharField(max_length=25, blank=True)
    state = models.CharField(max_length=8, choices=BankState)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="bank_entries")
    read_at = models.DateTimeField()
    dealt_with_at = models.DateTimeField(null=True, blank=True)
    dealt_with_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

    objects = BankEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "bank entries"
        constraints = [
            models.UniqueConstraint(fields=["seller", "entry"], name="bank_entry_once"),
            models.UniqueConstraint(
                fields=["payment"], condition=Q(state=BankState.MATCHED), name="bank_entry_pays_a_payment_once"
            ),
            models.CheckConstraint(
                condition=~Q(state=BankState.MATCHED) | Q(payment__isnull=False), name="bank_entry_matched_has_payment"
            ),
            models.CheckConstraint(
                condition=Q(dealt_with_at=None, dealt_with_by=None)
                | Q(dealt_with_at__isnull=False, dealt_with_by__isnull=False),
                name="bank_entry_dealt_with_by_somebody",
            ),
            models.CheckConstraint(condition=Q(state__in=BankState.values), name="bank_entry_state_known"),
        ]

    def __str__(self) -> str:
        return f"bank entry {self.pk} ({self.state})"
