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


class InviteMethod(TextChoices):
    """What a calendar is asked to do (RFC 5546, sections 3.2.2 and 3.2.5)."""

    REQUEST = "REQUEST"
    CANCEL = "CANCEL"


class MailingState(TextChoices):
    SCHEDULED = "scheduled", pgettext_lazy("mailing", "Scheduled")
    SENT = "sent", pgettext_lazy("mailing", "Sent")
    CALLED_OFF = "called_off", pgettext_lazy("mailing", "Called off")


class Came(TextChoices):
    """Whom a message is for, by who has been there."""

    ANY = "any", pgettext_lazy("receivers", "Everybody")
    CAME = "came", pgettext_lazy("receivers", "Those who came")
    ABSENT = "absent", pgettext_lazy("receivers", "Those who did not come")


class FormState(TextChoices):
    """Whom a message is for, by the background form."""

    ANY = "any", pgettext_lazy("receivers", "Everybody")
    MISSING = "missing", pgettext_lazy("receivers", "Those whose background form is missing")
    FILLED = "filled", pgettext_lazy("receivers", "Those whose background form is filled in")
