"""What applicants are judged by, who judges, and what they gave. Nothing here is ever shown to an applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Grant, User
from core.models import Named
from events.models import Event
from registrations.models.applications import Application

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

MOST_POINTS = 100


class Criterion(Named):
    """What points are given for. A criterion of weight 2 counts twice as much as one of weight 1."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="criteria")
    weight = models.PositiveSmallIntegerField(default=1)
    max_points = models.PositiveSmallIntegerField(default=5)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name_plural = "criteria"
        constraints = [
            models.UniqueConstraint(fields=["event", "position"], name="criterion_one_at_a_place"),
            models.UniqueConstraint(fields=["event", "name_fi"], name="criterion_named_once"),
            models.CheckConstraint(condition=~Q(name_fi=""), name="criterion_has_its_name"),
            models.CheckConstraint(condition=Q(weight__gte=1, weight__lte=MOST_POINTS), name="criterion_weight_counts"),
            models.CheckConstraint(
                condition=Q(max_points__gte=1, max_points__lte=MOST_POINTS), name="criterion_points_sensible"
            ),
        ]


class AssessorQuerySet(models.QuerySet["Assessor"]):
    def at_work(self) -> Self:
        return self.filter(removed_at=None)

    def of(self, user: User | AnonymousUser) -> Self:
        """Where `user` judges applicants now: named, not removed, and with a role that lets them."""
        reach = Grant.objects.scopes(user, Permission.ASSESS)
        return self.at_work().filter(user=user.pk, event__in=Event.objects.people_in_reach_of(reach))


class Assessor(models.Model):
    """Somebody who gives points to an event's applicants. Who is removed stays in the record and counts no more."""

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="assessors")
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    objects = AssessorQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event", "user"], name="assessor_once"),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None, reason="")
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(reason="")),
                name="assessor_removed_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"assessor {self.pk}"


class Disqualification(models.Model):
    """An assessor may not judge one applicant. What they gave stays in the record and does not count."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="disqualifications")
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="disqualifications")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "assessor"], name="disqualification_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="disqualification_has_its_reason"),
        ]

    def __str__(self) -> str:
        return f"disqualification {self.pk}"


class Score(models.Model):
    """Points of one assessor for one criterion. `out_of` is the criterion's maximum, which stays once points exist."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="scores")
    assessor = models.ForeignKey(Assessor, on_delete=models.PROTECT, related_name="scores")
    points = models.PositiveSmallIntegerField()
    out_of = models.PositiveSmallIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["application", "criterion", "assessor"], name="score_once"),
            models.CheckConstraint(condition=Q(points__lte=F("out_of")), name="score_within_its_maximum"),
        ]

    def __str__(self) -> str:
        return f"{self.points} / {self.out_of}"
