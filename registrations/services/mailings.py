"""The organiser's own messages to those who are registered: who gets them, when they leave, and nobody gets two."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core import wording
from core.errors import Refused
from core.fields import textable
from core.services import sms
from esf.models import StartNotice
from events.models import Event, Meeting
from registrations.enums import Came, FormState, MailingState
from registrations.models import Attendance, Mailing, Registration, RegistrationQuerySet
from registrations.services import backgrounds, letters, unwanted
from registrations.services.letters import texting

KNOWN = (*letters.EVERYWHERE, "code", "form_note")
"""Placeholders that a message may contain."""


BY_TEXT = texting.KNOWN
"""The same of its text message."""
KNOWN_IN = {"subject": letters.in_subject(KNOWN), "body": KNOWN, "sms": BY_TEXT}
"""By part of a message."""


class NobodyToWriteTo(Refused):
    code = "nobody_to_write_to"
    message = _("Nobody is left to write to. Choose others.")


class OnlyWhatIsNecessary(Refused):
    """Nobody can refuse text messages by a link, as they can letters."""

    code = "sms_only_necessary"
    message = _("Text messages are sent only about the event itself. Leave the text message empty.")


class TooLate(Refused):
    code = "mailing_left"
    message = _("The message has left already.")


@dataclass(frozen=True, kw_only=True)
class Choice:
    """To whom a message goes."""

    statuses: Sequence[str]
    meeting: Meeting | None = None
    came: Came = Came.ANY
    form: FormState = FormState.ANY


def audience(event: Event, choice: Choice) -> RegistrationQuerySet:
    """Who would get a message now, those without an address among them."""
    rows = Registration.objects.filter(event=event, status__in=list(choice.statuses))
    if choice.meeting:
        rows = rows.filter(Q(meeting=None) | Q(meeting=choice.meeting))
    been = Attendance.objects.filter(registration=OuterRef("pk"))
    if choice.meeting:
        been = been.filter(meeting=choice.meeting)
    if choice.came != Came.ANY:
        rows = rows.filter(Exists(been)) if choice.came == Came.CAME else rows.filter(~Exists(been))
    if choice.form != FormState.ANY and event.project_id:
        filled = Exists(StartNotice.objects.filter(person=OuterRef("person"), project=event.project_id))
        rows = rows.filter(filled) if choice.form == FormState.FILLED else rows.filter(~filled)
    return rows.order_by("pk")


@dataclass(frozen=True)
class Reach:
    """How many would get a message now: as mail, as text message, or not at all. Each address is one."""

    mails: int
    texts: int
    nobody: int


def reach(event: Event, choice: Choice, *, by_text: bool) -> Reach:
    """Count whom a message reaches.

    :param by_text: whether there is a text message for those without an e-mail address
    """
    rows = list(audience(event, choice).values_list("email", "phone"))
    texted = by_text and sms.on()
    places = [_place(email, phone if texted else "") for email, phone in rows]
    mails = {place for place in places if "@" in place}
    return Reach(len(mails), len(set(places) - mails - {""}), places.count(""))


def _place(email: str, phone: str) -> str:
    """Where somebody is written to, however it is spelled; empty: nowhere."""
    return email.strip().lower() or (textable(phone) if phone else "")


@transaction.atomic
def write(
    *,
    event: Event,
    choice: Choice,
    words: dict[str, dict[str, str]],
    necessary: bool,
    send_at: datetime,
    nonce: UUID,
    by: User,
    now: datetime,
) -> Mailing:
    """Let a message leave at `send_at`, or at once where that has passed. The same `nonce` again writes nothing.

    :param words: `subject` and `body` of each language, and `sms` for those who have no e-mail address
    :param nonce: names the form
    :raises TooLate: if the form has been sent before with other words, or to others
    :raises NobodyToWriteTo: if nobody would get it now
    :raises OnlyWhatIsNecessary: if a text message is not about the event itself
    :raises UnknownPlaceholder, BrokenPlaceholder: see `core.wording`
    """
    Event.objects.locked().get(pk=event.pk)  # of two that come at the same moment the second one waits here
    if earlier := Mailing.objects.filter(nonce=nonce, event=event.pk).first():
        if (earlier.words, choice_of(earlier)) != (words, _plain(choice)):
            raise TooLate
        return earlier
    for text in words.values():
        for part, known in KNOWN_IN.items():
            wording.check(text.get(part, ""), known=known)
    by_text = any(text.get("sms") for text in words.values())
    if by_text and not necessary:
        raise OnlyWhatIsNecessary
    reached = reach(event, choice, by_text=by_text)
    people = reached.mails + reached.texts
    if not people:
        raise NobodyToWriteTo
    mailing = Mailing.objects.create(
        event=event,
        nonce=nonce,
        words=words,
        statuses=[str(each) for each in choice.statuses],
        meeting=choice.meeting,
        came=choice.came,
        form=choice.form,
        necessary=necessary,
        send_at=max(send_at, now),
        created_at=now,
        created_by=by,
    )
    _record("mailing.write", mailing, people, by, now)
    return mailing


@transaction.atomic
def call_off(*, mailing: Mailing, by: User, now: datetime) -> None:
    """Let a message that is scheduled not leave.

    :raises TooLate: if it has left
    """
    waiting = Mailing.objects.filter(pk=mailing.pk, state=MailingState.SCHEDULED)
    if not waiting.update(state=MailingState.CALLED_OFF):
        raise TooLate
    _record("mailing.call_off", mailing, 0, by, now)


def send_due(*, now: datetime) -> int:
    """Put what is due into the outbox, and return how many letters that were."""
    keys = list(Mailing.objects.due_at(now).values_list("pk", flat=True))
    return sum(_send(key, now) for key in keys)


@transaction.atomic
def _send(key: int, now: datetime) -> int:
    """All its letters or none: a worker that dies midway leaves the message for another.

    Who has several dates, or a family with one address, gets it once. What was written before the event
    was called off does not leave after it.
    """
    mailing = Mailing.objects.claimed().due_at(now).filter(pk=key).select_related("event__organisation").first()
    if mailing is None:
        return 0
    event = Event.objects.with_dates().select_related("organisation", "project").get(pk=mailing.event_id)
    if event.cancelled_at and mailing.created_at < event.cancelled_at:
        mailing.state = MailingState.CALLED_OFF
        mailing.save(update_fields=["state"])
        return 0
    people = audience(event, choice_of(mailing)).select_related("party")
    if not any(text.get("sms") for text in mailing.words.values()):
        people = people.exclude(email="")
    refused = set() if mailing.necessary else unwanted.among(event=event, emails={each.email for each in people})
    lacking = backgrounds.missing(event=event, registrations=people)
    sent, told = 0, {""}
    for registration in people:
        place = _place(registration.email, registration.phone)
        if place not in told and registration.email not in refused:
            told.add(place)
            registration.event = event
            sent += letters.message(
                registration=registration, mailing=mailing, form_missing=registration.pk in lacking, now=now
            )
    mailing.state, mailing.sent_at, mailing.receivers = MailingState.SENT, now, sent
    mailing.save(update_fields=["state", "sent_at", "receivers"])
    return sent


def choice_of(mailing: Mailing) -> Choice:
    return Choice(
        statuses=mailing.statuses,
        meeting=mailing.meeting,
        came=Came(mailing.came),
        form=FormState(mailing.form),
    )


def _plain(choice: Choice) -> Choice:
    """As it is written down."""
    return replace(choice, statuses=[str(each) for each in choice.statuses])


def _record(action: str, mailing: Mailing, people: int, by: User, now: datetime) -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=f"mailing:{mailing.pk}",
        scope=mailing.event.scope,
        now=now,
        after={"people": people},
    )
