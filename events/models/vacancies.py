"""Open jobs, outside fairs too."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Permission
from accounts.models import Grant, Organisation, User
from events.models.places import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class VacancyQuerySet(models.QuerySet["Vacancy"]):
    def open_on(self, day: date) -> Self:
        """Published, not filled, and not past their deadline."""
        return self.filter(published_at__isnull=False, filled_at=None, deadline__gte=day)

    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(organisation__in=Grant.objects.scopes(user, Permission.MANAGE_EVENTS).ids("organisation"))


class Vacancy(models.Model):
    """A job that an employer looks for somebody for; `organisation` is who keeps the notice."""

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="vacancies")
    employer = models.CharField(max_length=200)
    business_id = models.CharField(max_length=9, blank=True)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    municipality = models.ForeignKey(
        Municipality, on_delete=models.PROTECT, null=True, blank=True, related_name="vacancies"
    )
    apply_url = models.URLField(max_length=500, blank=True)
    apply_email = models.EmailField(blank=True)
    apply_phone = models.CharField(max_length=20, blank=True)
    deadline = models.DateField(help_text="The last day to apply.")
    published_at = models.DateTimeField(null=True, blank=True)
    filled_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    objects = VacancyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(business_id="") | Q(business_id__regex=r"^[0-9]{7}-[0-9]$"), name="vacancy_business_id_form"
            ),
            models.CheckConstraint(
                condition=Q(published_at=None) | ~Q(apply_url="", apply_email="", apply_phone=""),
                name="vacancy_published_tells_how_to_apply",
            ),
        ]
        indexes = [models.Index(fields=["deadline"], name="vacancy_by_deadline")]

    def __str__(self) -> str:
        return self.title
