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


class Bulk(TextChoices):
    """What can be done to many registrations at once."""

    CANCEL = "cancel", _("Cancel, and tell them by mail")
    LINK = "link", _("Send the personal link again")
    NEW_LINK = "new_link", _("Close the personal links and send a new one")


class BulkState(TextChoices):
    PLANNED = "planned", _("About to happen")
    BEGUN = "begun", _("Going on")
    DONE = "done", _("Done")
    UNDONE = "undone", _("Taken back")


class Outcome(TextChoices):
    DONE = "done", _("Done")
    CHANGED = "changed", _("Changed meanwhile, left alone")
    REFUSED = "refused", _("Not possible")


class Way(TextChoices):
    """How a registration came."""

    DIRECT = "direct", pgettext_lazy("way", "Directly, without a code")
    CODE = "code", pgettext_lazy("way", "By an invitation code")
    SYSTEM = "system", pgettext_lazy("way", "Through another system")
    STAFF = "staff", pgettext_lazy("way", "Registered by staff")


class Missing(TextChoices):
    """Lists of a project's participants: who has to be asked for something, and everybody."""

    START = "start", _("Start notice missing")
    END = "end", _("End notice missing")
    QUIET = "quiet", _("Not seen for long")
    FOLLOW_UP = "follow_up", _("Follow-up due")
    ALL = "all", _("All participants")


class Chase(TextChoices):
    """What can be done with those on a list of participants."""

    REMIND = "remind", _("Send the form by mail")
    LETTERS = "letters", _("Print letters (PDF)")
    TRIED = "tried", _("I have asked them: write it down")
    EURA = "eura", _("Set the state in EURA 2021")
