"""What a registration's mail carries at the moment when it is sent: the ticket and the calendar file."""

from datetime import datetime

from django.core.cache import cache
from django.utils import translation

from core.models import OutboxMessage
from core.services import mail
from core.services.outbox import NotNeeded
from events.services.calendar import calendar
from registrations.enums import Status
from registrations.models import Registration
from registrations.services import tickets
from registrations.services.letters.moments import MOMENTS

BOOK_SECONDS = 60
"""A place's new name may be so late in the calendar files of mails."""


def deliver(message: OutboxMessage) -> None:
    """Send a registration's mail with what belongs to it at this moment: the ticket and the calendar file.

    :raises NotNeeded: if what it says of their seat is not so any more
    :raises RefusedForGood: see `core.services.mail.send`
    """
    pk, moment = message.payload["keys"]["registration"], message.payload["keys"]["letter"]
    registration = Registration.objects.select_related("event").get(pk=pk)
    right_at = MOMENTS[moment].statuses if moment in MOMENTS else frozenset()
    if right_at and registration.status not in right_at:
        raise NotNeeded
    if moment in {"event_cancelled", "date_cancelled"}:  # it must go from their calendars
        attachments = [_calendar(registration, message)]
    elif registration.status == Status.CONFIRMED:
        attachments = _attachments(registration, message)
    else:
        attachments = []
    mail.send(message, attachments)


def _attachments(registration: Registration, message: OutboxMessage) -> list[mail.Attachment]:
    ticket = mail.Attachment(name="ticket.png", content=tickets.png(registration), media_type="image/png")
    return [ticket, _calendar(registration, message)]


def _calendar(registration: Registration, message: OutboxMessage) -> mail.Attachment:
    book = _book(registration, message.created_at)
    return mail.Attachment(name="calendar.ics", content=book, media_type="text/calendar")


def _book(registration: Registration, now: datetime) -> bytes:
    """The calendar file of its dates, the same for everybody who comes to them and reads its language."""
    event, language = registration.event, registration.language
    key = f"book/{event.version}/{registration.meeting_id}/{language}"
    with translation.override(language):
        return bytes(cache.get_or_set(key, lambda: _written(registration, now), BOOK_SECONDS) or b"")


def _written(registration: Registration, now: datetime) -> bytes:
    return calendar(event=registration.event, meetings=registration.meetings, now=now)
