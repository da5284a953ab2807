"""Days on which somebody was there, and the spells that they make."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Organisation, Person, User
from esf.enums import EndedBy
from esf.models.notices import StartNotice
from events.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class AttendedDay(models.Model):
    """Handed down by check-in (and later by the fair's presence): a person was there, as `source` shows."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attended_days")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="attended_days", db_index=False)
    day = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    source = models.CharField(max_length=60, help_text="Opaque key such as `meeting:12`.")
    implementer = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whose event it was; in a joint project one of those who carry it out.",
    )
    at_once = models.BooleanField(default=False, help_text="The event counts from the first attendance.")
    reason = models.CharField(max_length=300, blank=True)
    notice_source = models.CharField(max_length=60, blank=True, help_text="Whose background form: `registration:7`.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "project", "source"], name="attended_day_once_per_source"),
            models.CheckConstraint(condition=Q(hours__gt=0, hours__lte=24), name="attended_day_hours_within_a_day"),
            models.CheckConstraint(condition=Q(at_once=False) | ~Q(reason=""), name="attended_day_override_has_reason"),
        ]
        indexes = [models.Index(fields=["project", "person"], name="attended_day_of_person")]

    def __str__(self) -> str:
        return f"{self.source} {self.day}"


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user, Permission.SEE_REPORTS))

    def open(self) -> Self:
        return self.filter(ended_on=None)

    def counted(self) -> Self:
        """Those that staff have not taken out of the figures."""
        return self.filter(counted=True)


class Participation(models.Model):
    """One spell of a person in a project. The person counts once, however many spells there are.

    `counted` is False where staff found that it is no participation at all, for a reason: it stays, and counts nowhere.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="participations", db_index=False)
    implementer = models.ForeignKey(
        Organisation,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Of a joint project: whose event the person came to first.",
    )
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, help_text="Which rule began it.")
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    start_notice = models.OneToOneField(
        StartNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="participation"
    )
    begun_at = models.DateTimeField()
    ended_by = models.CharField(max_length=7, choices=EndedBy, blank=True)
    end_reason = models.CharField(max_length=300, blank=True, help_text="In the words of whoever ended it.")
    ended_at = models.DateTimeField(null=True, blank=True)
    counted = models.BooleanField(default=True)
    not_counted_at = models.DateTimeField(null=True, blank=True)
    not_counted_because = models.CharField(max_length=300, blank=True)

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "project"], condition=Q(ended_on=None), name="participation_one_open_spell"
            ),
            models.UniqueConstraint(fields=["person", "project", "started_on"], name="participation_begins_once_a_day"),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")), name="participation_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=Q(ended_by__in=[*EndedBy.values, ""]), name="participation_ended_by_known"
            ),
            models.CheckConstraint(
                condition=Q(counted=True, not_counted_because="", not_counted_at=None)
                | Q(counted=False, not_counted_at__isnull=False) & ~Q(not_counted_because=""),
                name="participation_not_counted_has_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "person"], name="participation_of_person"),
            models.Index(fields=["project", "started_on", "id"], name="participation_by_start"),
            models.Index(fields=["project", "ended_on", "id"], name="participation_by_end"),
            models.Index(
                fields=["project", "started_on", "id"],
                condition=Q(start_notice=None, counted=True),
                name="participation_without_form",
            ),
        ]

    def __str__(self) -> str:
        return f"participation {self.pk}"

    @property
    def key(self) -> str:
        return f"participation:{self.pk}"
