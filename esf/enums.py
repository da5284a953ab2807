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


class Profile(TextChoices):
    """Which questions are asked: those of the project's programming period."""

    ESFPLUS_2021 = "esfplus_2021", "ESF+ 2021–2027"
    ESF_2014 = "esf_2014", "ESF 2014–2020"


HOUSEHOLD = ("jobless_household", "dependent_children", "single_adult")
SENSITIVE = ("minority", "disability", "housing_exclusion", "other_disadvantage", *HOUSEHOLD)
"""Asked in `esf_2014` alone, each with the right to refuse."""


class NoticeKind(TextChoices):
    START = "START", _("Start notice")
    END = "END", _("End notice")


class NoticeChannel(TextChoices):
    """By which way a notice came."""

    REGISTRATION = "REGISTRATION", pgettext_lazy("notice", "With the registration")
    LINK = "LINK", pgettext_lazy("notice", "By personal link")
    DOOR = "DOOR", pgettext_lazy("notice", "At the door")
    DESK = "DESK", pgettext_lazy("notice", "Told to staff")
    PAPER = "PAPER", pgettext_lazy("notice", "On paper")
    IMPORT = "IMPORT", pgettext_lazy("notice", "Brought from a table")


class IdentityCheck(TextChoices):
    """How staff made sure who somebody is. No number of any document is kept."""

    ID_CARD = "ID_CARD", _("Identity card")
    PASSPORT = "PASSPORT", _("Passport")
    DRIVING_LICENCE = "DRIVING_LICENCE", _("Driving licence")
    RESIDENCE_PERMIT = "RESIDENCE_PERMIT", _("Residence permit card")
    KNOWN = "KNOWN", _("I know the person")


class CollectionOutcome(TextChoices):
    """What came of asking how a participation ended."""

    COLLECTED = "COLLECTED", _("Collected")
    REFUSED = "REFUSED", _("The person refused")
    NOT_REACHED = "NOT_REACHED", _("The person was not reached")


class ExitReason(TextChoices):
    """Local only. There is no reason of health on purpose."""

    COMPLETED = "COMPLETED", _("Came to its planned end")
    EMPLOYED = "EMPLOYED", _("Found work")
    STUDIES = "STUDIES", _("Began to study")
    TRANSFERRED = "TRANSFERRED", _("Moved to another service")
    INTERRUPTED = "INTERRUPTED", _("Left before the end")
    MOVED = "MOVED", _("Moved to another place")
    OTHER = "OTHER", pgettext_lazy("reason", "Other")


class EndedBy(TextChoices):
    OUTCOME = "OUTCOME", _("An outcome")
    NOTICE = "NOTICE", _("The end notice")
    STAFF = "STAFF", _("Staff")


class AttemptWay(TextChoices):
    """By which way somebody was asked. Which one it was in another system, nobody knows."""

    MAIL = "MAIL", _("E-mail")
    SMS = "SMS", _("Text message")
    LETTER = "LETTER", _("Letter")
    PHONE = "PHONE", _("Phone call")
    MET = "MET", _("Met in person")
    IMPORT = "IMPORT", pgettext_lazy("attempt", "In another system")


class OutcomeKind(TextChoices):
    CERTIFICATE = "CERTIFICATE", _("Certificate")
    JOB = "JOB", _("Job")
    COURSE_END = "COURSE_END", _("End of a course")


class SupportedKind(TextChoices):
    """EECO19 counts micro, small and medium-sized enterprises, EECO18 public administrations and services."""

    MICRO = "MICRO", pgettext_lazy("enterprise", "Micro, under 10 persons")
    SMALL = "SMALL", pgettext_lazy("enterprise", "Small, under 50 persons")
    MEDIUM = "MEDIUM", pgettext_lazy("enterprise", "Medium-sized, under 250 persons")
    LARGE = "LARGE", pgettext_lazy("enterprise", "Large, 250 persons or more")
    PUBLIC = "PUBLIC", _("Public administration or service")
    UNKNOWN = "UNKNOWN", pgettext_lazy("enterprise", "Not known")


class ReportKind(TextChoices):
    """STEERING may be shared, with small cells hidden; AUTHORITY tells of each participant."""

    STEERING = "STEERING", _("Report to the steering group")
    AUTHORITY = "AUTHORITY", _("Participants for the authority")


class Basis(TextChoices):
    """Where a figure of a report comes from. What is MISSING nobody has estimated, asked or followed up."""

    COUNTED = "counted", _("Counted from background forms and end notices")
    ESTIMATED = "estimated", _("Estimated by the project")
    ORGANISATIONS = "organisations", _("Organisations, by business ID")
    MISSING = "missing", _("Not known")


class Dimension(TextChoices):
    """By what participants are divided in a report."""

    AGE = "age", _("Age group")
    MUNICIPALITY = "municipality", _("Home municipality")
    IMPLEMENTER = "implementer", _("Implementer")


class FileFormat(TextChoices):
    """A table of CSV bears neither emblem nor maker: it goes with them in a ZIP. Plain ones are of before."""

    PDF = "pdf", "PDF"
    XLSX = "xlsx", "Excel (XLSX)"
    ZIP = "zip", _("CSV with a data sheet (ZIP)")
    CSV = "csv", "CSV"


class FileState(TextChoices):
    WAITING = "WAITING", _("Waits for its turn")
    MAKING = "MAKING", _("Being made")
    READY = "READY", _("Ready")
    FAILED = "FAILED", _("Could not be made")


class Rhythm(TextChoices):
    WEEKLY = "WEEKLY", _("Every week")
    MONTHLY = "MONTHLY", _("Every month")
    QUARTERLY = "QUARTERLY", _("Every quarter of a year")


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
