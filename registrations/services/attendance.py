"""The door: a ticket is shown, its holder is let in once, and the day is handed down to the project's participation."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import CharField, Q, UUIDField
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.compiled import Compiled, Param, insert
from core.errors import Refused
from events.models import Meeting
from registrations import rules
from registrations.enums import Source, Status
from registrations.models import Attendance, Registration
from registrations.services import handing_down, stages, tickets

BY_PK = Compiled(lambda: Registration.objects.locked().filter(pk=Param("pk")))
BY_CODE = Compiled(lambda: Registration.objects.locked().filter(code=Param("code", CharField())))
SAME = Compiled(
    lambda: Attendance.objects.filter(
        Q(registration=Param("registration"), meeting=Param("meeting")) | Q(nonce=Param("nonce", UUIDField()))
    )
)


class ForeignTicket(Refused):
    code = "foreign_ticket"
    message = _("This ticket is for another event.")


class OtherDate(Refused):
    """The ticket is for one date of the event, and this is another."""

    code = "other_date"

    def __init__(self, meeting: Meeting) -> None:
        super().__init__()
        day = date_format(timezone.localtime(meeting.starts_at), "SHORT_DATE_FORMAT")
        self.message = _("This ticket is for another date: %(day)s.") % {"day": day}


class CancelledTicket(Refused):
    code = "cancelled_ticket"
    message = _("This registration has been cancelled.")


class WaitingTicket(Refused):
    code = "waiting_ticket"
    message = _("This person is on the waiting list and has no seat.")


class UnpaidTicket(Refused):
    code = "unpaid_ticket"
    message = _("This seat is still to be paid. Take the money first: the order is among the payments of the event.")


class AppliedTicket(Refused):
    code = "applied_ticket"
    message = _("This person has applied and has no seat.")


class ReplacedTicket(Refused):
    code = "replaced_ticket"
    message = _("This ticket has been replaced by a newer one. Ask for the newest e-mail.")


class WrongDay(Refused):
    code = "wrong_day"
    message = _("Check-in for this date is open only on the day itself.")


class UnbelievableTime(Refused):
    code = "unbelievable_time"
    message = _("A scan can be at most two days old, and not from the future.")


class StaleScan(Refused):
    code = "stale_scan"
    message = _("This page had been sent before. Scan the ticket again.")


class AlreadyIn(Refused):
    """Somebody was let in with this ticket before; `first` says when."""

    code = "already_in"
    message = _("This ticket has been used already.")

    def __init__(self, first: Attendance) -> None:
        super().__init__()
        self.first = first


@dataclass(frozen=True, kw_only=True)
class Admission:
    """Who was let in, and whether this scan made them (or found them) a participant of the project."""

    registration: Registration
    attendance: Attendance
    participant: bool


@transaction.atomic
def check_in(
    *,
    meeting: Meeting,
    scanned: str,
    nonce: UUID,
    source: Source,
    by: User,
    now: datetime,
    scanned_at: datetime | None = None,
) -> Admission:
    """Let in whoever holds the ticket that was `scanned` (a QR code's text, or a typed code).

    The registration's row is locked, so that a cancellation cannot slip between the look and the scan. The same `nonce`
    again gives the first answer again. A scan made without a network says when in `scanned_at`, and the door is judged
    as it was then.

    :raises UnbelievableTime: if it cannot have been made then
    :raises ForgedTicket, UnknownCode: if it is no ticket of ours
    :raises ForeignTicket, OtherDate, CancelledTicket, WaitingTicket, AppliedTicket, ReplacedTicket: if it does not
        open this door
    :raises WrongDay: on another day than the meeting's
    :raises StaleScan: if the `nonce` was another ticket's
    :raises AlreadyIn: the second time
    """
    at = scanned_at or now
    if not rules.scan_is_believable(at=at, now=now):
        raise UnbelievableTime
    registration = _entitled(tickets.read(scanned), meeting)
    if not rules.door_is_open(starts_at=meeting.starts_at, ends_at=meeting.ends_at, now=at):
        raise WrongDay
    if earlier := _earlier(registration, meeting, nonce):
        return Admission(registration=registration, attendance=earlier, participant=False)
    attendance = Attendance(registration=registration, meeting=meeting, at=at, by=by, source=source, nonce=nonce)
    try:
        insert(attendance)
    except IntegrityError as clash:  # another ticket was scanned under this name at this very moment
        raise StaleScan from clash
    audit.changed(
        actor=by, action="attendance.check_in", subject=registration.key, scope=f"event:{meeting.event_id}", now=now
    )
    if meeting.event.terms.by_application:
        stages.start(registration=registration, by=by, now=now)
    return Admission(
        registration=registration,
        attendance=attendance,
        participant=handing_down.attended(registration=registration, meeting=meeting, now=now),
    )


def _earlier(registration: Registration, meeting: Meeting, nonce: UUID) -> Attendance | None:
    """The attendance that this very scan made before; the registration's lock keeps others from making one now.

    :raises StaleScan: if the `nonce` was another ticket's
    :raises AlreadyIn: if another scan let this ticket in
    """
    found = SAME.all(registration=registration.pk, meeting=meeting.pk, nonce=nonce)
    mine = [each for each in found if (each.registration_id, each.meeting_id) == (registration.pk, meeting.pk)]
    if len(found) > len(mine):
        raise StaleScan
    for each in mine:
        each.registration = registration
        if each.nonce != nonce:
            raise AlreadyIn(each)
    return next(iter(mine), None)


def _entitled(claim: tickets.Claim, meeting: Meeting) -> Registration:
    registration = BY_PK.first(pk=claim.pk) if claim.pk else BY_CODE.first(code=claim.code)
    if registration is None:
        raise tickets.UnknownCode
    if registration.event_id != meeting.event_id:
        raise ForeignTicket
    if registration.meeting and registration.meeting_id != meeting.pk:
        raise OtherDate(registration.meeting)
    if registration.status == Status.CANCELLED:
        raise CancelledTicket
    if registration.status == Status.WAITING:
        raise WaitingTicket
    if registration.status == Status.APPLIED:
        raise AppliedTicket
    if registration.status == Status.UNPAID:
        raise UnpaidTicket
    if claim.rotation is not None and claim.rotation != registration.rotation:
        raise ReplacedTicket
    registration.event = meeting.event
    return registration
