"""What is mailed to applicants. Five hundred decisions are one press, so a letter is put into the outbox as what it is
about, and rendered when it is delivered; from then on it stays what it was, also when it has to be sent again.
"""

from collections.abc import Sequence
from copy import copy
from datetime import datetime
from typing import Any

from django.utils import timezone, translation

from core.models import OutboxMessage
from core.services import mail, outbox
from core.services.outbox import NotNeeded
from events.models import Event
from registrations.enums import Stage
from registrations.models import Application, InterviewSlot, Offer, Registration
from registrations.services import interview_calendar, letters

KIND = "application mail"
OFFERED, INTERVIEW = "application_offered", "application_interview"
NO_INTERVIEW = "application_interview_cancelled"
RIGHT_AT = {
    "application_received": {Stage.APPLIED},
    "application_invited": {Stage.INVITED},
    INTERVIEW: {Stage.INVITED},
    NO_INTERVIEW: {Stage.INVITED},
    OFFERED: {Stage.OFFERED},
    "application_accepted": {Stage.ACCEPTED, Stage.STARTED},
    "application_reserve": {Stage.RESERVE},
    "application_rejected": {Stage.REJECTED},
    "application_lapsed": {Stage.LAPSED},
    "application_withdrawn": {Stage.WITHDRAWN},
}
"""At which stages a letter is still right when its turn comes."""
NOWHERE = "https://…"


def post(template: str, applications: Sequence[Application], *, event: Event, now: datetime, **keys: int) -> None:
    """Queue a letter to each that has an address. Their registrations must be at hand.

    :param keys: of what else the letter is about, such as `slot`
    """
    subjects: dict[str, str] = {}
    queued = []
    for each in applications:
        registration = each.registration
        if not registration.email:
            continue
        language = registration.language
        if language not in subjects:
            subjects[language] = letters.subject_of(f"application_{template}", event, language)
        about: dict[str, object] = {"registration": registration.pk, "letter": f"application_{template}", **keys}
        if registration.offer_id:
            about["offer"] = registration.offer_id
        if each.left_slot:
            about.setdefault("slot", each.left_slot)
        letter = outbox.Letter(
            recipient=registration.email, subject=subjects[language], text="", html="", language=language, keys=about
        )
        queued.append((letter, f"person:{registration.person_id}"))
    outbox.post_all(kind=KIND, letters=queued, scope=event.scope, now=now)


def example(template: str, application: Application, *, offer: Offer | None, language: str) -> outbox.Letter:
    """How a letter will look, for a preview; its link leads nowhere."""
    registration = copy(application.registration)
    registration.language = language
    with translation.override(language):
        return letters.filled(f"application_{template}", registration, NOWHERE, timezone.now(), offer=offer)


def deliver(message: OutboxMessage) -> None:
    """Render the letter unless an earlier attempt has, and send it with what belongs to it.

    :raises NotNeeded: if the application is elsewhere by now
    :raises RefusedForGood: see `core.services.mail.send`
    """
    keys = message.payload["keys"]
    rows = Registration.objects.select_related("event__project", "event__organisation", "event__own_terms", "offer")
    registration = rows.get(pk=keys["registration"])
    slot = InterviewSlot.objects.filter(pk=keys.get("slot")).select_related("event__organisation").first()
    _refuse_what_is_over(keys, registration, slot)
    if not message.payload["text"]:
        _write(message, registration, slot)
    letters.send(message, registration, _interview(message, registration, slot))


def _refuse_what_is_over(keys: dict[str, Any], registration: Registration, slot: InterviewSlot | None) -> None:
    """A letter is right only at the stage it tells of, with the offer and the time of interview that it names.

    :raises NotNeeded: at any other
    """
    application = Application.objects.get(registration=registration)
    if application.stage not in RIGHT_AT[keys["letter"]]:
        raise NotNeeded
    if keys["letter"] == OFFERED and keys.get("offer") != registration.offer_id:
        raise NotNeeded
    mine = InterviewSlot.objects.filter(application=application)
    if keys["letter"] == INTERVIEW and (slot is None or slot.application_id != application.pk):
        raise NotNeeded
    if keys["letter"] == NO_INTERVIEW and mine.exists():  # another time was booked meanwhile, and replaces this one
        raise NotNeeded


def _write(message: OutboxMessage, registration: Registration, slot: InterviewSlot | None) -> None:
    keys = message.payload["keys"]
    registration.language = message.payload["language"]
    offer = Offer.objects.filter(pk=keys.get("offer")).first()
    letter = letters.written(keys["letter"], registration, timezone.now(), offer=offer, slot=slot)
    letter.keys.update(keys)
    outbox.write_down(message=message, letter=letter)


def _interview(
    message: OutboxMessage, registration: Registration, slot: InterviewSlot | None
) -> Sequence[mail.Attachment]:
    """What the calendar must know of an interview: its time, or that it is off."""
    if slot is None:
        return []
    cancelled = message.payload["keys"]["letter"] != INTERVIEW
    content = interview_calendar.book(
        slot=slot,
        guest=registration.key,
        language=registration.language,
        sequence=message.pk,
        cancelled=cancelled,
        now=message.created_at,
    )
    method = "CANCEL" if cancelled else "PUBLISH"
    return [mail.Attachment(name="interview.ics", content=content, media_type=f"text/calendar; method={method}")]
