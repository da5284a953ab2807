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
    ELSEWHERE = "elsewhere", _("Registration on another site")
    INVITED = "invited", _("For those who have an invitation")
    CANCELLED = "cancelled", pgettext_lazy("event", "Cancelled")


class Mode(TextChoices):
    """Where a meeting happens. On site with a link is hybrid: each comes as they choose."""

    ON_SITE = "on_site", _("On site")
    REMOTE = "remote", _("Online")
    WORKPLACE = "workplace", _("At a workplace")


class Audience(TextChoices):
    """For whom an event is, as people look for it."""

    EVERYONE = "everyone", _("Everyone")
    JOBSEEKERS = "jobseekers", _("Jobseekers")
    YOUNG = "young", _("Young people")
    NEWCOMERS = "newcomers", _("People who have moved to Finland")
    STUDENTS = "students", _("Students")
    ENTREPRENEURS = "entrepreneurs", _("Entrepreneurs")
    EMPLOYERS = "employers", _("Employers")
    PROFESSIONALS = "professionals", _("People who work with jobseekers")


class Access(TextChoices):
    """What a place or an event offers to those who need it."""

    STEP_FREE = "step_free", _("Step-free way in")
    TOILET = "toilet", _("Accessible toilet")
    PARKING = "parking", _("Accessible parking")
    HEARING_LOOP = "hearing_loop", _("Hearing loop")
    SIGN_LANGUAGE = "sign_language", _("Sign language interpreting")
    CAPTIONS = "captions", _("Captions")
    PLAIN_LANGUAGE = "plain_language", _("Plain language")
    QUIET_ROOM = "quiet_room", _("Quiet room")
    COMPANION = "companion", _("A companion may come along")


class StandState(TextChoices):
    APPLIED = "applied", pgettext_lazy("stand", "Waits for approval")
    APPROVED = "approved", pgettext_lazy("stand", "Approved")
    DECLINED = "declined", pgettext_lazy("stand", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("stand", "Withdrawn")
