"""Reports as files: made by the worker, kept for some days, and sent word of on a schedule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import Permission, Role
from accounts.models import User
from core.encrypted import EncryptedBinaryField, SealedQuerySet
from esf.enums import FileFormat, FileState, ReportKind, Rhythm
from events.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


class ReportScheduleQuerySet(models.QuerySet["ReportSchedule"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user, Permission.MANAGE_EVENTS))


class ReportSchedule(models.Model):
    """A report that is made again and again, and of which those who have `roles` in the project are told by mail."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="report_schedules")
    kind = models.CharField(max_length=9, choices=ReportKind)
    format = models.CharField(max_length=4, choices=FileFormat)
    roles = models.JSONField(help_text="Codes of `accounts.enums.Role`.")
    rhythm = models.CharField(max_length=9, choices=Rhythm)
    next_on = models.DateField(db_index=True)
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    objects = ReportScheduleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ReportKind.values, format__in=FileFormat.values, rhythm__in=Rhythm.values),
                name="report_schedule_codes_known",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.rhythm}"

    @property
    def named_roles(self) -> list[Role]:
        return [Role(code) for code in self.roles]


class ReportFileQuerySet(models.QuerySet["ReportFile"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        """The authority's files tell of single people."""
        reports = Project.objects.visible_to(user, Permission.SEE_REPORTS)
        people = Project.objects.visible_to(user, Permission.SEE_PEOPLE)
        return self.filter(Q(kind=ReportKind.STEERING, project__in=reports) | Q(project__in=people))

    def locked(self) -> Self:
        """Serialise who makes a file."""
        return self.select_for_update(of=("self",), no_key=True, skip_locked=True)


class ReportFile(models.Model):
    """A report that was asked for, and how far the worker has come with it: `done` of `total` rows."""

    project = models.ForeignKey(Project, on_delete=models.CASCADE, related_name="report_files")
    kind = models.CharField(max_length=9, choices=ReportKind)
    format = models.CharField(max_length=4, choices=FileFormat)
    choice = models.JSONField(default=dict, help_text="What was chosen: day, gender, municipality and the like.")
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)
    schedule = models.ForeignKey(ReportSchedule, on_delete=models.SET_NULL, null=True, blank=True, related_name="files")
    state = models.CharField(max_length=7, choices=FileState, default=FileState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    size = models.PositiveIntegerField(default=0, help_text="Bytes.")
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True, blank=True)
    ready_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(db_index=True)

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=ReportKind.values, format__in=FileFormat.values, state__in=FileState.values),
                name="report_file_codes_known",
            ),
            models.CheckConstraint(
                condition=~Q(state=FileState.READY) | Q(ready_at__isnull=False), name="report_file_ready_has_its_moment"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}.{self.format} {self.pk}"


class ReportPart(models.Model):
    """A piece of a file, encrypted, so that neither writing nor sending it holds all of it at once."""

    file = models.ForeignKey(ReportFile, on_delete=models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = EncryptedBinaryField()

    objects = SealedQuerySet["ReportPart"].as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="report_part_once")]

    def __str__(self) -> str:
        return f"{self.file_id}/{self.number}"
