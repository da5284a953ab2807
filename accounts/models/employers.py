"""The register of employers that an organisation works with, and tables brought to fill it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, OuterRef, Q, Subquery

from accounts.enums import EnterpriseSize, Permission, Stage
from accounts.models.grants import Grant
from accounts.models.organisations import MUNICIPALITY_CODE, Organisation
from accounts.models.users import User
from core.names import normalised_name

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

KEY_LENGTH = 400


def name_key(name: str) -> str:
    """`name` as it is compared and sorted. SQLite lowers the case of English letters only, so the database cannot."""
    return normalised_name(name)[:KEY_LENGTH] or name


class EmployerQuerySet(models.QuerySet["Employer"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(organisation__in=Grant.objects.scopes(user, Permission.MANAGE_EVENTS).ids("organisation"))

    def locked(self) -> Self:
        """Serialise who changes an employer."""
        return self.select_for_update(of=("self",), no_key=True)

    def current(self) -> Self:
        return self.filter(archived_at=None)

    def matching(self, words: str) -> Self:
        """Every word somewhere in the name or the business ID. Contact persons are people: no address names them."""
        found = self
        for word in words.split():
            anywhere = Q(name_key__contains=normalised_name(word)) | Q(business_id__startswith=word)
            found = found.filter(anywhere)
        return found

    def stages_on(self, day: date) -> dict[str, int]:
        """How many of those in the register on `day` had come to each stage by then."""
        rows = EmployerStage.objects.filter(employer=OuterRef("pk"), from_day__lte=day).order_by("-from_day", "-pk")
        there = self.filter(Q(archived_at=None) | Q(archived_at__date__gt=day))
        then = there.annotate(stage_then=Subquery(rows.values("stage")[:1])).exclude(stage_then=None)
        return dict(then.values_list("stage_then").annotate(Count("pk")).order_by())


class Employer(models.Model):
    """An employer as one organisation knows it; never shared, because stage and notes are that organisation's own.

    `stage` and `stage_since` repeat the newest `EmployerStage`; the service keeps them, under this row's lock.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="employers")
    name = models.CharField(max_length=200)
    name_key = models.CharField(max_length=KEY_LENGTH)
    business_id = models.CharField(max_length=9, blank=True)
    municipality_code = models.CharField(max_length=3, blank=True)
    industry = models.CharField(max_length=200, blank=True)
    size = models.CharField(max_length=10, choices=EnterpriseSize, default=EnterpriseSize.UNKNOWN)
    website = models.URLField(max_length=500, blank=True)
    stage = models.CharField(max_length=20, choices=Stage)
    stage_since = models.DateField()
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    objects = EmployerQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(name_key=""), name="employer_has_a_name"),
            models.CheckConstraint(condition=Q(stage__in=Stage.values), name="employer_stage_known"),
            models.CheckConstraint(condition=Q(size__in=EnterpriseSize.values), name="employer_size_known"),
            models.CheckConstraint(
                condition=Q(business_id="") | Q(business_id__regex=r"^[0-9]{7}-[0-9]$"),
                name="employer_business_id_form",
            ),
            models.CheckConstraint(
                condition=Q(municipality_code="") | Q(municipality_code__regex=MUNICIPALITY_CODE),
                name="employer_municipality_code_form",
            ),
            models.UniqueConstraint(
                fields=["organisation", "business_id"],
                condition=~Q(business_id=""),
                name="employer_business_id_once_in_a_register",
            ),
            models.UniqueConstraint(
                fields=["organisation", "name_key"],
                condition=Q(business_id=""),
                name="employer_name_once_without_business_id",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "name_key"], name="employer_by_name")]

    def __str__(self) -> str:
        return self.name

    @property
    def key(self) -> str:
        return f"employer:{self.pk}"

    @property
    def scope(self) -> str:
        """The scope of the organisation whose register it stands in."""
        return f"organisation:{self.organisation_id}"


class EmployerStage(models.Model):
    """A stage that an employer came to on a day. Rows are only added; a `note` is emptied in time, as notes go."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="stages")
    stage = models.CharField(max_length=20, choices=Stage)
    from_day = models.DateField()
    note = models.CharField(max_length=500, blank=True)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(stage__in=Stage.values), name="employer_stage_row_known")]
        indexes = [models.Index(fields=["employer", "-from_day", "-id"], name="employer_stage_newest")]

    def __str__(self) -> str:
        return f"{self.stage} from {self.from_day}"


class EmployerContact(models.Model):
    """Whom one speaks with at an employer, by legitimate interest; deleted once `delete_after` is past."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="contacts")
    name = models.CharField(max_length=200)
    role = models.CharField(max_length=200, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    delete_after = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(name=""), name="employer_contact_has_a_name")]
        indexes = [models.Index(fields=["delete_after"], name="employer_contact_due")]

    def __str__(self) -> str:
        return self.name


class EmployerNote(models.Model):
    """What was talked about; deleted once `delete_after` is past."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    delete_after = models.DateField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="employer_note_says_something")]
        indexes = [models.Index(fields=["delete_after"], name="employer_note_due")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class EmployerImportQuerySet(models.QuerySet["EmployerImport"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(organisation__in=Grant.objects.scopes(user, Permission.MANAGE_EVENTS).ids("organisation"))

    def locked(self) -> Self:
        """Serialise who imports a table."""
        return self.select_for_update(of=("self",), no_key=True)

    def kept_at(self, moment: datetime) -> Self:
        return self.filter(expires_at__gt=moment)


class EmployerImport(models.Model):
    """A table that somebody brought, kept for a day from its dry run on. `rows` is `[[number, cells]]`."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    expires_at = models.DateTimeField()
    read_as = models.CharField(max_length=200, help_text="Encoding and separator of a CSV file, sheet of an XLSX one.")
    header = models.JSONField()
    rows = models.JSONField()
    applied_at = models.DateTimeField(null=True, blank=True)

    objects = EmployerImportQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="employer_import_due")]

    def __str__(self) -> str:
        return f"import {self.pk}"

    @property
    def key(self) -> str:
        return f"employer_import:{self.pk}"
