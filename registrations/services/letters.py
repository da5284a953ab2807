"""What is mailed about a registration, in the person's language, put into the outbox with the change itself."""

from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from accounts.services import links
from core.models import OutboxMessage
from core.services import mail, outbox
from events.models import Event
from events.services.calendar import calendar
from registrations.enums import Status
from registrations.models import Registration
from registrations.services import tickets

PURPOSE = "registration"
"""Of the personal links that this app makes and answers."""
WITH_TICKET = "registration mail"
LINK_OUTLIVES_EVENT = timedelta(days=180)
BOOK_SECONDS = 60
"""A place's new name may be so late in the calendar files of mails."""


def confirmed(*, registration: Registration, now: datetime) -> None:
    _post("confirmed", registration, now)


def waiting(*, registration: Registration, now: datetime) -> None:
    _post("waiting", registration, now)


def promoted(*, registration: Registration, now: datetime) -> None:
    _post("promoted", registration, now)


def cancelled(*, registration: Registration, now: datetime) -> None:
    _post("cancelled", registration, now)


def known_already(*, registration: Registration, now: datetime) -> None:
    """Tell the address on record that the form was sent again; the page that sent it says nothing."""
    _post("known_already", registration, now)


def deliver(message: OutboxMessage) -> None:
    """Send a registration's mail with what belongs to it at this moment: the ticket and the calendar file.

    :raises RefusedForGood: see `core.services.mail.send`
    """
    pk = message.payload["keys"]["registration"]
    registration = Registration.objects.select_related("event").get(pk=pk)
    mail.send(message, _attachments(registration, message) if registration.status == Status.CONFIRMED else [])


def personal_url(*, registration: Registration, now: datetime) -> str:
    """A new personal link to `registration`, in its person's language. It outlives the event by half a year."""
    ends = registration.event.ends_at or now
    token = links.make(purpose=PURPOSE, key=registration.key, now=now, expires_at=max(ends, now) + LINK_OUTLIVES_EVENT)
    with translation.override(registration.language):
        return settings.SITE_URL + reverse("registrations:mine", args=[token])


def _post(template: str, registration: Registration, now: datetime) -> None:
    if not registration.email:
        return
    letter = mail.write(
        template=f"registrations/{template}",
        recipient=registration.email,
        language=registration.language,
        keys={"registration": registration.pk, "letter": template},
        registration=registration,
        event=registration.event,
        meeting=registration.event.next_meeting(now),
        project=registration.event.project,
        url=personal_url(registration=registration, now=now),
        site_url=settings.SITE_URL,
        site_name=settings.SITE_NAME,
    )
    outbox.post(
        kind=WITH_TICKET,
        letter=letter,
        scope=registration.event.scope,
        person=f"person:{registration.person_id}",
        now=now,
    )


def _attachments(registration: Registration, message: OutboxMessage) -> list[mail.Attachment]:
    book = _book(registration.event, registration.language, message.created_at)
    return [
        mail.Attachment(name="ticket.png", content=tickets.png(registration), media_type="image/png"),
        mail.Attachment(name="calendar.ics", content=book, media_type="text/calendar"),
    ]


def _book(event: Event, language: str, now: datetime) -> bytes:
    """The event's calendar file, the same for everybody who reads `language`."""
    key = f"book/{event.version}/{language}"
    with translation.override(language):
        return bytes(cache.get_or_set(key, lambda: calendar(event=event, now=now), BOOK_SECONDS) or b"")
