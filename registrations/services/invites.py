"""People's calendars: each meeting that somebody comes to is put there, changed there, and taken away again (RFC 5546).

What a calendar should hold follows from the registration alone, so it does not matter which letter brings the news, nor
in which order letters leave.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from icalendar import Event as CalendarEvent

from events import shelf
from events.enums import Status as EventStatus
from events.models import Meeting
from events.services import calendar
from events.services.calendar import Guest
from registrations.enums import InviteMethod, Status
from registrations.models import Invite, Registration
from registrations.rules.plans import Dated

AT_MOST = 20
"""Invites in one letter; later meetings come with a later letter, or by the calendar that one subscribes to."""


@dataclass(frozen=True)
class Call:
    """An iCalendar object for one meeting, and what it asks of the calendar."""

    method: InviteMethod
    content: bytes


@transaction.atomic
def bring_up_to_date(*, registration: Registration, again: bool, now: datetime) -> list[Call]:
    """What the person's calendar must be told now, and write down that it is told.

    :param again: tell it also what it knows already, with the number that it has
    """
    registration = Registration.objects.locked().get(pk=registration.pk)
    registration.event = shelf.by_pk(registration.event_id) or registration.event
    wanted = {meeting.pk: meeting for meeting in _ahead(registration, now)}
    known = {invite.meeting_key: invite for invite in registration.invites.all()}
    calls = []
    with translation.override(registration.language):
        for key, meeting in wanted.items():
            if invite := _requested(registration, meeting, known.get(key), again=again, now=now):
                calls.append(_call(registration, meeting, invite, now))
        for key, invite in known.items():
            if key not in wanted and invite.method == InviteMethod.REQUEST and Dated(**invite.told).ends > now:
                invite.method, invite.sequence, invite.sent_at = InviteMethod.CANCEL, invite.sequence + 1, now
                invite.save(update_fields=["method", "sequence", "sent_at"])
                calls.append(_call(registration, _as_told(registration, invite), invite, now))
    return calls


def entries(*, registration: Registration, now: datetime) -> Iterator[CalendarEvent]:
    """The registration's meetings as they stand in its person's calendar, those that are over too."""
    sequences = {invite.meeting_key: invite.sequence for invite in registration.invites.all()}
    for meeting in registration.meetings:
        if meeting.cancelled_at is None:
            number = sequences.get(meeting.pk, 0)
            yield calendar.personal(registration.event, meeting, _guest(registration), number, now)


def _ahead(registration: Registration, now: datetime) -> list[Meeting]:
    if registration.status != Status.CONFIRMED or registration.event.status != EventStatus.PUBLISHED:
        return []
    held = [each for each in registration.meetings if each.ends_at > now and each.cancelled_at is None]
    return held[:AT_MOST]


def _requested(
    registration: Registration, meeting: Meeting, invite: Invite | None, *, again: bool, now: datetime
) -> Invite | None:
    """The row of a meeting that is to be put into the calendar; None where the calendar knows it as it is."""
    told = Dated.of(meeting).__dict__
    if invite is None:
        return registration.invites.create(meeting_key=meeting.pk, method=InviteMethod.REQUEST, told=told, sent_at=now)
    if invite.told == told and invite.method == InviteMethod.REQUEST:
        return invite if again else None
    invite.method, invite.told, invite.sequence, invite.sent_at = InviteMethod.REQUEST, told, invite.sequence + 1, now
    invite.save(update_fields=["method", "told", "sequence", "sent_at"])
    return invite


def _call(registration: Registration, meeting: Meeting, invite: Invite, now: datetime) -> Call:
    method = InviteMethod(invite.method)
    content = calendar.invitation(
        event=registration.event,
        meeting=meeting,
        guest=_guest(registration),
        sequence=invite.sequence,
        method=method.value,
        now=now,
    )
    return Call(method, content)


def _as_told(registration: Registration, invite: Invite) -> Meeting:
    """The meeting as the calendar knows it, which may be gone from the plan."""
    told = Dated(**invite.told)
    return Meeting(
        pk=invite.meeting_key, event=registration.event, starts_at=told.starts, ends_at=told.ends, title=told.title
    )


def _guest(registration: Registration) -> Guest:
    return Guest(key=str(registration.pk), name=registration.name, email=registration.email)
