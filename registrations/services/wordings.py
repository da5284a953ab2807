"""The organisers' own words of a letter: checked, saved, and given up again."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from core import wording
from core.errors import Refused
from core.services import texts
from core.services.texts import Place, Text
from registrations.services.letters import MOMENTS, Moment


class WrongSubject(Refused):
    """What is wrong with a placeholder stands in the subject; `message` says what."""

    code = "wrong_subject"

    def __init__(self, refusal: Refused) -> None:
        self.message = refusal.message


def check(*, moment: Moment, text: Text) -> None:
    """Say what is wrong with the words of a letter.

    :raises WrongSubject: if it is the subject that is wrong
    :raises BrokenPlaceholder, UnknownPlaceholder, MissingPlaceholder: see `core.wording`
    """
    try:
        wording.check(text.subject, known=moment.known_in_subject)
    except Refused as refusal:
        raise WrongSubject(refusal) from refusal
    wording.check(text.body, known=moment.known, needed=moment.needed)


@transaction.atomic
def save(*, place: Place, text: Text, edition: int, by: User, now: datetime) -> None:
    """Let a letter have these words from now on.

    :raises EditedMeanwhile: see `texts.save`
    :raises WrongSubject, BrokenPlaceholder, UnknownPlaceholder, MissingPlaceholder: see `check`
    """
    check(moment=MOMENTS[place.moment], text=text)
    texts.save(place=place, text=text, edition=edition, now=now)
    _record("letter.write", place, by, now)


@transaction.atomic
def restore(*, place: Place, by: User, now: datetime) -> None:
    """Let a letter have its built-in words again, or those written for more than this place."""
    if texts.forget(place=place):
        _record("letter.restore", place, by, now)


def _record(action: str, place: Place, by: User, now: datetime) -> None:
    which = {"moment": place.moment, "language": place.language, "kind": place.kind}
    audit.changed(actor=by, action=action, subject=f"letter:{place.moment}", scope=place.scope, now=now, after=which)
