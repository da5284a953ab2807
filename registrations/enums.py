from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    CONFIRMED = "confirmed", _("Confirmed")
    OFFERED = "offered", _("A seat is offered")
    UNPAID = "unpaid", _("To be paid")
    WAITING = "waiting", _("On the waiting list")
    APPLIED = "applied", _("Has applied")
    LAPSED = "lapsed", _("Did not answer or pay in time")
    CANCELLED = "cancelled", _("Cancelled")


ACTIVE = frozenset({Status.CONFIRMED, Status.OFFERED, Status.UNPAID, Status.WAITING, Status.APPLIED})
SEATED = frozenset({Status.CONFIRMED, Status.OFFERED, Status.UNPAID})
"""Who takes a seat, or has one kept."""


class HoldKind(TextChoices):
    SEAT = "seat", _("A seat")
    QUEUE = "queue", _("A place on the waiting list")
    APPLY = "apply", _("An application")


class Stage(TextChoices):
    """How far an application has come. What leads where is in `MAY_FOLLOW`."""

    APPLIED = "applied", pgettext_lazy("application", "Applied")
    INVITED = "invited", pgettext_lazy("application", "Invited to an interview")
    ASSESSED = "assessed", pgettext_lazy("application", "Assessed")
    OFFERED = "offered", pgettext_lazy("application", "Offered a seat")
    RESERVE = "reserve", pgettext_lazy("application", "On the reserve list")
    ACCEPTED = "accepted", pgettext_lazy("application", "Took the seat")
    STARTED = "started", pgettext_lazy("application", "Started")
    COMPLETED = "completed", pgettext_lazy("application", "Completed")
    TRANSFERRED = "transferred", pgettext_lazy("application", "Transferred elsewhere")
    INTERRUPTED = "interrupted", pgettext_lazy("application", "Interrupted")
    LAPSED = "lapsed", pgettext_lazy("application", "Did not answer the offer")
    REJECTED = "rejected", pgettext_lazy("application", "Not chosen")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


MAY_FOLLOW: dict[str, frozenset[Stage]] = {
    "": frozenset({Stage.APPLIED}),
    Stage.APPLIED: frozenset(
        {Stage.INVITED, Stage.ASSESSED, Stage.OFFERED, Stage.RESERVE, Stage.REJECTED, Stage.WITHDRAWN}
    ),
    Stage.INVITED: frozenset({Stage.ASSESSED, Stage.RESERVE, Stage.REJECTED, Stage.WITHDRAWN}),
    Stage.ASSESSED: frozenset({Stage.OFFERED, Stage.RESERVE, Stage.REJECTED, Stage.WITHDRAWN}),
    Stage.RESERVE: frozenset({Stage.OFFERED, Stage.REJECTED, Stage.WITHDRAWN}),
    Stage.OFFERED: frozenset({Stage.ACCEPTED, Stage.LAPSED, Stage.WITHDRAWN}),
    Stage.LAPSED: frozenset({Stage.OFFERED, Stage.RESERVE, Stage.REJECTED}),
    Stage.ACCEPTED: frozenset({Stage.STARTED, Stage.WITHDRAWN}),
    Stage.STARTED: frozenset({Stage.COMPLETED, Stage.TRANSFERRED, Stage.INTERRUPTED}),
}
"""The only steps there are; the database's constraints are made of them. An offer without interview is a lottery's."""

LIVING = frozenset({Stage.APPLIED, Stage.INVITED, Stage.ASSESSED, Stage.RESERVE})
"""Whoever may still be chosen."""


class Basis(TextChoices):
    """By what applicants are put in order."""

    SCORE = "score", pgettext_lazy("order", "Points")
    LOTTERY = "lottery", pgettext_lazy("order", "Lots drawn")
    ARRIVAL = "arrival", pgettext_lazy("order", "Arrival")


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
    APPLIED = "applied", pgettext_lazy("imported row", "Has applied")
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


class AskedAt(TextChoices):
    """When the organiser's own questions are asked."""

    REGISTRATION = "registration", pgettext_lazy("questions", "When one registers")
    BEFORE = "before", pgettext_lazy("questions", "Between registering and the event")
    DOOR = "door", pgettext_lazy("questions", "At the door")
    AFTERWARDS = "afterwards", pgettext_lazy("questions", "After the event")
    SURVEY = "survey", pgettext_lazy("questions", "In an anonymous survey")


OF_REGISTRATIONS = tuple(each for each in AskedAt if each != AskedAt.SURVEY)
"""Moments at which somebody known is asked. A survey asks whoever has its address."""


class Respondent(TextChoices):
    """Whom a survey asks."""

    JOBSEEKER = "jobseeker", pgettext_lazy("respondents", "Jobseekers")
    EMPLOYER = "employer", pgettext_lazy("respondents", "Employers")
    NETWORK = "network", pgettext_lazy("respondents", "Network of partners")


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
    SCALE = "scale", pgettext_lazy("answer", "Scale from 1 to 5")
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


class OrderState(TextChoices):
    OPEN = "open", pgettext_lazy("order", "To be paid")
    PAID = "paid", pgettext_lazy("order", "Paid")
    CLOSED = "closed", pgettext_lazy("order", "Not paid, and no longer to be")


class Method(TextChoices):
    """How somebody pays."""

    ONLINE = "online", pgettext_lazy("payment", "Online")
    INVOICE = "invoice", pgettext_lazy("payment", "By invoice")
    CASH = "cash", pgettext_lazy("payment", "Cash at the door")
    CARD = "card", pgettext_lazy("payment", "Card at the door")


class PaymentState(TextChoices):
    """How far a payment has come. What leads where is in `NEXT_STATES`."""

    STARTED = "started", pgettext_lazy("payment", "Started")
    PROCESSING = "processing", pgettext_lazy("payment", "The bank is processing it")
    PAID = "paid", pgettext_lazy("payment", "Paid")
    PARTLY_REFUNDED = "part_back", pgettext_lazy("payment", "Partly given back")
    REFUNDED = "all_back", pgettext_lazy("payment", "Given back")
    FAILED = "failed", pgettext_lazy("payment", "Failed")
    EXPIRED = "expired", pgettext_lazy("payment", "Not paid in time")
    DISPUTED = "disputed", pgettext_lazy("payment", "Disputed")


NEXT_STATES: dict[str, frozenset[PaymentState]] = {
    "": frozenset({PaymentState.STARTED, PaymentState.PAID}),
    PaymentState.STARTED: frozenset(
        {PaymentState.PROCESSING, PaymentState.PAID, PaymentState.FAILED, PaymentState.EXPIRED}
    ),
    PaymentState.PROCESSING: frozenset({PaymentState.PAID, PaymentState.FAILED}),
    PaymentState.FAILED: frozenset({PaymentState.PAID}),
    PaymentState.EXPIRED: frozenset({PaymentState.PROCESSING, PaymentState.PAID}),
    PaymentState.PAID: frozenset({PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED, PaymentState.DISPUTED}),
    PaymentState.PARTLY_REFUNDED: frozenset(
        {PaymentState.PARTLY_REFUNDED, PaymentState.PAID, PaymentState.REFUNDED, PaymentState.DISPUTED}
    ),
    PaymentState.REFUNDED: frozenset({PaymentState.PARTLY_REFUNDED, PaymentState.PAID, PaymentState.DISPUTED}),
    PaymentState.DISPUTED: frozenset({PaymentState.PAID, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED}),
}
"""The only steps there are; the database's constraints are made of them. Money may come after all was over, and what
was given back may come back."""

OPEN_PAYMENTS = frozenset({PaymentState.STARTED, PaymentState.PROCESSING})
"""By which money may still come."""
HOLDING_MONEY = frozenset(
    {PaymentState.PAID, PaymentState.PARTLY_REFUNDED, PaymentState.REFUNDED, PaymentState.DISPUTED}
)
"""By which money has come, whatever became of it."""


class RefundState(TextChoices):
    ASKED = "asked", pgettext_lazy("refund", "To be given back")
    SENT = "sent", pgettext_lazy("refund", "On its way")
    DONE = "done", pgettext_lazy("refund", "Given back")
    FAILED = "failed", pgettext_lazy("refund", "Failed")


class RefundReason(TextChoices):
    CANCELLED = "cancelled", pgettext_lazy("refund", "The seat was cancelled")
    EVENT = "event", pgettext_lazy("refund", "The event was cancelled")
    LATE = "late", pgettext_lazy("refund", "The money came when the seat was gone")
    TWICE = "twice", pgettext_lazy("refund", "It was paid twice")
    GOODWILL = "goodwill", pgettext_lazy("refund", "The organiser gave it back")


class Account(TextChoices):
    """Of the books. `MONEY` is what is held; the others say whose it is."""

    MONEY = "money", pgettext_lazy("account", "Money held")
    PAYERS = "payers", pgettext_lazy("account", "To be given back")
    SEATS = "seats", pgettext_lazy("account", "Seats sold")
    KEPT = "kept", pgettext_lazy("account", "Kept of cancelled seats")
    DISPUTES = "disputes", pgettext_lazy("account", "Taken back by disputes")


class BankState(TextChoices):
    MATCHED = "matched", pgettext_lazy("bank entry", "Paid an invoice")
    UNKNOWN = "unknown", pgettext_lazy("bank entry", "No invoice has this reference")
    OTHER_SUM = "other", pgettext_lazy("bank entry", "The sum is not that of the invoice")
    PAID_TWICE = "twice", pgettext_lazy("bank entry", "The invoice was paid already")
