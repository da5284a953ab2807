"""Letters are put into the outbox, in the transaction of what they tell and in the receiver's language."""

from collections.abc import Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from core.services import outbox
from core.services.texts import Text
from events.models import Meeting
from registrations.models import Offer, Party, Registration
from registrations.rules.plans import Change
from registrations.services.letters import values
from registrations.services.letters.links import party_url, personal_url
from registrations.services.letters.moments import MOMENTS
from registrations.services.letters.writing import write
from registrations.services.unwanted import url as unwanted_url

WITH_TICKET = "registration mail"
"""The kind of message to which the ticket and the calendar file are added on delivery."""


def to_person(
    moment: str,
    registration: Registration,
    now: datetime,
    *,
    offer: Offer | None = None,
    note: str = "",
    changes: Sequence[Change] = (),
    meeting: Meeting | None = None,
    text: Text | None = None,
    statuses: Sequence[str] = (),
    once: str = "",
    refusable: bool = False,
) -> bool:
    """Write to the one who is registered; nobody is told anything whose address is not known.

    :param meeting: which one it is about; None: theirs, or the next
    :param text: the words, where they are those of this letter alone
    :param statuses: at which status it is still right when its turn comes; empty: as its moment says
    :param once: what is told only once, see `outbox.post_once`
    :param refusable: whether people may refuse such letters
    :return: whether they are written to
    """
    if not registration.email:
        return False
    event = registration.event
    with translation.override(registration.language):
        url = personal_url(registration=registration, now=now)
        letter = write(
            moment=moment,
            event=event,
            recipient=registration.email,
            language=registration.language,
            values={
                **values.of_event(event, meeting or registration.next_meeting(now)),
                **values.of_registration(registration, offer, note),
                "changes": values.of_changes(changes),
                "link": values.button(MOMENTS[moment].button() if moment in MOMENTS else _("See my registration"), url),
            },
            keys={
                "registration": registration.pk,
                "letter": moment,
                **({"statuses": list(statuses)} if statuses else {}),
            },
            text=text,
            refuse_url=unwanted_url(event=event, email=registration.email) if refusable else "",
        )
    person = f"person:{registration.person_id}"
    if once:
        return outbox.post_once(once=once, kind=WITH_TICKET, letter=letter, scope=event.scope, person=person, now=now)
    outbox.post(kind=WITH_TICKET, letter=letter, scope=event.scope, person=person, now=now)
    return True


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
