"""What stands behind the figures beside the notices: outcomes, estimates, organisations that were helped."""

from django.db import models
from django.db.models import Q

from accounts.models import Person, User
from esf.enums import Gender, OutcomeKind, SupportedKind
from events.models import Project

BUSINESS_ID = r"^[0-9]{7}-[0-9]$"


class Outcome(models.Model):
    """Something that a person reached in a project, handed down from above: a certificate, a job, the end of a course.

    `qualifies`: it is a formal outcome of an assessment by a competent body, so that EECR03 may name it.
    """

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="outcomes")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="outcomes", db_index=False)
    kind = models.CharField(max_length=11, choices=OutcomeKind)
    name = models.CharField(max_length=200)
    day = models.DateField()
    qualifies = models.BooleanField(default=False)
    source = models.CharField(max_length=60, help_text="Opaque key such as `application:5`.")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "project", "source"], name="outcome_once_per_source"),
            models.CheckConstraint(condition=Q(kind__in=OutcomeKind.values), name="outcome_kind_known"),
        ]
        indexes = [models.Index(fields=["project", "person"], name="outcome_of_person")]

    def __str__(self) -> str:
        return f"outcome {self.pk}"


class Estimate(models.Model):
    """How many participants an indicator has that may not be asked, as the project estimates it.

    Regulation (EU) 2021/1057, Annex I, 1.2. Rows are only added: of each gender the newest by `day` counts.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="estimates", db_index=False)
    indicator = models.CharField(max_length=6)
    gender = models.CharField(max_length=1, choices=Gender)
    value = models.PositiveIntegerField()
    method = models.CharField(max_length=500)
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(gender__in=Gender.values), name="estimate_gender_known"),
            models.CheckConstraint(condition=~Q(method=""), name="estimate_says_its_method"),
            models.CheckConstraint(
                condition=Q(indicator__regex=r"^(EECO|CO)[0-9]{2}$"), name="estimate_indicator_form"
            ),
        ]
        indexes = [models.Index(fields=["project", "indicator", "gender", "day"], name="estimate_newest")]

    def __str__(self) -> str:
        return f"{self.indicator} {self.gender} {self.value}"


class SupportedOrganisation(models.Model):
    """A company or public body that a project supported on a day, with what shows it; counted once by business ID."""

    project = models.ForeignKey(
        Project, on_delete=models.PROTECT, related_name="supported_organisations", db_index=False
    )
    business_id = models.CharField(max_length=9)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=7, choices=SupportedKind)
    day = models.DateField()
    evidence = models.CharField(max_length=300)
    source = models.CharField(max_length=60, help_text="Opaque key such as `registration:7`.")
    at = models.DateTimeField()
    by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    removed_because = models.CharField(max_length=300, blank=True, help_text="Not counted, and why.")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "business_id", "source"], name="supported_organisation_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(business_id__regex=BUSINESS_ID), name="supported_organisation_business_id_form"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=SupportedKind.values), name="supported_organisation_kind_known"
            ),
            models.CheckConstraint(condition=~Q(evidence=""), name="supported_organisation_has_evidence"),
        ]

    def __str__(self) -> str:
        return f"{self.business_id} {self.name}"
