"""Letters are put into the outbox, in the transaction of what they tell and in the receiver's language."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypedDict, Unpack

from django.utils import translation
from django.utils.translation import gettext as _

from core.services import outbox
from core.services.outbox import EXPIRES_AT, Letter
from core.services.texts import Text
from core.wording import Value
from events.models import Event, Meeting
from registrations.enums import Respondent
from registrations.models import InterviewSlot, Offer, Party, Registration
from registrations.rules.plans import Change
from registrations.services.letters import values
from registrations.services.letters.links import party_url, personal_url
from registrations.services.letters.moments import MOMENTS
from registrations.services.letters.writing import write
from registrations.services.surveys.answering import open_for
from registrations.services.unwanted import url as unwanted_url

WITH_TICKET = "registration mail"
"""The kind of message to which the ticket and the calendar file are added on delivery."""


class News(TypedDict, total=False):
    """What a letter to somebody tells besides what is known of their registration."""

    offer: Offer | None
    note: str
    form_missing: bool
    """Whether the background form is known to be still to be filled in."""
    changes: Sequence[Change]
    slot: InterviewSlot | None
    meeting: Meeting | None
    """Which one it is about; otherwise theirs, or the next."""
    text: Text
    """The words, where they are those of this letter alone."""
    statuses: Sequence[str]
    """At which status it is still right when its turn comes; otherwise as its moment says."""
    refusable: bool
    """Whether people may refuse such letters."""
    expires_at: datetime | None
    """When it stops making sense."""


def to_person(moment: str, registration: Registration, now: datetime, *, once: str = "", **news: Unpack[News]) -> bool:
    """Write to the one who is registered; nobody is told anything whose address is not known.

    :param once: what is told only once, see `outbox.post_once`
    :return: whether they are written to
    """
    if not registration.email:
        return False
    about: dict[str, Any] = {
        "kind": WITH_TICKET,
        "letter": written(moment, registration, now, **news),
        "scope": registration.event.scope,
        "person": f"person:{registration.person_id}",
        "now": now,
    }
    if once:
        return outbox.post_once(once=once, **about)
    outbox.post(**about)
    return True


def written(moment: str, registration: Registration, now: datetime, **news: Unpack[News]) -> Letter:
    """A letter to one who is registered, with a new personal link."""
    with translation.override(registration.language):
        return filled(moment, registration, personal_url(registration=registration, now=now), now, **news)


def filled(moment: str, registration: Registration, url: str, now: datetime, **news: Unpack[News]) -> Letter:
    """The same with a link that is given, under the language that is active."""
    event, offer = registration.event, news.get("offer")
    label = MOMENTS[moment].button() if moment in MOMENTS else _("See my registration")
    keys: dict[str, object] = {"registration": registration.pk, "letter": moment}
    if statuses := news.get("statuses"):
        keys["statuses"] = list(statuses)
    if expires_at := news.get("expires_at"):
        keys[EXPIRES_AT] = expires_at.isoformat()
    return write(
        moment=moment,
        event=event,
        recipient=registration.email,
        language=registration.language,
        values={
            **values.of_event(event, news.get("meeting") or registration.next_meeting(now)),
            **values.of_registration(
                registration, offer, news.get("note", ""), form_missing=news.get("form_missing", False)
            ),
            **values.of_application(event, news.get("slot")),
            "changes": values.of_changes(news.get("changes", ())),
            "survey": _survey_button(moment, event, now),
            "link": values.button(label, url),
        },
        keys=keys,
        text=news.get("text"),
        refuse_url=unwanted_url(event=event, email=registration.email) if news.get("refusable") else "",
    )


def _survey_button(moment: str, event: Event, now: datetime) -> Value:
    """To the address that is the same for everybody; empty where no survey is open, or the moment has none."""
    if moment not in MOMENTS or "survey" not in MOMENTS[moment].more:
        return ""
    survey = open_for(event=event, respondent=Respondent.JOBSEEKER, now=now)
    return values.button(_("Give feedback"), survey.url) if survey else ""


def to_contact(
    moment: str, party: Party, registrations: Sequence[Registration], now: datetime, *, offer: Offer | None = None
) -> None:
    """Write to the contact of a party."""
    event = registrations[0].event if registrations else party.event
    party.event = event
    meeting = registrations[0].next_meeting(now) if registrations else event.next_meeting(now)
    with translation.override(party.language):
        url = party_url(party=party, now=now)
        letter = write(
            moment=moment,
            event=event,
            recipient=party.email,
            language=party.language,
            values={
                **values.of_event(event, meeting),
                **values.of_party(party, offer),
                "link": values.button(MOMENTS[moment].button(), url),
            },
            keys={"party": party.pk, "letter": moment},
        )
    outbox.post(kind="mail", letter=letter, scope=event.scope, person="", now=now)
