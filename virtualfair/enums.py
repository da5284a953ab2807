from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RoomKind(TextChoices):
    STAGE = "stage", _("Stage")


class FairRole(TextChoices):
    JOBSEEKER = "jobseeker", _("Jobseeker")
    EMPLOYER = "employer", _("Employer")
    MODERATOR = "moderator", _("Organiser")


class PitchState(TextChoices):
    UPCOMING = "upcoming", _("Coming")
    LIVE = "live", _("On now")
    OVER = "over", _("Over")


class StageState(TextChoices):
    """What somebody who looks at the stage sees."""

    EMPTY = "empty", _("The programme is not ready yet")
    UPCOMING = "upcoming", _("Not begun yet")
    LIVE = "live", _("On now")
    BREAK = "break", _("Break")
    OVER = "over", _("Over")
