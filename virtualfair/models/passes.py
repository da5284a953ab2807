from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import Organisation, User
from events.enums import Status as EventStatus
from events.models import Event
from registrations.enums import Status
from registrations.models import Registration
from virtualfair.enums import FairRole


class FairPassQuerySet(models.QuerySet["FairPass"]):
    def admitted(self) -> Self:
        """Passes whose registration still holds; an organiser's rights are judged where they enter."""
        return self.filter(
            Q(registration=None) | Q(registration__status=Status.CONFIRMED), event__status=EventStatus.PUBLISHED
        )


class FairPass(models.Model):
    """Who someone is inside one fair: the name the others see, the role, and the employer they speak for.

    Jobseekers and employers have theirs by their registration, organisers by their login.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="passes")
    registration = models.ForeignKey(
        Registration, on_delete=models.CASCADE, null=True, blank=True, related_name="passes"
    )
    user = models.ForeignKey(User, on_delete=models.CASCADE, null=True, blank=True, related_name="passes")
    role = models.CharField(max_length=10, choices=FairRole)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="passes"
    )
    name = models.CharField(max_length=100)
    made_at = models.DateTimeField()

    objects = FairPassQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registration"], name="fair_pass_one_per_registration"),
            models.UniqueConstraint(fields=["event", "user"], name="fair_pass_one_per_user"),
            models.CheckConstraint(condition=Q(role__in=FairRole.values), name="fair_pass_role_known"),
            models.CheckConstraint(
                condition=Q(role=FairRole.MODERATOR, user__isnull=False, registration=None)
                | (~Q(role=FairRole.MODERATOR) & Q(user=None, registration__isnull=False)),
                name="fair_pass_by_registration_or_login",
            ),
            models.CheckConstraint(
                condition=Q(role=FairRole.EMPLOYER, organisation__isnull=False)
                | (~Q(role=FairRole.EMPLOYER) & Q(organisation=None)),
                name="fair_pass_employer_has_an_organisation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.pk}"

    @property
    def key(self) -> str:
        return f"pass:{self.pk}"
