from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(TextChoices):
    OWNER = "owner", _("Owner")
    ORGANISER = "organiser", _("Organiser")
    DOOR = "door", _("Door volunteer")
    TEACHER = "teacher", _("Teacher")
    EXHIBITOR = "exhibitor", _("Exhibitor")
    READER = "reader", _("Read-only")
    REFERRER = "referrer", _("Referring officer")
    ASSESSOR = "assessor", _("Assessor of applicants")


class Permission(TextChoices):
    MANAGE_MEMBERS = "manage_members"
    MANAGE_EVENTS = "manage_events"
    SEE_PEOPLE = "see_people"
    CHECK_IN = "check_in"
    SEE_REPORTS = "see_reports"
    REFER = "refer"
    ASSESS = "assess"
    HANDLE_MONEY = "handle_money"


ALLOWS: dict[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission),
    Role.ORGANISER: frozenset(Permission) - {Permission.MANAGE_MEMBERS},
    Role.TEACHER: frozenset({Permission.SEE_PEOPLE, Permission.CHECK_IN}),
    Role.DOOR: frozenset({Permission.CHECK_IN}),
    Role.EXHIBITOR: frozenset(),  # the event's own page on the desk: dates, fill, stands
    Role.READER: frozenset({Permission.SEE_REPORTS}),
    Role.REFERRER: frozenset({Permission.REFER}),
    Role.ASSESSOR: frozenset({Permission.ASSESS}),  # and of an event's applicants only where named its assessor
}
"""Who may do what, within the scope of their grant."""


class OrganisationKind(TextChoices):
    MUNICIPALITY = "municipality", _("Municipality")
    SCHOOL = "school", _("School")
    COMPANY = "company", _("Company")
    ASSOCIATION = "association", _("Association")


class NoticePurpose(TextChoices):
    REGISTRATION = "registration", _("Registering for an event")
    ESF = "esf", _("Background form of an ESF project")


class NoticePart(TextChoices):
    """What a privacy notice has to tell (Regulation (EU) 2016/679, Articles 13 and 14), in this order."""

    CONTROLLER = "controller", _("Who is responsible for your data")
    PURPOSE = "purpose", _("What we use your data for")
    BASIS = "basis", _("On what we base it")
    DATA = "data", _("Which data we have, and from whom")
    RECIPIENTS = "recipients", _("Who gets your data")
    RETENTION = "retention", _("How long we keep them")
    RIGHTS = "rights", _("What you can do")
    DUTY = "duty", _("Whether you have to give them")


class Stage(TextChoices):
    """How far an organisation has come with an employer."""

    CONTACTED = "contacted", pgettext_lazy("employer", "Contacted")
    COOPERATING = "cooperating", pgettext_lazy("employer", "Cooperating")
    AGREEMENT = "agreement", pgettext_lazy("employer", "Agreement")


class EnterpriseSize(TextChoices):
    """By persons employed (Commission Recommendation 2003/361/EC). EECO19 counts micro, small and medium-sized ones."""

    UNKNOWN = "unknown", pgettext_lazy("enterprise", "Not known")
    MICRO = "micro", pgettext_lazy("enterprise", "Micro, under 10 persons")
    SMALL = "small", pgettext_lazy("enterprise", "Small, under 50 persons")
    MEDIUM = "medium", pgettext_lazy("enterprise", "Medium-sized, under 250 persons")
    LARGE = "large", pgettext_lazy("enterprise", "Large, 250 persons or more")
