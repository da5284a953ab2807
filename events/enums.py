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
    APPLY = "apply", _("You can apply; the organiser chooses")
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


class Vat(TextChoices):
    """How a price is taxed; the rates themselves are data, by the day from which they hold."""

    STANDARD = "standard", pgettext_lazy("VAT", "General rate")
    REDUCED = "reduced", pgettext_lazy("VAT", "Reduced rate")
    EXEMPT = "exempt", pgettext_lazy("VAT", "No VAT, such as education under the law")


class StandState(TextChoices):
    APPLIED = "applied", pgettext_lazy("stand", "Waits for approval")
    APPROVED = "approved", pgettext_lazy("stand", "Approved")
    DECLINED = "declined", pgettext_lazy("stand", "Declined")
    WITHDRAWN = "withdrawn", pgettext_lazy("stand", "Withdrawn")


class VacancyState(TextChoices):
    DRAFT = "draft", _("Draft")
    OPEN = "open", pgettext_lazy("vacancy", "Open")
    FILLED = "filled", pgettext_lazy("vacancy", "Filled")
    CLOSED = "closed", pgettext_lazy("vacancy", "Closed")


class Indicator(TextChoices):
    """Common output and immediate result indicators of Regulation (EU) 2021/1057, Annex I."""

    EECO01 = "EECO01", _("Participants in all")
    EECO02 = "EECO02", _("Unemployed, including long-term unemployed")
    EECO03 = "EECO03", _("Long-term unemployed")
    EECO04 = "EECO04", _("Inactive")
    EECO05 = "EECO05", _("Employed, including self-employed")
    EECO06 = "EECO06", _("Children below 18 years of age")
    EECO07 = "EECO07", _("Young people between 18 and 29 years of age")
    EECO08 = "EECO08", _("55 years of age and above")
    EECO09 = "EECO09", _("Lower secondary education or less (ISCED 0–2)")
    EECO10 = "EECO10", _("Upper secondary or post-secondary education (ISCED 3–4)")
    EECO11 = "EECO11", _("Tertiary education (ISCED 5–8)")
    EECO12 = "EECO12", _("Participants with disabilities")
    EECO13 = "EECO13", _("Third country nationals")
    EECO14 = "EECO14", _("Participants with a foreign background")
    EECO15 = "EECO15", _("Minorities")
    EECO16 = "EECO16", _("Homeless or affected by housing exclusion")
    EECO17 = "EECO17", _("From rural areas")
    EECO18 = "EECO18", _("Supported public administrations or public services")
    EECO19 = "EECO19", _("Supported micro, small and medium-sized enterprises")
    EECR01 = "EECR01", _("Engaged in job searching upon leaving")
    EECR02 = "EECR02", _("In education or training upon leaving")
    EECR03 = "EECR03", _("Gaining a qualification upon leaving")
    EECR04 = "EECR04", _("In employment upon leaving, including self-employment")
    EECR05 = "EECR05", _("In employment six months after leaving, including self-employment")
    EECR06 = "EECR06", _("With an improved labour market situation six months after leaving")


class Indicator2014(TextChoices):
    """Common output and result indicators of Regulation (EU) No 1304/2013, Annex I.

    Without CO12–CO14 on households, dropped in 2018 (Regulation (EU, Euratom) 2018/1046).
    """

    CO00 = "CO00", _("Participants in all")
    CO01 = "CO01", _("Unemployed, including long-term unemployed")
    CO02 = "CO02", _("Long-term unemployed")
    CO03 = "CO03", _("Inactive")
    CO04 = "CO04", _("Inactive, not in education or training")
    CO05 = "CO05", _("Employed, including self-employed")
    CO06 = "CO06", _("Below 25 years of age")
    CO07 = "CO07", _("Above 54 years of age")
    CO08 = "CO08", _("Above 54, unemployed or inactive and not in education")
    CO09 = "CO09", _("Primary or lower secondary education (ISCED 1–2)")
    CO10 = "CO10", _("Upper secondary or post-secondary education (ISCED 3–4)")
    CO11 = "CO11", _("Tertiary education (ISCED 5–8)")
    CO15 = "CO15", _("Migrants, foreign background, minorities")
    CO16 = "CO16", _("Participants with disabilities")
    CO17 = "CO17", _("Other disadvantaged")
    CO18 = "CO18", _("Homeless or affected by housing exclusion")
    CO19 = "CO19", _("From rural areas")
    CO22 = "CO22", _("Supported public administrations or public services")
    CO23 = "CO23", _("Supported micro, small and medium-sized enterprises")
    CR01 = "CR01", _("Engaged in job searching upon leaving")
    CR02 = "CR02", _("In education or training upon leaving")
    CR03 = "CR03", _("Gaining a qualification upon leaving")
    CR04 = "CR04", _("In employment upon leaving, including self-employment")
    CR05 = "CR05", _("Disadvantaged, and any of these upon leaving")
    CR06 = "CR06", _("In employment six months after leaving, including self-employment")
    CR07 = "CR07", _("With an improved labour market situation six months after leaving")
    CR08 = "CR08", _("Above 54, in employment six months after leaving")
    CR09 = "CR09", _("Disadvantaged, in employment six months after leaving")
