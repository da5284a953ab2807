"""Open jobs, outside fairs too."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Permission
from accounts.models import Grant, Organisation, User
from events.models.events import LANGUAGES
from events.models.places import Municipality

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


SHOWN_AS_FILLED = timedelta(days=7)
"""So long a job that has found somebody stays in the lists."""


class VacancyQuerySet(models.QuerySet["Vacancy"]):
    def public(self) -> Self:
        """Those whose page a stranger may open; it stays when the job is filled, closed or past its deadline."""
        return self.filter(published_at__isnull=False)

    def open_on(self, day: date) -> Self:
        """Published, not filled, not closed, and not past their deadline."""
        return self.public().filter(filled_at=None, closed_at=None, deadline__gte=day)

    def listed_at(self, moment: datetime) -> Self:
        """The open ones, and those filled some days ago; the next deadline first."""
        still = Q(filled_at=None) | Q(filled_at__gt=moment - SHOWN_AS_FILLED)
        ahead = self.public().filter(still, closed_at=None, deadline__gte=timezone.localdate(moment))
        return ahead.select_related("municipality").order_by("deadline", "pk")

    def matching(self, words: str) -> Self:
        """Every word somewhere in the texts of any language, or in the employer's name."""
        found = self
        for word in words.split():
            anywhere = Q(employer__icontains=word)
            for language in LANGUAGES:
                anywhere |= Q(**{f"title_{language}__icontains": word})
                anywhere |= Q(**{f"description_{language}__icontains": word})
            found = found.filter(anywhere)
        return found

    def locked(self) -> Self:
        """Serialise who changes a vacancy."""
        return self.select_for_update(of=("self",), no_key=True)

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
    closed_at = models.DateTimeField(null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | Q(closed_at=None), name="vacancy_closed_was_published"
            ),
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | Q(filled_at=None), name="vacancy_filled_was_published"
            ),
        ]
        indexes = [models.Index(fields=["deadline"], name="vacancy_by_deadline")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("events:job", args=[self.pk])

    @property
    def scope(self) -> str:
        return f"vacancy:{self.pk}"
