"""What a registration's mail carries at the moment when it is sent: the ticket, and what its calendar must know."""

import logging
from collections.abc import Sequence

from django.db import DatabaseError
from django.utils import timezone

from core.compiled import Compiled, Param
from core.models import OutboxMessage
from core.services import mail, sms
from core.services.outbox import NotNeeded
from registrations.enums import Status
from registrations.models import Registration
from registrations.services import invites, tickets
from registrations.services.invites import Call
from registrations.services.letters.moments import MOMENTS

log = logging.getLogger(__name__)

ABOUT_THE_PROJECT = frozenset({"start_notice_missing", "end_notice_missing"})
NEWS_ALONE = frozenset({"changed", "reminder", "follow_up", "message"}) | ABOUT_THE_PROJECT
"""Letters that do not bring again what the calendar knows already."""
REGISTRATION = Compiled(lambda: Registration.objects.filter(pk=Param("pk")))
WITHOUT_TICKET = frozenset({"changed", "follow_up", "message"}) | ABOUT_THE_PROJECT


def deliver(message: OutboxMessage) -> None:
    """Send a registration's mail with what belongs to it at this moment.

    :raises NotNeeded: if what it says of their seat is not so any more
    :raises RefusedForGood: see `core.services.mail.send`
    """
    send(message, _still_right(message))


def deliver_text(message: OutboxMessage) -> None:
    """Send a text message to one who is registered.

    :raises NotNeeded: if what it says of their seat is not so any more
    :raises RefusedForGood: see `core.services.sms.send`
    """
    _still_right(message)
    sms.send(message)


def _still_right(message: OutboxMessage) -> Registration:
    keys = message.payload["keys"]
    pk, moment = keys["registration"], keys["letter"]
    registration = REGISTRATION.first(pk=pk)
    if registration is None:
        raise NotNeeded
    right_at = keys.get("statuses") or (MOMENTS[moment].statuses if moment in MOMENTS else ())
    if right_at and registration.status not in right_at:
        raise NotNeeded
    return registration


def send(message: OutboxMessage, registration: Registration, more: Sequence[mail.Attachment] = ()) -> None:
    """Send a letter with the ticket of one who has a seat, what their calendar must know, and `more`.

    What the calendar was told is written down only when a mail server has taken it: what failed told nothing. If it
    cannot be written down then, the letter has left all the same: the next one tells the calendar once more.
    """
    moment = message.payload["keys"]["letter"]
    calls = invites.due(registration=registration, again=moment not in NEWS_ALONE, now=timezone.now())
    mail.send(message, [*_ticket(registration, moment), *_attached(calls), *more])
    try:
        invites.told(calls=calls)
    except DatabaseError as error:
        log.warning("calendar not written down", extra={"outbox": message.pk, "error": type(error).__name__})


def _ticket(registration: Registration, moment: str) -> list[mail.Attachment]:
    if registration.status != Status.CONFIRMED or moment in WITHOUT_TICKET:
        return []
    return [mail.Attachment(name="ticket.png", content=tickets.png(registration), media_type="image/png")]


def _attached(calls: Sequence[Call]) -> list[mail.Attachment]:
    """One iCalendar object for each meeting, with its method in its type (RFC 6047, section 2.4)."""
    return [
        mail.Attachment(
            name="calendar.ics" if len(calls) == 1 else f"calendar-{number}.ics",
            content=call.content,
            media_type=f"text/calendar; method={call.method.value}",
        )
        for number, call in enumerate(calls, start=1)
    ]
