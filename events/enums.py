from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Kind(TextChoices):
    POPUP = "popup", _("Pop-up day")
    FAIR = "fair", _("Fair")
    VIRTUAL_FAIR = "virtual_fair", _("Virtual fair")
    COURSE = "course", _("Course")
    CARD_TRAINING = "card_training", _("Card training")
    OPEN_GROUP = "open_group", _("Open group")
    WORKSHOP = "workshop", _("Workshop")
    INFO_EVENT = "info_event", _("Info event")


class Status(TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")


class Period(TextChoices):
    """Programming periods; the emblem's text and the retention differ."""

    P2014 = "2014-2020", "2014–2020"
    P2021 = "2021-2027", "2021–2027"


class Counting(TextChoices):
    """Whether being present at an event makes someone a participant of its project."""

    NONE = "none", _("Open to all: nobody is counted as a participant of the project")
    PROJECT_RULE = "project_rule", _("By the project's rule: over so many hours, or more than one date")
    FIRST_ATTENDANCE = "first_attendance", _("From the first attendance, for a reason given below")


class Door(TextChoices):
    """What a visitor can do about a seat right now."""

    FREE_ENTRY = "free_entry", _("Open to all, no registration")
    NOT_YET = "not_yet", _("Registration has not opened yet")
    OPEN = "open", _("Seats free")
    QUEUE = "queue", _("Full, you can join the waiting list")
    CLOSED = "closed", _("Registration has closed")
    OVER = "over", _("This event is over")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")
