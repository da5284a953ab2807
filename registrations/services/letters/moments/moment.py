"""What a moment is at which people are written to, and words that many letters share.

A text is a subject and paragraphs with `{{placeholders}}` (`core.wording`). What differs from case to case stands in a
placeholder that may stay empty.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.services.texts import Text
from registrations.enums import Status

NAME, TITLE = "{{first_name}}", "{{event}}"
FACTS, LINK, NOTE = "{{facts}}", "{{link}}", "{{note}}"

PLACEHOLDERS: Final[dict[str, Promise]] = {
    "first_name": gettext_lazy("First name of the receiver"),
    "event": gettext_lazy("Title of the event"),
    "facts": gettext_lazy("Title, time and place, as a block"),
    "when": gettext_lazy("Time"),
    "where": gettext_lazy("Place"),
    "link": gettext_lazy("Button to the receiver's own page"),
    "code": gettext_lazy("Code of the ticket"),
    "answer_by": gettext_lazy("Until when to answer"),
    "registered_by": gettext_lazy("Who has registered the receiver, if somebody else"),
    "ride_note": gettext_lazy("Whether the chosen ride has filled up"),
    "form_note": gettext_lazy("Whether the background form is still to be filled in"),
    "note": gettext_lazy("Your note of this occasion"),
    "survey": gettext_lazy("Button to the feedback survey, while it is open"),
    "changes": gettext_lazy("What has changed, line by line"),
    "apply_until": gettext_lazy("Until when one can apply"),
    "interview": gettext_lazy("Time, place and people of the interview"),
    "interview_time": gettext_lazy("Time of the interview"),
    "sum": gettext_lazy("Sum of money"),
    "pay_by": gettext_lazy("Until when to pay"),
    "kept_note": gettext_lazy("What is kept of what was paid"),
    "stand": gettext_lazy("Name of the stand"),
    "stand_number": gettext_lazy("Number of the stand"),
    "organiser": gettext_lazy("Organisation that organises"),
    "project": gettext_lazy("Project that pays"),
}
"""What a text may contain, in words for those who write it."""
BLOCKS: Final = frozenset({"facts", "link", "survey"})
"""What is no word in a line. A subject is kept and shown to organisers, so a personal link must not stand in it."""
EVERYWHERE: Final = ("first_name", "event", "facts", "when", "where", "link", "organiser", "project")


def in_subject(known: Iterable[str]) -> tuple[str, ...]:
    """Those of the placeholders that may stand in a subject."""
    return tuple(name for name in known if name not in BLOCKS)


@dataclass(frozen=True, kw_only=True)
class Moment:
    """A moment at which people are written to.

    :param button: the words of the button that `{{link}}` becomes
    :param more: placeholders that have a value at this moment alone
    :param needed: placeholders without which the letter would not do its work
    :param statuses: at which status the letter is still right when its turn comes; empty: at any
    """

    name: str
    label: Promise
    subject: Callable[[], str]
    body: Callable[[], Sequence[str]]
    button: Callable[[], str] = lambda: ""
    more: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    statuses: frozenset[Status] = frozenset()

    @property
    def known(self) -> tuple[str, ...]:
        return (*EVERYWHERE, *self.more)

    @property
    def known_in_subject(self) -> tuple[str, ...]:
        return in_subject(self.known)

    def text(self) -> Text:
        """The built-in words in the language of this moment."""
        return Text(self.subject(), "\n\n".join(self.body()))


def hello() -> str:
    return _("Hello %(name)s,") % {"name": NAME}


def ticket() -> str:
    return (
        _("Your ticket is attached. Show the QR code at the door, on the phone or printed, or say the code:")
        + " **{{code}}**"
    )


def if_not() -> str:
    return _("If you cannot come, please cancel by the link: somebody else gets the seat.")


def see() -> str:
    return _("See, correct or cancel")


def look() -> str:
    return _("See my registration")


def rejoin() -> str:
    return _("Join the waiting list again")


def group_page() -> str:
    return _("Open my group's page")


def answer_by() -> str:
    return "**" + _("Answer by %(when)s.") % {"when": "{{answer_by}}"} + "**"


def stand_page() -> str:
    return _("See or change my stand")


SEATED = frozenset({Status.CONFIRMED})
