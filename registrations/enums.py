from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    OFFERED = "offered", _("A seat is offered")
    WAITING = "waiting", _("On the waiting list")
    LAPSED = "lapsed", _("Did not answer the offer")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = frozenset({Status.CONFIRMED, Status.OFFERED, Status.WAITING})
SEATED = frozenset({Status.CONFIRMED, Status.OFFERED})
"""Who takes a seat, or has one kept."""


class HoldKind(TextChoices):
    SEAT = "seat", _("A seat")
    QUEUE = "queue", _("A place on the waiting list")


class Outcome(TextChoices):
    """How an offer ended."""

    ACCEPTED = "accepted", pgettext_lazy("offer", "Accepted")
    DECLINED = "declined", pgettext_lazy("offer", "Declined")
    LAPSED = "lapsed", pgettext_lazy("offer", "Not answered in time")


class Channel(TextChoices):
    """By which way somebody registered."""

    WEB = "web", pgettext_lazy("registered by", "Themselves")
    PARTY = "party", pgettext_lazy("registered by", "With a group")
    DESK = "desk", pgettext_lazy("registered by", "At the desk")
    IMPORT = "import", pgettext_lazy("registered by", "From a file")
    REFERRAL = "referral", pgettext_lazy("registered by", "Referred by an officer")
    HANDED = "handed", pgettext_lazy("registered by", "Got another's seat")
    API = "api", pgettext_lazy("registered by", "Another system")


class Source(TextChoices):
    CAMERA = "camera", _("Camera")
    TYPED = "typed", _("Typed code")
    API = "api", _("Another system")


class ConsentHow(TextChoices):
    """How a client agreed to be referred."""

    SPOKEN = "spoken", pgettext_lazy("consent", "Spoken")
    WRITTEN = "written", pgettext_lazy("consent", "Written")


class RowOutcome(TextChoices):
    """What came of one row of a table of people, and what to do."""

    SEATED = "seated", pgettext_lazy("imported row", "Registered")
    WAITING = "waiting", pgettext_lazy("imported row", "On the waiting list")
    KNOWN = "known", pgettext_lazy("imported row", "Was registered already: nothing to do")
    FULL = (
        "full",
        pgettext_lazy("imported row", "No seat was free: add seats or allow the waiting list, and import again"),
    )
    WRONG = "wrong", pgettext_lazy("imported row", "Wrong: mend the row and import it again")
    REFUSED = "refused", pgettext_lazy("imported row", "Not possible: is the event still open to you, and ahead?")


class Moment(TextChoices):
    """When the organiser's own questions are asked."""

    REGISTRATION = "registration", pgettext_lazy("questions", "When one registers")
    BEFORE = "before", pgettext_lazy("questions", "Between registering and the event")
    DOOR = "door", pgettext_lazy("questions", "At the door")
    AFTERWARDS = "afterwards", pgettext_lazy("questions", "After the event")


class AskedOf(TextChoices):
    PERSON = "person", pgettext_lazy("questions", "Each person")
    PARTY = "party", pgettext_lazy("questions", "A group once")


class AnswerKind(TextChoices):
    TEXT = "text", pgettext_lazy("answer", "One line of text")
    LONG = "long", pgettext_lazy("answer", "Several lines of text")
    CHOICE = "choice", pgettext_lazy("answer", "One of several choices")
    CHOICES = "choices", pgettext_lazy("answer", "Any of several choices")
    DATE = "date", pgettext_lazy("answer", "Date")
    NUMBER = "number", pgettext_lazy("answer", "Number")
    FILE = "file", pgettext_lazy("answer", "File")
    CONSENT = "consent", pgettext_lazy("answer", "Consent")


class Trial(TextChoices):
    """How a condition looks at an earlier answer. Where there is none, every one of them fails."""

    IS = "is", pgettext_lazy("condition", "is")
    IS_NOT = "is_not", pgettext_lazy("condition", "is not")
    ONE_OF = "one_of", pgettext_lazy("condition", "is one of")
    FILLED = "filled", pgettext_lazy("condition", "has been answered")
    AT_LEAST = "at_least", pgettext_lazy("condition", "is at least")
    AT_MOST = "at_most", pgettext_lazy("condition", "is at most")
    BEFORE = "before", pgettext_lazy("condition", "is before")
    AFTER = "after", pgettext_lazy("condition", "is after")


class Join(TextChoices):
    ALL = "all", pgettext_lazy("condition", "all of these are true")
    ANY = "any", pgettext_lazy("condition", "any of these is true")
