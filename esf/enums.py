"""Code lists of the background form. Labels marked official in the domain notes are EURA 2021's own words."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Gender(TextChoices):
    F = "F", _("Woman")
    M = "M", _("Man")
    X = "X", _("Other or non-binary")


class LabourStatus(TextChoices):
    UNEMPLOYED = "UNEMPLOYED", _("Unemployed jobseeker")
    STUDYING = "STUDYING", _("Studying or in training")
    EMPLOYED = "EMPLOYED", _("At work (also includes apprenticeship)")
    ENTREPRENEUR = "ENTREPRENEUR", _("As an entrepreneur (includes all self employed persons)")
    NONE = "NONE", _("In none of the above")


class UnemploymentDuration(TextChoices):
    M0_6 = "M0_6", _("Up to 6 months")
    M6_12 = "M6_12", _("Over 6 and up to 12 months")
    M12_24 = "M12_24", _("Over 12 and up to 24 months")
    M24P = "M24P", _("Over 24 months")


class Education(TextChoices):
    """ISCED 2011 levels."""

    ISCED0 = "ISCED0", _("No completed primary education")
    ISCED1 = "ISCED1", _("Primary school (years 1–6)")
    ISCED2 = "ISCED2", _("Comprehensive school (years 7–9)")
    ISCED3 = "ISCED3", _("Upper secondary school or vocational qualification")
    ISCED4 = "ISCED4", _("Specialist vocational qualification or similar")
    ISCED5 = "ISCED5", _("Post-secondary college (opistoaste)")
    ISCED6 = "ISCED6", _("Bachelor's degree or university of applied sciences")
    ISCED7 = "ISCED7", _("Master's degree")
    ISCED8 = "ISCED8", _("Licentiate or doctor")


class Citizenship(TextChoices):
    FI = "FI", _("Finland")
    EU = "EU", _("Another EU country")
    THIRD = "THIRD", _("A country outside the EU")
    STATELESS = "STATELESS", _("No citizenship")


class Answer(TextChoices):
    YES = "YES", _("Yes")
    NO = "NO", pgettext_lazy("answer", "No")
    REFUSED = "REFUSED", _("I do not wish to answer")


class EnteredBy(TextChoices):
    SELF = "SELF", _("The person")
    STAFF = "STAFF", _("Staff")


class EuraState(TextChoices):
    NOT_INVITED = "NOT_INVITED", _("Not invited")
    INVITED = "INVITED", _("Invited")
    START_SUBMITTED = "START_SUBMITTED", _("Start data submitted")
    START_ACCEPTED = "START_ACCEPTED", _("Start data accepted")
    END_IN_PROGRESS = "END_IN_PROGRESS", _("End data in progress")
    END_SUBMITTED = "END_SUBMITTED", _("End data submitted")
    END_ACCEPTED = "END_ACCEPTED", _("End data accepted")
    STAFF_ENTERED = "STAFF_ENTERED", _("Entered by staff")
    REFUSED = "REFUSED", _("Refused")
    NOT_REACHED = "NOT_REACHED", _("Not reached")


ABROAD = "999"
"""Home "municipality" of those who live outside Finland."""
