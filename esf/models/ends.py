"""How a participation ended, what became of the person, and how they were asked."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from accounts.enums import Permission
from accounts.models import Person, PrivacyNotice, User
from esf.enums import (
    Answer,
    AttemptWay,
    CollectionOutcome,
    EnteredBy,
    ExitReason,
    LabourStatus,
    NoticeChannel,
    NoticeKind,
)
from esf.models.evidence import Outcome
from esf.models.participations import Participation
from events.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

COLLECTED = ~Q(labour_status_end="") & Q(status_as_of__isnull=False, qualification__in=[Answer.YES, Answer.NO])
HISTORY = (
    "collection_outcome",
    "labour_status_end",
    "status_as_of",
    "qualification",
    "qualification_name",
    "outcome_id",
    "exit_reason",
    "privacy_notice_id",
    "wording",
    "channel",
)
"""What is kept of a notice when another takes its place."""
FOLLOW_UP = ("followup_status", "followup_on", "improved_situation")
NOTHING = Q(labour_status_end="", status_as_of=None, qualification="", qualification_name="", outcome=None)


class EndNoticeQuerySet(models.QuerySet["EndNotice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(participation__project__in=Project.objects.visible_to(user, Permission.SEE_PEOPLE))


class EndNotice(models.Model):
    """What became of a person at the end of one spell; the end date is the participation's.

    `status_as_of` lies within 28 days of that end, and a later change inside the window replaces the earlier
    (Regulation (EU) 2021/1057, Annex I: immediate results are measured within four weeks of leaving). Where the person
    refused or was not reached there is no status, and attempts say what was tried. `followup_status` is the status six
    months after the end, where the project asks for it.
    """

    participation = models.OneToOneField(Participation, on_delete=models.PROTECT, related_name="end_notice")
    collection_outcome = models.CharField(max_length=11, choices=CollectionOutcome)
    labour_status_end = models.CharField(max_length=12, choices=LabourStatus, blank=True)
    status_as_of = models.DateField(null=True, blank=True)
    qualification = models.CharField(max_length=7, choices=Answer, blank=True)
    qualification_name = models.CharField(max_length=200, blank=True)
    outcome = models.ForeignKey(
        Outcome,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The certificate or the like that the qualification is.",
    )
    exit_reason = models.CharField(max_length=11, choices=ExitReason, blank=True)
    followup_status = models.CharField(max_length=12, choices=LabourStatus, blank=True)
    followup_on = models.DateField(null=True, blank=True)
    improved_situation = models.CharField(max_length=7, choices=Answer, blank=True)
    privacy_notice = models.ForeignKey(
        PrivacyNotice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What the person could read when they told it themselves.",
    )
    info_given_at = models.DateTimeField(null=True, blank=True)
    wording = models.CharField(max_length=20, help_text="Version of the questions that were answered.")
    channel = models.CharField(max_length=12, choices=NoticeChannel)
    entered_by = models.CharField(max_length=5, choices=EnteredBy)
    entered_by_user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField()

    objects = EndNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(collection_outcome=CollectionOutcome.COLLECTED) & COLLECTED
                | Q(collection_outcome__in=[CollectionOutcome.REFUSED, CollectionOutcome.NOT_REACHED]) & NOTHING,
                name="end_notice_has_a_status_if_collected",
            ),
            models.CheckConstraint(
                condition=Q(labour_status_end__in=[*LabourStatus.values, ""])
                & Q(followup_status__in=[*LabourStatus.values, ""])
                & Q(improved_situation__in=[*Answer.values, ""])
                & Q(exit_reason__in=[*ExitReason.values, ""]),
                name="end_notice_codes_known",
            ),
            models.CheckConstraint(
                condition=Q(qualification=Answer.YES) | Q(qualification_name="", outcome=None),
                name="end_notice_names_a_qualification_that_is",
            ),
            models.CheckConstraint(
                condition=Q(followup_status="", followup_on=None)
                | ~Q(followup_status="") & Q(followup_on__isnull=False),
                name="end_notice_followup_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(entered_by=EnteredBy.STAFF) | Q(entered_by_user__isnull=False),
                name="end_notice_by_staff_says_by_whom",
            ),
            models.CheckConstraint(
                condition=Q(privacy_notice=None, info_given_at=None)
                | Q(privacy_notice__isnull=False, info_given_at__isnull=False),
                name="end_notice_says_when_it_was_told",
            ),
        ]

    def __str__(self) -> str:
        return f"end notice {self.pk}"

    @property
    def key(self) -> str:
        return f"end_notice:{self.pk}"

    def said(self) -> dict[str, str | date | int]:
        """What was told, by field, without what was not asked or not answered."""
        values = {name: getattr(self, name) for name in (*HISTORY, *FOLLOW_UP)}
        return {name: value for name, value in values.items() if value not in ("", None)}


class Attempt(models.Model):
    """One try to get a notice from a person: what an audit asks for where a notice is missing. Rows are only added."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+", db_index=False)
    of = models.CharField(max_length=5, choices=NoticeKind)
    way = models.CharField(max_length=6, choices=AttemptWay)
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(of__in=NoticeKind.values, way__in=AttemptWay.values), name="attempt_codes_known"
            )
        ]
        indexes = [models.Index(fields=["project", "person", "at"], name="attempt_of_person")]

    def __str__(self) -> str:
        return f"attempt {self.pk}"
