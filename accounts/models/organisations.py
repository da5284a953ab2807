"""Offices, schools, companies and associations."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.enums import OrganisationKind

MUNICIPALITY_CODE = r"^[0-9]{3}$"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def locked(self) -> Self:
        """Serialise who leaves: an organisation keeps an owner."""
        return self.select_for_update(of=("self",), no_key=True)


class Organisation(models.Model):
    """A municipality's office, school, company or association; the tenant of what it owns."""

    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=20, choices=OrganisationKind)
    municipality_code = models.CharField(max_length=3)
    business_id = models.CharField(max_length=9, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    requires_mfa = models.BooleanField(default=False, help_text="Roles here hold only with two-step sign-in.")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"),
            models.CheckConstraint(
                condition=Q(municipality_code__regex=MUNICIPALITY_CODE), name="organisation_municipality_code_form"
            ),
            models.CheckConstraint(
                condition=Q(business_id="") | Q(business_id__regex=r"^[0-9]{7}-[0-9]$"),
                name="organisation_business_id_form",
            ),
            models.UniqueConstraint(
                fields=["business_id"], condition=~Q(business_id=""), name="organisation_business_id_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        return f"organisation:{self.pk}"
