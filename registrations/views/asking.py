"""What is looked at when the contact screen comes in: is it a machine, and is the e-mail address the one meant?"""

from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import mistyped
from core.errors import Refused
from registrations import rules
from registrations.models import Hold

TRAP, TAKE, ASKED = "homepage", "email_meant", "email_asked"
"""The field that people do not see; the button that takes a suggestion; what a draft remembers having asked about."""


class Trapped(Refused):
    code = "trapped"
    message = _(
        "A field that people do not see was filled, perhaps by your browser. We have emptied it:"
        " press Continue once more. What you typed is still there."
    )


class Hurried(Refused):
    code = "hurried"
    message = _(
        "That was faster than people type. If your browser filled the form for you, look at it and press Continue once"
        " more. What you typed is still there."
    )


def refuse_machine(data: QueryDict, hold: Hold, *, now: datetime) -> None:
    """:raises Trapped: if the hidden field is filled
    :raises Hurried: if the screen comes back sooner than anybody fills it
    """
    if data.get(TRAP):
        raise Trapped
    if rules.too_fast(since=hold.created_at, now=now):
        raise Hurried


def corrected(data: QueryDict) -> QueryDict:
    """What was sent, with the suggested address in it where the button for that was pressed.

    A suggestion for another address than the one that came along is for what stood there before, and is let be.
    """
    meant = mistyped.suggestion(data.get("email", ""))
    if meant is None or data.get(TAKE) != meant:
        return data
    taken = data.copy()
    taken["email"] = meant
    return taken


def question(email: str, draft: Mapping[str, str]) -> str:
    """The address to ask about, or nothing; asked once about each that is typed."""
    meant = mistyped.suggestion(email)
    return meant if meant and draft.get(ASKED) != email else ""
