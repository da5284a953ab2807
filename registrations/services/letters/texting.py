"""Text messages to those who have a phone number and no e-mail address."""

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from core import wording
from core.fields import textable
from core.segments import shortened
from core.services import outbox, sms
from core.services.outbox import EXPIRES_AT
from core.wording import Value
from events.models import Meeting
from registrations.models import Mailing, Registration
from registrations.services.letters import values

BY_TEXT = "registration sms"
"""The kind of message that is looked at once more when its turn comes, as letters with a ticket are."""
KNOWN = ("first_name", "event", "when", "where", "organiser", "code")
"""Placeholders that a text message may contain."""
LONGEST_VALUE = 60


def reached(registration: Registration) -> bool:
    """Whether somebody is written to by text message: without an address, with a phone that takes such messages."""
    return sms.on() and not registration.email and bool(textable(registration.phone))


def remind(*, registration: Registration, meeting: Meeting | None, once: str, now: datetime) -> bool:
    """Tell when and where it is, in one breath; return whether they are told."""
    expires = {EXPIRES_AT: meeting.starts_at.isoformat()} if meeting else {}
    with translation.override(registration.language):
        words = _("Reminder: {{event}}, {{when}}, {{where}}. Your code at the door: {{code}}") + "\n{{organiser}}"
    return _post("reminder", words, registration, meeting, {**expires}, once, now)


def message(*, registration: Registration, mailing: Mailing, words: str, once: str, now: datetime) -> bool:
    """The organiser's own words; return whether they are told."""
    meeting = mailing.meeting and registration.event.meeting_of(mailing.meeting_id)
    return _post("message", words, registration, meeting, {"statuses": mailing.statuses}, once, now)


def _post(
    moment: str,
    words: str,
    registration: Registration,
    meeting: Meeting | None,
    keys: dict[str, object],
    once: str,
    now: datetime,
) -> bool:
    if not reached(registration):
        return False
    event = registration.event
    with translation.override(registration.language):
        letter = sms.write(
            recipient=textable(registration.phone),
            subject=_("Text message: %(title)s") % {"title": event.title},
            text=wording.fill(words, _values(registration, meeting or registration.next_meeting(now))).text,
            language=registration.language,
            keys={"registration": registration.pk, "letter": moment, **keys},
        )
    return outbox.post_once(
        once=once, kind=BY_TEXT, letter=letter, scope=event.scope, person=f"person:{registration.person_id}", now=now
    )


def _values(registration: Registration, meeting: Meeting | None) -> dict[str, Value]:
    """Each value short enough that a long title does not push the rest out."""
    all_of_them = {
        **values.of_event(registration.event, meeting),
        "first_name": registration.first_name,
        "code": registration.readable_code,
    }
    return {name: shortened(str(all_of_them[name]), LONGEST_VALUE) for name in KNOWN}
