"""What is mailed about a registration, in the person's language, put into the outbox with the change itself."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from django.utils import translation

from accounts.services import links
from core import rates
from core.models import OutboxMessage
from core.services import mail, outbox
from events.models import Event, Stand
from events.services.calendar import calendar
from registrations.enums import Status
from registrations.models import Hold, Offer, Party, Registration
from registrations.services import tickets

PURPOSE, PARTY, STAND, CONFIRM = "registration", "party", "stand", "confirm"
"""Of the personal links that this app makes and answers."""
WITH_TICKET = "registration mail"
LINK_OUTLIVES_EVENT = timedelta(days=180)
AGAIN_SECONDS = 3600
AGAIN = {
    Status.CONFIRMED: "confirmed",
    Status.OFFERED: "offered",
    Status.APPLIED: "application_received",
    Status.LAPSED: "new_link",
    Status.CANCELLED: "new_link",
}
BOOK_SECONDS = 60
"""A place's new name may be so late in the calendar files of mails."""


def confirmed(*, registration: Registration, now: datetime) -> None:
    _post("confirmed", registration, now)


def again(*, registration: Registration, now: datetime) -> None:
    """What tells somebody where they stand, with a new link; the old links stay good."""
    template = AGAIN.get(Status(registration.status), "waiting")
    if registration.status == Status.OFFERED and registration.event.terms.by_application:
        template = "application_offered"
    _post(template, registration, now, offer=registration.offer)


def new_link(*, registration: Registration, now: datetime) -> None:
    """Nothing but a new personal link; the ticket comes along while there is a seat."""
    _post("new_link", registration, now)


def waiting(*, registration: Registration, now: datetime) -> None:
    _post("waiting", registration, now)


def promoted(*, registrations: Sequence[Registration], now: datetime) -> None:
    """One person, or a party, has a seat now. Whoever has no address of their own is told by the party's contact."""
    party = registrations[0].party
    if party:
        _post_party("party_promoted", party, registrations, now)
    for registration in registrations:
        if party is None or registration.email != party.email:
            _post("promoted", registration, now)


def offered(*, registrations: Sequence[Registration], offer: Offer, now: datetime) -> None:
    """Somebody must answer: the person, or the contact for the whole party."""
    _post_unit("offered", registrations, now, offer=offer)


def lapsed(*, registrations: Sequence[Registration], now: datetime) -> None:
    _post_unit("lapsed", registrations, now)


def rejoined(*, registrations: Sequence[Registration], now: datetime) -> None:
    party = registrations[0].party
    if party:
        party_registered(party=party, registrations=registrations, seated=False, now=now)
    else:
        _post("waiting", registrations[0], now)


def party_registered(*, party: Party, registrations: Sequence[Registration], seated: bool, now: datetime) -> None:
    """What the contact gets who has sent the form: where the group stands, and the link to its page."""
    _post_party("party_registered", party, registrations, now, seated=seated)


def handed_over(*, registration: Registration, now: datetime) -> None:
    _post("handed_over", registration, now)


def received(*, registration: Registration, now: datetime) -> None:
    _post("received", registration, now)


def moved(*, registration: Registration, now: datetime) -> None:
    _post("moved", registration, now)


def cancelled(*, registration: Registration, now: datetime) -> None:
    _post("cancelled", registration, now)


def event_cancelled(*, registration: Registration, now: datetime) -> None:
    _post("event_cancelled", registration, now)


def date_cancelled(*, registration: Registration, note: str, now: datetime) -> None:
    _post("date_cancelled", registration, now, note=note)


def stand(*, template: str, stand: Stand, now: datetime) -> None:
    """Write to whoever signed up for a stand, in the language of the form."""
    event = stand.event
    expires_at = max(event.ends_at or now, now) + LINK_OUTLIVES_EVENT
    token = links.make(purpose=STAND, key=stand.key, now=now, expires_at=expires_at)
    with translation.override(stand.language):
        url = settings.SITE_URL + reverse("registrations:my_stand", args=[token])
    letter = mail.write(
        template=f"registrations/{template}",
        recipient=stand.contact_email,
        language=stand.language,
        keys={"stand": stand.pk, "letter": template},
        stand=stand,
        event=event,
        meeting=event.next_meeting(now),
        project=event.project,
        url=url,
        site_url=settings.SITE_URL,
        site_name=settings.SITE_NAME,
    )
    outbox.post(kind="mail", letter=letter, scope=event.scope, person="", now=now)


def confirm_address(
    *, hold: Hold, event: Event, recipient: str, language: str, now: datetime, expires_at: datetime
) -> None:
    """Ask whoever reads this mailbox to press a link. It says nothing of whether they are registered.

    :param expires_at: until when the link leads somewhere, also when the seat is gone
    """
    token = links.make(purpose=CONFIRM, key=hold.key, now=now, expires_at=expires_at)
    with translation.override(language):
        url = settings.SITE_URL + reverse("registrations:confirm", args=[token])
    letter = mail.write(
        template="registrations/confirm_address",
        recipient=recipient,
        language=language,
        keys={"hold": hold.pk, "letter": "confirm_address"},
        hold=hold,
        event=event,
        meeting=event.meeting_of(hold.pool.meeting_id) or event.next_meeting(now),
        project=event.project,
        url=url,
        site_url=settings.SITE_URL,
        site_name=settings.SITE_NAME,
    )
    outbox.post(kind="mail", letter=letter, scope=event.scope, person="", now=now)


def known_already(*, registration: Registration, now: datetime) -> None:
    """Tell the address on record that the form was sent again, once in an hour; the page that sent it says nothing."""
    if rates.once(f"known already/{registration.pk}", seconds=AGAIN_SECONDS, now=now):
        _post("known_already", registration, now)


def deliver(message: OutboxMessage) -> None:
    """Send a registration's mail with what belongs to it at this moment: the ticket and the calendar file.

    :raises RefusedForGood: see `core.services.mail.send`
    """
    pk = message.payload["keys"]["registration"]
    registration = Registration.objects.select_related("event").get(pk=pk)
    if message.payload["keys"]["letter"] in {"event_cancelled", "date_cancelled"}:  # it must go from their calendars
        enclosed = [_calendar(registration, message)]
    elif registration.status == Status.CONFIRMED:
        enclosed = attachments(registration, message)
    else:
        enclosed = []
    mail.send(message, enclosed)


def personal_url(*, registration: Registration, now: datetime) -> str:
    """A new personal link to `registration`, in its person's language. It outlives the event by half a year."""
    ends = registration.event.ends_at or now
    token = links.make(purpose=PURPOSE, key=registration.key, now=now, expires_at=max(ends, now) + LINK_OUTLIVES_EVENT)
    with translation.override(registration.language):
        return settings.SITE_URL + reverse("registrations:mine", args=[token])


def party_url(*, party: Party, now: datetime) -> str:
    """A new link to the party's page, in the contact's language. It outlives the event by half a year."""
    ends = party.event.ends_at or now
    token = links.make(purpose=PARTY, key=party.key, now=now, expires_at=max(ends, now) + LINK_OUTLIVES_EVENT)
    with translation.override(party.language):
        return settings.SITE_URL + reverse("registrations:party", args=[token])


def _post_unit(template: str, registrations: Sequence[Registration], now: datetime, **more: object) -> None:
    party = registrations[0].party
    if party:
        _post_party(f"party_{template}", party, registrations, now, **more)
    else:
        _post(template, registrations[0], now, **more)


def _post_party(
    template: str, party: Party, registrations: Sequence[Registration], now: datetime, **more: object
) -> None:
    event = registrations[0].event if registrations else party.event
    party.event = event
    letter = mail.write(
        template=f"registrations/{template}",
        recipient=party.email,
        language=party.language,
        keys={"party": party.pk, "letter": template},
        party=party,
        registration=next(iter(registrations), None),
        event=event,
        meeting=registrations[0].next_meeting(now) if registrations else event.next_meeting(now),
        project=event.project,
        url=party_url(party=party, now=now),
        site_url=settings.SITE_URL,
        site_name=settings.SITE_NAME,
        **more,
    )
    outbox.post(kind="mail", letter=letter, scope=event.scope, person="", now=now)


def _post(template: str, registration: Registration, now: datetime, **more: object) -> None:
    if not registration.email:
        return
    outbox.post(
        kind=WITH_TICKET,
        letter=written(template, registration, now, **more),
        scope=registration.event.scope,
        person=f"person:{registration.person_id}",
        now=now,
    )


def written(template: str, registration: Registration, now: datetime, **more: object) -> outbox.Letter:
    """A letter of ours, with a new personal link."""
    return mail.write(
        template=f"registrations/{template}",
        recipient=registration.email,
        language=registration.language,
        keys={"registration": registration.pk, "letter": template},
        registration=registration,
        event=registration.event,
        meeting=registration.next_meeting(now),
        project=registration.event.project,
        url=personal_url(registration=registration, now=now),
        site_url=settings.SITE_URL,
        site_name=settings.SITE_NAME,
        **more,
    )


def attachments(registration: Registration, message: OutboxMessage) -> list[mail.Attachment]:
    """The ticket and the calendar file."""
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
