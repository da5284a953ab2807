from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Deed(TextChoices):
    """Kinds of what the audit log tells."""

    READS = "reads", _("Looking at personal data")
    EVENTS = "events", _("Events and places")
    PEOPLE = "people", _("Registrations and attendance")
    PROJECTS = "projects", _("Projects")
    FAIRS = "fairs", _("Stands and fairs")
    JOBS = "jobs", _("Open jobs")
    EMPLOYERS = "employers", _("Employers")
    RIGHTS = "rights", _("Roles and tokens")
    SERVICE = "service", _("The service itself")
