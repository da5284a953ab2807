from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from accounts.enums import Permission
from accounts.models import Person, PrivacyNotice, User
from esf.enums import (
    Answer,
    Citizenship,
    Education,
    EnteredBy,
    EuraState,
    Gender,
    LabourStatus,
    UnemploymentDuration,
)
from events.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def known(field: str, choices: type[models.TextChoices], *, optional: bool = False) -> models.CheckConstraint:
    """A constraint that keeps `field` within its code list."""
    codes = [*choices.values, ""] if optional else choices.values
    return models.CheckConstraint(condition=Q(**{f"{field}__in": codes}), name=f"start_notice_{field}_known")


class StartNoticeQuerySet(models.QuerySet["StartNotice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user, Permission.SEE_PEOPLE))


class StartNotice(models.Model):
    """A person's background form for one project, profile `esfplus_2021`, as given through one `source`.

    The start date is not here: it is the participation's, set by attendance. `source` is an opaque key such as
    `registration:7`, one notice each, so that a form sent by somebody else never overwrites an earlier one.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="start_notices")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="start_notices", db_index=False)
    source = models.CharField(max_length=60, unique=True)

    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    birth_date = models.DateField()
    gender = models.CharField(max_length=1, choices=Gender)
    street_address = models.CharField(max_length=200, blank=True)
    postal_code = models.CharField(max_length=5, blank=True)
    post_office = models.CharField(max_length=100, blank=True)
    municipality_code = models.CharField(max_length=3)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    language = models.CharField(max_length=2, choices=settings.LANGUAGES)

    labour_status_start = models.CharField(max_length=12, choices=LabourStatus)
    unemployment_duration = models.CharField(max_length=6, choices=UnemploymentDuration, blank=True)
    employer_business_id = models.CharField(max_length=9, blank=True)
    education_level = models.CharField(max_length=6, choices=Education)
    citizenship_group = models.CharField(max_length=9, choices=Citizenship, blank=True)
    foreign_background = models.CharField(max_length=7, choices=Answer, blank=True)

    privacy_notice = models.ForeignKey(PrivacyNotice, on_delete=models.PROTECT, related_name="+")
    info_given_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(
        help_text="The person confirmed that the data are right; stands for a signature."
    )
    submitted_at = models.DateTimeField()
    wording = models.CharField(max_length=20, help_text="Version of the questions that were answered.")
    entered_by = models.CharField(max_length=5, choices=EnteredBy, default=EnteredBy.SELF)
    identity_checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    eura_state = models.CharField(max_length=15, choices=EuraState, default=EuraState.NOT_INVITED)

    objects = StartNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            known("gender", Gender),
            known("labour_status_start", LabourStatus),
            known("unemployment_duration", UnemploymentDuration, optional=True),
            known("education_level", Education),
            known("citizenship_group", Citizenship, optional=True),
            known("foreign_background", Answer, optional=True),
            known("entered_by", EnteredBy),
            known("eura_state", EuraState),
            models.CheckConstraint(
                condition=Q(labour_status_start=LabourStatus.UNEMPLOYED) & ~Q(unemployment_duration="")
                | ~Q(labour_status_start=LabourStatus.UNEMPLOYED) & Q(unemployment_duration=""),
                name="start_notice_duration_with_unemployment_alone",
            ),
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="start_notice_can_be_reached"),
            models.CheckConstraint(
                condition=~Q(entered_by=EnteredBy.STAFF) | Q(identity_checked_by__isnull=False),
                name="start_notice_by_staff_has_identity_check",
            ),
            models.CheckConstraint(
                condition=Q(municipality_code__regex=r"^[0-9]{3}$"), name="start_notice_municipality_code_form"
            ),
            models.CheckConstraint(
                condition=Q(postal_code="") | Q(postal_code__regex=r"^[0-9]{5}$"), name="start_notice_postal_code_form"
            ),
            models.CheckConstraint(
                condition=Q(employer_business_id="")
                | Q(labour_status_start__in=[LabourStatus.EMPLOYED, LabourStatus.ENTREPRENEUR]),
                name="start_notice_employer_of_those_at_work",
            ),
        ]
        indexes = [models.Index(fields=["project", "person"], name="start_notice_of_person")]

    def __str__(self) -> str:
        return f"start notice {self.pk}"


class AttendedDay(models.Model):
    """Handed down by check-in (and later by the fair's presence): a person was there, as `source` shows."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="attended_days")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="attended_days", db_index=False)
    day = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    source = models.CharField(max_length=60, help_text="Opaque key such as `meeting:12`.")
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


class Participation(models.Model):
    """One spell of a person in a project. The person counts once, however many spells there are."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="participations")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="participations", db_index=False)
    started_on = models.DateField()
    ended_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=300, help_text="Which rule began it.")
    start_notice = models.OneToOneField(
        StartNotice, on_delete=models.PROTECT, null=True, blank=True, related_name="participation"
    )
    begun_at = models.DateTimeField()

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
        ]
        indexes = [models.Index(fields=["project", "person"], name="participation_of_person")]

    def __str__(self) -> str:
        return f"participation {self.pk}"
