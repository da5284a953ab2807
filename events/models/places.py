"""Where things are held: the municipality register and venues."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Grant, User
from events.enums import Status

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


ON_THE_MAP = Q(latitude=None, longitude=None) | Q(latitude__range=(59.0, 70.5), longitude__range=(19.0, 32.0))
"""Nowhere yet, or in Finland (WGS 84)."""


class MunicipalityQuerySet(models.QuerySet["Municipality"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))

    def hosting(self) -> Self:
        """Those where some listed event meets."""
        listed = Q(
            venues__meetings__event__status=Status.PUBLISHED,
            venues__meetings__event__confidential=False,
            venues__meetings__event__is_template=False,
            venues__meetings__event__archived_at=None,
        )
        return self.filter(listed).distinct()


class Municipality(models.Model):
    """One entry of the national register. Codes keep their leading zeros; an abolished one names its successor."""

    code = models.CharField(max_length=3, primary_key=True)
    name = models.CharField(max_length=100)
    region = models.CharField(max_length=100, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    degurba = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Degree of urbanisation, 3 is rural.")
    latitude = models.FloatField(null=True, blank=True, help_text="Of its centre, in degrees (WGS 84).")
    longitude = models.FloatField(null=True, blank=True)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{3}$"), name="municipality_code_three_digits"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="municipality_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(degurba=None) | Q(degurba__in=[1, 2, 3]), name="municipality_degurba_known"
            ),
            models.CheckConstraint(condition=ON_THE_MAP, name="municipality_on_the_map"),
        ]

    def __str__(self) -> str:
        return self.name


class VenueQuerySet(models.QuerySet["Venue"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """Venues are shared: whoever may plan events anywhere sees them all."""
        return self if Grant.objects.scopes(user, Permission.MANAGE_EVENTS).keys else self.none()

    def locked(self) -> Self:
        """Serialise who changes a place."""
        return self.select_for_update(of=("self",), no_key=True)


class Venue(models.Model):
    name = models.CharField(max_length=200)
    street = models.CharField(max_length=200)
    postal_code = models.CharField(max_length=5)
    post_office = models.CharField(max_length=100)
    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="venues")
    access = models.TextField(blank=True, help_text="How to get in and there, above all without steps.")
    latitude = models.FloatField(null=True, blank=True, help_text="In degrees (WGS 84), as picked on the map.")
    longitude = models.FloatField(null=True, blank=True)

    objects = VenueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(postal_code__regex=r"^[0-9]{5}$"), name="venue_postal_code_five_digits"),
            models.CheckConstraint(condition=ON_THE_MAP, name="venue_on_the_map"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.municipality}"

    @property
    def address(self) -> str:
        return f"{self.street}, {self.postal_code} {self.post_office}"
