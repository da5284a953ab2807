"""Start notices: what a person told of themselves when they joined a project."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.enums import Permission
from accounts.models import Person, PrivacyNotice, User
from core.encrypted import EncryptedTextField, SealedQuerySet
from esf.enums import (
    SENSITIVE,
    Answer,
    Citizenship,
    Education,
    EnteredBy,
    Gender,
    IdentityCheck,
    LabourStatus,
    NoticeChannel,
    Profile,
    UnemploymentDuration,
)
from events.models import Project

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def known(field: str, choices: type[models.TextChoices], *, optional: bool = False) -> models.CheckConstraint:
    """A constraint that keeps `field` within its code list."""
    codes = [*choices.values, ""] if optional else choices.values
    return models.CheckConstraint(condition=Q(**{f"{field}__in": codes}), name=f"start_notice_{field}_known")


def refusable() -> models.CharField[str, str]:
    """An answer that nobody has to give; empty: it was not asked."""
    return models.CharField(max_length=7, choices=Answer, blank=True)


class StartNoticeQuerySet(SealedQuerySet["StartNotice"]):
    def visible_to(self, user: User | AnonymousUser) -> Self:
        return self.filter(project__in=Project.objects.visible_to(user, Permission.SEE_PEOPLE))

    def locked(self) -> Self:
        """Serialise who corrects a notice."""
        return self.select_for_update(of=("self",), no_key=True)


class StartNotice(models.Model):
    """A person's background form for one project, by the questions of `profile`, as given through one `source`.

    The start date is not here: it is the participation's, set by attendance. `source` is an opaque key such as
    `registration:7`, one notice each, so that a form sent by somebody else never overwrites an earlier one.
    The personal identity code is encrypted; `personal_id_index` is a keyed digest, by which equal ones are found.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="start_notices")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="start_notices", db_index=False)
    source = models.CharField(max_length=60, unique=True)
    profile = models.CharField(max_length=12, choices=Profile, default=Profile.ESFPLUS_2021)

    first_name = models.CharField(max_length=100)
    last_name = models.CharField(max_length=100)
    birth_date = models.DateField()
    personal_id = EncryptedTextField(null=True, blank=True)
    personal_id_index = models.CharField(max_length=64, blank=True)
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
    foreign_background = refusable()
    minority = refusable()
    disability = refusable()
    housing_exclusion = refusable()
    other_disadvantage = refusable()
    jobless_household = refusable()
    dependent_children = refusable()
    single_adult = refusable()

    privacy_notice = models.ForeignKey(
        PrivacyNotice,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="What the person could read; unknown of a form that was brought from elsewhere.",
    )
    info_given_at = models.DateTimeField(null=True, blank=True)
    confirmed_at = models.DateTimeField(
        help_text="The person confirmed that the data are right; stands for a signature."
    )
    submitted_at = models.DateTimeField()
    wording = models.CharField(max_length=20, help_text="Version of the questions that were answered.")
    channel = models.CharField(max_length=12, choices=NoticeChannel, default=NoticeChannel.REGISTRATION)
    entered_by = models.CharField(max_length=5, choices=EnteredBy, default=EnteredBy.SELF)
    identity_checked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    identity_checked_how = models.CharField(max_length=17, choices=IdentityCheck, blank=True)

    objects = StartNoticeQuerySet.as_manager()

    class Meta:
        constraints = [
            known("profile", Profile),
            known("gender", Gender),
            known("labour_status_start", LabourStatus),
            known("unemployment_duration", UnemploymentDuration, optional=True),
            known("education_level", Education),
            known("citizenship_group", Citizenship, optional=True),
            known("foreign_background", Answer, optional=True),
            known("channel", NoticeChannel),
            known("entered_by", EnteredBy),
            known("identity_checked_how", IdentityCheck, optional=True),
            models.CheckConstraint(
                condition=Q(**{f"{name}__in": [*Answer.values, ""] for name in SENSITIVE}),
                name="start_notice_sensitive_known",
            ),
            models.CheckConstraint(
                condition=Q(profile=Profile.ESF_2014) | Q(**dict.fromkeys(SENSITIVE, "")),
                name="start_notice_sensitive_in_2014_alone",
            ),
            models.CheckConstraint(
                condition=Q(labour_status_start=LabourStatus.UNEMPLOYED) & ~Q(unemployment_duration="")
                | ~Q(labour_status_start=LabourStatus.UNEMPLOYED) & Q(unemployment_duration=""),
                name="start_notice_duration_with_unemployment_alone",
            ),
            models.CheckConstraint(condition=~Q(email="") | ~Q(phone=""), name="start_notice_can_be_reached"),
            models.CheckConstraint(
                condition=Q(channel=NoticeChannel.IMPORT)
                | Q(privacy_notice__isnull=False, info_given_at__isnull=False),
                name="start_notice_says_what_was_told",
            ),
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
            models.CheckConstraint(
                condition=Q(personal_id__isnull=True, personal_id_index="")
                | Q(personal_id__isnull=False) & ~Q(personal_id_index=""),
                name="start_notice_personal_id_with_its_index",
            ),
        ]
        indexes = [
            models.Index(fields=["project", "person"], name="start_notice_of_person"),
            models.Index(
                fields=["project", "personal_id_index"],
                condition=~Q(personal_id_index=""),
                name="start_notice_by_personal_id",
            ),
        ]

    def __str__(self) -> str:
        return f"start notice {self.pk}"

    @property
    def key(self) -> str:
        return f"start_notice:{self.pk}"


class NoticeConfirmation(models.Model):
    """Somebody who came again to a project said that what they had told before is still right; nothing was asked twice.

    `source` is where they came by this time, such as `registration:12`.
    """

    notice = models.ForeignKey(StartNotice, on_delete=models.CASCADE, related_name="confirmations", db_index=False)
    source = models.CharField(max_length=60)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "source"], name="notice_confirmed_once_a_source")]

    def __str__(self) -> str:
        return f"{self.notice_id} by {self.source}"


class NoticeDraft(models.Model):
    """Answers that are not sent yet, encrypted; `source` as in `StartNotice`. Gone once sent, and after some days."""

    source = models.CharField(max_length=60, unique=True)
    answers = EncryptedTextField(help_text="JSON: what was typed, by field.")
    saved_at = models.DateTimeField(db_index=True)

    objects = SealedQuerySet["NoticeDraft"].as_manager()

    def __str__(self) -> str:
        return self.source


class Correction(models.Model):
    """What stood in a notice before it was corrected, and why it was. Rows are only added.

    Exactly one of `start_notice`, `end_notice` and `withdrawn_from` is set; the last is the participation whose end
    notice was withdrawn with everything it said. `before` is encrypted JSON: the old value of each field that changed.
    `by` is None where the person corrected it themselves.
    """

    start_notice = models.ForeignKey(
        StartNotice, on_delete=models.CASCADE, null=True, blank=True, related_name="corrections"
    )
    end_notice = models.ForeignKey(
        "esf.EndNotice", on_delete=models.CASCADE, null=True, blank=True, related_name="corrections"
    )
    withdrawn_from = models.ForeignKey(
        "esf.Participation", on_delete=models.CASCADE, null=True, blank=True, related_name="withdrawn_ends"
    )
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=300)
    before = EncryptedTextField()

    objects = SealedQuerySet["Correction"].as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(start_notice__isnull=False, end_notice=None, withdrawn_from=None)
                | Q(start_notice=None, end_notice__isnull=False, withdrawn_from=None)
                | Q(start_notice=None, end_notice=None, withdrawn_from__isnull=False),
                name="correction_of_one_notice",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="correction_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"correction {self.pk}"
