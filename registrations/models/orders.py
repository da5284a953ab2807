"""What somebody is to pay for seats: an order with a line for each seat."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Grant, User
from core.compiled import Param
from events.models import Discount, Event, Price
from registrations.enums import OPEN_PAYMENTS, OrderState
from registrations.models.registrations import Registration
from registrations.models.waiting import Party

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class OrderQuerySet(models.QuerySet["Order"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """For those who handle the money of their event."""
        events = Event.objects.people_in_reach_of(Grant.objects.scopes(user, Permission.HANDLE_MONEY))
        return self.filter(event__in=events)

    def locked(self) -> Self:
        """An order is locked after its seats' tree, and stands for all its payments and refunds."""
        return self.select_for_update(of=("self",), no_key=True)

    def unpaid(self) -> Self:
        return self.filter(state=OrderState.OPEN)

    def overdue_at(self, moment: datetime | Param) -> Self:
        """Whose time to pay is over, and for which no money can still be on its way."""
        return self.unpaid().filter(pay_by__lte=moment).exclude(payments__state__in=OPEN_PAYMENTS)


LIVING_FIRST = (F("given_up_at").asc(nulls_first=True), "pk")
"""Lines whose seats are still somebody's before those that were given up."""


class Order(models.Model):
    """What one payer is to pay: for their own seat, or for all seats of a group.

    Only `registrations.services` writes it. The prices are those of the moment when it was made; what an event costs
    later does not change it. `pay_by` is until when the seats are kept for it; None: they are given, and it may be
    paid later, by invoice or at the door.
    """

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="orders")
    party = models.ForeignKey(Party, on_delete=models.PROTECT, null=True, blank=True, related_name="orders")
    payer_registration = models.ForeignKey(
        Registration,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="paid_orders",
        help_text="Whose own page tells of it, where no group's does; it stays theirs when the seat is given away.",
    )
    state = models.CharField(max_length=6, choices=OrderState, default=OrderState.OPEN)
    cents = models.PositiveIntegerField()
    first_name = models.CharField(max_length=100, help_text="Of the payer.")
    last_name = models.CharField(max_length=100)
    email = models.EmailField(blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    company = models.CharField(max_length=200, blank=True)
    business_id = models.CharField(max_length=9, blank=True)
    address = models.CharField(max_length=300, blank=True, help_text="Of an invoice, in lines.")
    e_invoice = models.CharField(max_length=80, blank=True, help_text="E-invoice address and operator, if given.")
    their_reference = models.CharField(max_length=70, blank=True, help_text="What the company wants on its invoice.")
    made_at = models.DateTimeField()
    pay_by = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="order_state_known"),
            models.CheckConstraint(condition=Q(cents__gte=1), name="order_is_of_something"),
            models.CheckConstraint(
                condition=Q(state=OrderState.OPEN, closed_at=None)
                | (~Q(state=OrderState.OPEN) & Q(closed_at__isnull=False)),
                name="order_closed_has_its_time",
            ),
        ]
        indexes = [
            models.Index(fields=["pay_by"], condition=Q(state=OrderState.OPEN), name="order_to_be_paid"),
            models.Index(fields=["event", "state"], name="order_by_event"),
        ]

    def __str__(self) -> str:
        return f"order {self.pk} ({self.state})"

    @property
    def key(self) -> str:
        return f"order:{self.pk}"

    @property
    def payer(self) -> str:
        return self.company or f"{self.first_name} {self.last_name}"


class OrderLine(models.Model):
    """One seat of an order and what it costs, with the tax that is part of it.

    A seat that is given up leaves its line as it was; `kept_cents` is then what the rules of the event keep of it.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    registration = models.ForeignKey(Registration, on_delete=models.PROTECT, related_name="order_lines")
    price = models.ForeignKey(Price, on_delete=models.PROTECT, related_name="order_lines")
    discount = models.ForeignKey(Discount, on_delete=models.PROTECT, null=True, blank=True, related_name="order_lines")
    name = models.CharField(max_length=100, help_text="Of the price, in the payer's language.")
    cents = models.PositiveIntegerField()
    basis_points = models.PositiveSmallIntegerField(help_text="The rate of tax: 2550 is 25.5 %.")
    vat_cents = models.PositiveIntegerField()
    given_up_at = models.DateTimeField(null=True, blank=True)
    kept_cents = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(given_up_at=None), name="order_line_one_for_a_seat"
            ),
            models.CheckConstraint(condition=Q(vat_cents__lte=F("cents")), name="order_line_tax_is_a_part"),
            models.CheckConstraint(
                condition=Q(kept_cents=0) | Q(given_up_at__isnull=False, kept_cents__lte=F("cents")),
                name="order_line_keeps_of_what_is_given_up",
            ),
        ]

    def __str__(self) -> str:
        return f"line {self.pk} of order {self.order_id}"

    @property
    def net_cents(self) -> int:
        return self.cents - self.vat_cents
