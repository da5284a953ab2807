"""What is written to those who are registered, and to the contacts of groups."""

from collections.abc import Sequence
from datetime import datetime

from core import rates
from core.services.texts import Text
from events.models import LANGUAGES, Meeting
from registrations.enums import Status
from registrations.models import Mailing, Offer, Party, Registration
from registrations.rules.plans import Change
from registrations.services.letters import texting
from registrations.services.letters.posting import to_contact, to_person

AGAIN_SECONDS = 3600
AGAIN = {
    Status.CONFIRMED: "confirmed",
    Status.OFFERED: "offered",
    Status.UNPAID: "new_link",
    Status.APPLIED: "application_received",
    Status.LAPSED: "new_link",
    Status.CANCELLED: "new_link",
}


def confirmed(*, registration: Registration, now: datetime) -> None:
    to_person("confirmed", registration, now)


def waiting(*, registration: Registration, now: datetime) -> None:
    to_person("waiting", registration, now)


def again(*, registration: Registration, now: datetime) -> None:
    """What tells somebody where they stand, with a new link; the old links stay good."""
    moment = AGAIN.get(Status(registration.status), "waiting")
    if registration.status == Status.OFFERED and registration.event.terms.by_application:
        moment = "application_offered"
    to_person(moment, registration, now, offer=registration.offer)


def new_link(*, registration: Registration, now: datetime) -> None:
    """Nothing but a new personal link; the ticket comes along while there is a seat."""
    to_person("new_link", registration, now)


def promoted(*, registrations: Sequence[Registration], now: datetime) -> None:
    """One person, or a party, has a seat now. Whoever has no address of their own is told by the party's contact."""
    party = registrations[0].party
    if party:
        to_contact("party_promoted", party, registrations, now)
    for registration in registrations:
        if party is None or registration.email != party.email:
            to_person("promoted", registration, now)


def offered(*, registrations: Sequence[Registration], offer: Offer, now: datetime) -> None:
    """Somebody must answer: the person, or the contact for the whole party."""
    _to_unit("offered", registrations, now, offer=offer)


def lapsed(*, registrations: Sequence[Registration], now: datetime) -> None:
    _to_unit("lapsed", registrations, now)


def rejoined(*, registrations: Sequence[Registration], now: datetime) -> None:
    party = registrations[0].party
    if party:
        party_registered(party=party, registrations=registrations, seated=False, now=now)
    else:
        to_person("waiting", registrations[0], now)


def party_registered(*, party: Party, registrations: Sequence[Registration], seated: bool, now: datetime) -> None:
    """What the contact gets who has sent the form: where the group stands, and the link to its page."""
    to_contact("party_registered" if seated else "party_waiting", party, registrations, now)


def handed_over(*, registration: Registration, now: datetime) -> None:
    to_person("handed_over", registration, now)


def received(*, registration: Registration, now: datetime) -> None:
    to_person("received", registration, now, form_missing=True)


def moved(*, registration: Registration, now: datetime) -> None:
    to_person("moved", registration, now)


def cancelled(*, registration: Registration, now: datetime) -> None:
    to_person("cancelled", registration, now)


def event_cancelled(*, registration: Registration, now: datetime) -> None:
    to_person("event_cancelled", registration, now)


def date_cancelled(*, registration: Registration, note: str, now: datetime) -> None:
    to_person("date_cancelled", registration, now, note=note)


def changed(*, registration: Registration, changes: Sequence[Change], once: str, now: datetime) -> bool:
    """Tell what is new in the plan of the dates that they come to; return whether they are told."""
    return to_person("changed", registration, now, offer=registration.offer, changes=changes, once=once)


def reminder(
    *, registration: Registration, meeting: Meeting | None, form_missing: bool, once: str, now: datetime
) -> bool:
    """Tell when and where it is, before their meeting; after it has begun, nobody is told any more."""
    if not registration.email:
        return texting.remind(registration=registration, meeting=meeting, once=once, now=now)
    return to_person(
        "reminder",
        registration,
        now,
        meeting=meeting,
        form_missing=form_missing,
        once=once,
        expires_at=meeting.starts_at if meeting else None,
    )


def follow_up(
    *, registration: Registration, meeting: Meeting | None, form_missing: bool, once: str, now: datetime
) -> bool:
    """Thank those who came, afterwards."""
    return to_person(
        "follow_up", registration, now, meeting=meeting, form_missing=form_missing, once=once, refusable=True
    )


def notice_missing(*, registration: Registration, moment: str, once: str, now: datetime) -> bool:
    """Ask for a notice that the project lacks: `start_notice_missing` or `end_notice_missing`."""
    return to_person(moment, registration, now, once=once)


def message(*, registration: Registration, mailing: Mailing, form_missing: bool, now: datetime) -> bool:
    """The organiser's own words, in the person's language or the first in which they are written.

    Who has no e-mail address gets the text message: the caller has seen that there is one.
    """
    once = f"mailing/{mailing.pk}/{registration.pk}"
    if not registration.email:
        words = _in_language(mailing, registration.language, "sms")["sms"]
        return texting.message(registration=registration, mailing=mailing, words=words, once=once, now=now)
    written = _in_language(mailing, registration.language, "body")
    text = Text(written["subject"], written["body"])
    return to_person(
        "message",
        registration,
        now,
        text=text,
        statuses=mailing.statuses,
        form_missing=form_missing,
        meeting=mailing.meeting and registration.event.meeting_of(mailing.meeting_id),
        once=once,
        refusable=not mailing.necessary,
    )


def _in_language(mailing: Mailing, language: str, part: str) -> dict[str, str]:
    """The words in `language`, or in the first of the others in which this `part` is written."""
    words: dict[str, dict[str, str]] = mailing.words
    return next(words[code] for code in (language, *LANGUAGES) if words.get(code, {}).get(part))


def known_already(*, registration: Registration, now: datetime) -> None:
    """Tell the address on record that the form was sent again, once in an hour; the page that sent it says nothing."""
    if rates.once(f"known already/{registration.pk}", seconds=AGAIN_SECONDS, now=now):
        applied = registration.status == Status.APPLIED  # who has no seat is not told of one
        to_person("application_received" if applied else "known_already", registration, now)


def _to_unit(moment: str, registrations: Sequence[Registration], now: datetime, *, offer: Offer | None = None) -> None:
    party = registrations[0].party
    if party:
        to_contact(f"party_{moment}", party, registrations, now, offer=offer)
    else:
        to_person(moment, registrations[0], now, offer=offer)
