from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


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


class Way(TextChoices):
    """How a registration came."""

    DIRECT = "direct", pgettext_lazy("way", "Directly, without a code")
    CODE = "code", pgettext_lazy("way", "By an invitation code")
    SYSTEM = "system", pgettext_lazy("way", "Through another system")
    STAFF = "staff", pgettext_lazy("way", "Registered by staff")
