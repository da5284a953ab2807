"""People's calendars: each meeting that somebody comes to is put there, changed there, and taken away again (RFC 5546).

What a calendar should hold follows from the registration alone, so it does not matter which letter brings the news, nor
in which order letters leave.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import translation
from icalendar import Event as CalendarEvent

from core.compiled import Compiled, Param, insert_unless_there
from events import shelf
from events.enums import Status as EventStatus
from events.models import Meeting
from events.services import calendar
from events.services.calendar import Guest
from registrations.enums import InviteMethod, Status
from registrations.models import Invite, Registration
from registrations.rules.plans import Dated

TOLD = ["method", "sequence", "told", "sent_at"]
INVITES = Compiled(lambda: Invite.objects.filter(registration=Param("registration")))
AT_MOST = 20
"""Invites in one letter; later meetings come with a later letter, or by the calendar that one subscribes to."""


@dataclass(frozen=True)
class Call:
    """An iCalendar object for one meeting, what it asks of the calendar, and the row that says so once it was sent.

    `news`: whether the row says something else than before, or only what the calendar knows.
    """

    content: bytes
    invite: Invite
    news: bool

    @property
    def method(self) -> InviteMethod:
        return InviteMethod(self.invite.method)


def due(*, registration: Registration, again: bool, now: datetime) -> list[Call]:
    """What the person's calendar must be told now. Nothing is written: see `told`.

    :param again: tell it also what it knows already, with the number that it has
    """
    registration.event = shelf.by_pk(registration.event_id) or registration.event
    held = {meeting.pk: meeting for meeting in _ahead(registration, now)}
    known = {invite.meeting_key: invite for invite in INVITES.all(registration=registration.pk)}
    soonest = set(list(held)[:AT_MOST])
    calls = []
    with translation.override(registration.language):
        for key, meeting in held.items():
            if key not in known and key not in soonest:
                continue
            if invite := _requested(registration, meeting, known.get(key), now=now):
                calls.append(_call(registration, meeting, invite, now))
            elif again:
                calls.append(_call(registration, meeting, known[key], now, news=False))
        for key, invite in known.items():
            if key not in held and invite.method == InviteMethod.REQUEST and Dated(**invite.told).ends > now:
                invite.method, invite.sequence, invite.sent_at = InviteMethod.CANCEL, invite.sequence + 1, now
                calls.append(_call(registration, _as_told(registration, invite), invite, now))
    return calls


@transaction.atomic
def told(*, calls: Sequence[Call]) -> None:
    """Write down that a mail server has taken these; before that, the next letter brings them anew."""
    news = [call.invite for call in calls if call.news]
    if known := [invite for invite in news if invite.pk]:
        Invite.objects.bulk_update(known, TOLD)
    for invite in news:
        if invite.pk is None:
            insert_unless_there(invite)  # another letter of theirs may have told it at the same moment


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
    return [each for each in registration.meetings if each.ends_at > now and each.cancelled_at is None]


def _requested(registration: Registration, meeting: Meeting, invite: Invite | None, *, now: datetime) -> Invite | None:
    """The row of a meeting that is to be put into the calendar; None where the calendar knows it as it is."""
    plan = Dated.of(meeting).__dict__
    if invite is None:
        return Invite(
            registration=registration,
            meeting_key=meeting.pk,
            method=InviteMethod.REQUEST,
            sequence=0,
            told=plan,
            sent_at=now,
        )
    if invite.told == plan and invite.method == InviteMethod.REQUEST:
        return None
    invite.method, invite.told, invite.sequence, invite.sent_at = InviteMethod.REQUEST, plan, invite.sequence + 1, now
    return invite


def _call(registration: Registration, meeting: Meeting, invite: Invite, now: datetime, *, news: bool = True) -> Call:
    content = calendar.invitation(
        event=registration.event,
        meeting=meeting,
        guest=_guest(registration),
        sequence=invite.sequence,
        method=invite.method,
        now=now,
    )
    return Call(content, invite, news)


def _as_told(registration: Registration, invite: Invite) -> Meeting:
    """The meeting as the calendar knows it, which may be gone from the plan."""
    known = Dated(**invite.told)
    return Meeting(
        pk=invite.meeting_key, event=registration.event, starts_at=known.starts, ends_at=known.ends, title=known.title
    )


def _guest(registration: Registration) -> Guest:
    return Guest(key=str(registration.pk), name=registration.name, email=registration.email)
