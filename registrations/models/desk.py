"""Those whom somebody else registers: at the desk, with a referral, from a file."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Permission
from accounts.models import Grant, User
from events.models import Event, SeatPool
from registrations.enums import ConsentHow, RowOutcome
from registrations.models.registrations import Registration

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class WalkIn(models.Model):
    """Somebody came without having registered. `nonce` names the form: the same one sent twice is one person."""

    registration = models.OneToOneField(Registration, on_delete=models.CASCADE, related_name="walk_in")
    nonce = models.UUIDField(unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"walk-in {self.pk}"


class ReferralQuerySet(models.QuerySet["Referral"]):
    def made_by(self, user: User | AnonymousUser) -> Self:
        """An officer sees their own alone."""
        return self.filter(by=user.pk)


class Referral(models.Model):
    """An officer referred a client, who had agreed to it. Names are as the officer typed them."""

    registration = models.ForeignKey(Registration, on_delete=models.CASCADE, related_name="referrals")
    made = models.BooleanField(
        help_text="Whether the registration came of it. If not, there was one already, which the officer must not see."
    )
    pool = models.ForeignKey(
        SeatPool, on_delete=models.PROTECT, related_name="+", help_text="The seats that were chosen."
    )
    waits = models.BooleanField(help_text="Whether no seat was free at that moment.")
    nonce = models.UUIDField(unique=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    office = models.CharField(max_length=200, help_text="Whose officer it is, as the client is told.")
    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    consent_how = models.CharField(max_length=10, choices=ConsentHow)
    consent_on = models.DateField()
    at = models.DateTimeField()

    objects = ReferralQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["registration"], condition=Q(made=True), name="referral_one_makes_a_registration"
            ),
            models.CheckConstraint(condition=Q(consent_how__in=ConsentHow.values), name="referral_consent_known"),
            models.CheckConstraint(condition=~Q(office=""), name="referral_says_whose"),
        ]
        indexes = [models.Index(fields=["by", "at"], name="referral_of_an_officer")]

    def __str__(self) -> str:
        return f"referral {self.pk}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"


class PeopleImportQuerySet(models.QuerySet["PeopleImport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        grants = Grant.objects
        events = Event.objects.in_reach_of(grants.scopes(user, Permission.MANAGE_EVENTS))
        return self.filter(event__in=events.people_in_reach_of(grants.scopes(user, Permission.SEE_PEOPLE)))

    def locked(self) -> Self:
        """Serialise who begins an import."""
        return self.select_for_update(of=("self",), no_key=True)

    def kept_at(self, moment: datetime) -> Self:
        return self.filter(expires_at__gt=moment)

    def unfinished(self) -> Self:
        return self.filter(begun_at__isnull=False, done_at=None)


class PeopleImport(models.Model):
    """A table of people to register, kept for a day from its dry run on."""

    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    read_as = models.CharField(max_length=200, help_text="Encoding and separator of a CSV file, sheet of an XLSX one.")
    header = models.JSONField()
    accept_queue = models.BooleanField(help_text="Whether those for whom no seat is free are put on the waiting list.")
    tell = models.BooleanField(help_text="Whether each gets a message.")
    begun_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)

    objects = PeopleImportQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_at=None) | Q(begun_at__isnull=False), name="people_import_begins_before_it_ends"
            )
        ]
        indexes = [models.Index(fields=["expires_at"], name="people_import_due")]

    def __str__(self) -> str:
        return f"import of people {self.pk}"

    @property
    def key(self) -> str:
        return f"people_import:{self.pk}"


class ImportedRowQuerySet(models.QuerySet["ImportedRow"]):
    def locked(self) -> Self:
        """Serialise two workers at one row."""
        return self.select_for_update(of=("self",), no_key=True)

    def left(self) -> Self:
        return self.filter(outcome="").order_by("number")


class ImportedRow(models.Model):
    """One row of such a table; `number` is what the sheet shows beside it. An outcome comes once."""

    table = models.ForeignKey(PeopleImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = models.JSONField()
    outcome = models.CharField(max_length=10, choices=RowOutcome, blank=True)

    objects = ImportedRowQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["table", "number"], name="imported_row_once"),
            models.CheckConstraint(
                condition=Q(outcome__in=["", *RowOutcome.values]), name="imported_row_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return f"row {self.number} of import {self.table_id}"
