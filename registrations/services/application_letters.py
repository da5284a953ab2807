"""What is mailed to applicants. Five hundred decisions are one press, so a letter is put into the outbox as what it is
about, and rendered when it is delivered; from then on it stays what it was, also when it has to be sent again.
"""

from collections.abc import Sequence
from copy import copy
from datetime import datetime

from django.utils import timezone, translation

from core.models import OutboxMessage
from core.services import mail, outbox
from events.models import Event
from registrations.enums import Status
from registrations.models import Application, InterviewSlot, Offer, Registration
from registrations.services import interview_calendar, letters

KIND = "application mail"
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

    :raises RefusedForGood: see `core.services.mail.send`
    """
    keys = message.payload["keys"]
    rows = Registration.objects.select_related("event__project", "event__organisation", "event__own_terms", "offer")
    registration = rows.get(pk=keys["registration"])
    slot = InterviewSlot.objects.filter(pk=keys.get("slot")).select_related("event__organisation").first()
    if not message.payload["text"]:
        _write(message, registration, slot)
    mail.send(message, _enclosed(message, registration, slot))


def _write(message: OutboxMessage, registration: Registration, slot: InterviewSlot | None) -> None:
    keys = message.payload["keys"]
    registration.language = message.payload["language"]
    offer = Offer.objects.filter(pk=keys.get("offer")).first()
    letter = letters.written(keys["letter"], registration, timezone.now(), offer=offer, slot=slot)
    letter.keys.update(keys)
    outbox.write_down(message=message, letter=letter)


def _enclosed(
    message: OutboxMessage, registration: Registration, slot: InterviewSlot | None
) -> Sequence[mail.Attachment]:
    letter = message.payload["keys"]["letter"]
    if letter == "application_accepted" and registration.status == Status.CONFIRMED:
        return letters.enclosed(registration, letter, timezone.now())
    if slot is not None and letter.startswith("application_interview"):
        content = interview_calendar.book(
            slot=slot,
            language=registration.language,
            cancelled=letter == "application_interview_cancelled",
            now=message.created_at,
        )
        return [mail.Attachment(name="interview.ics", content=content, media_type="text/calendar")]
    return []
