"""Funding projects and what was planned for them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Grant, Organisation, User
from events.enums import Period

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from core.scopes import Scopes


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: User | AnonymousUser, permission: Permission = Permission.MANAGE_EVENTS) -> Self:
        return self.in_reach_of(Grant.objects.scopes(user, permission))

    def usable_by(self, user: User | AnonymousUser) -> Self:
        """Those that events may be planned for: also projects that the user's organisation only helps to carry out."""
        scopes = Grant.objects.scopes(user, Permission.MANAGE_EVENTS)
        mine = Project.objects.filter(implementers__in=scopes.ids("organisation")).values("pk")
        return self.filter(
            Q(pk__in=scopes.ids("project")) | Q(organisation_id__in=scopes.ids("organisation")) | Q(pk__in=mine)
        )

    def in_reach_of(self, scopes: Scopes) -> Self:
        return self.filter(Q(pk__in=scopes.ids("project")) | Q(organisation_id__in=scopes.ids("organisation")))

    def locked(self) -> Self:
        """Serialise who changes a project's own data and plans."""
        return self.select_for_update(of=("self",), no_key=True)


class Project(models.Model):
    """A funding project of the European Social Fund."""

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    period = models.CharField(max_length=9, choices=Period, default=Period.P2021)
    starts_on = models.DateField()
    ends_on = models.DateField()
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="projects")
    implementers = models.ManyToManyField(Organisation, related_name="implemented_projects", blank=True)
    programme = models.CharField(max_length=200, blank=True)
    authority = models.CharField(max_length=200, blank=True)
    funding_line = models.CharField(max_length=300, blank=True, help_text="Who pays, as the decision words it.")
    min_hours = models.PositiveSmallIntegerField(
        default=8, help_text="More attended hours than this, or more than one date, make a participant."
    )
    asks_origin = models.BooleanField(
        default=False, help_text="Ask citizenship and foreign background (EECO13, EECO14) instead of estimating them."
    )

    asks_personal_id = models.BooleanField(
        default=False, help_text="Staff may write down the personal identity code, for EURA 2021 alone."
    )
    follows_up = models.BooleanField(
        default=False, help_text="Ask for the status six months after the end (EECR05, EECR06)."
    )

    objects = ProjectQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(code__regex=r"^S[23][0-9]{4}$"), name="project_code_form"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="project_ends_after_it_starts"),
            models.CheckConstraint(condition=Q(period__in=Period.values), name="project_period_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def scope(self) -> str:
        return f"project:{self.pk}"


class ProjectTarget(models.Model):
    """What was planned for one indicator from a day on; a change of plan is a new row with its reason."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="targets")
    indicator = models.CharField(max_length=6)
    value = models.PositiveIntegerField()
    valid_from = models.DateField()
    reason = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "indicator", "valid_from"], name="project_target_once_a_day"),
            models.CheckConstraint(
                condition=Q(indicator__regex=r"^(EEC[OR]|CO|CR)[0-9]{2}$"), name="project_target_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.value}"


class EligibilityRuleQuerySet(models.QuerySet["EligibilityRule"]):
    def on(self, day: date) -> Self:
        """In force on `day`, the newest first: that one counts."""
        in_force = self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))
        return in_force.order_by("-valid_from", "-pk")


class EligibilityRule(models.Model):
    """Who may take part in a project's events, from a day on; a change of the decision is a new row with its reason."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="eligibility_rules")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    text = models.CharField(max_length=500)
    reason = models.CharField(max_length=200, blank=True)

    objects = EligibilityRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="eligibility_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return self.text


class Metric(models.Model):
    """Something that a project counts for itself, beside the fund's indicators."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="metrics")
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=40, blank=True)
    planned = models.DecimalField(max_digits=12, decimal_places=2, null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class MetricValue(models.Model):
    """What a metric stood at on a day. Rows are only added: of one day the newest row counts."""

    metric = models.ForeignKey(Metric, on_delete=models.CASCADE, related_name="values")
    day = models.DateField()
    value = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["metric", "day"], name="metric_value_by_day")]

    def __str__(self) -> str:
        return f"{self.day} {self.value}"
