"""The door: tickets are scanned by other systems, one by one or many that were scanned without a network."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from accounts.services import audit
from api.enums import Scope
from api.v1.access import ApiRequest, Bearer
from api.v1.document import may_refuse
from api.v1.once import once, once_piecemeal
from api.v1.paging import Paging, by_key, link_next
from api.v1.types import Body, EventId, IdempotencyKey, MeetingId, Moment, Uuid, example, line
from core.errors import Refused
from events.models import Event, Meeting
from registrations.enums import Source
from registrations.models import Attendance
from registrations.services import attendance, tickets

router = Router(tags=["attendance"])

NAMES = uuid.UUID("5d4ba8a4-86a0-4f5b-a0a0-6ad4f5a1b1a7")
"""Of scans that are named by their request's Idempotency-Key (RFC 9562, version 5)."""
MOST = 500


class ScanIn(Body):
    model_config = example(scanned="BCDF-2345")

    scanned: str = line(200, "The text of the QR code, or the code as it was typed.", least=1)
    at: Moment | None = Field(None, description="When it was scanned, if not just now: at most 48 hours ago.")


class NamedScanIn(ScanIn):
    model_config = example(
        scanned="BCDF-2345", nonce="8b1d2c52-3c31-4c0b-9d2c-5f3f0d6d3f0e", at="2026-11-24T17:02:11+02:00"
    )

    nonce: Uuid = Field(description="Your name for this scan; the same scan sent again is one scan.")


class BatchIn(Body):
    model_config = example(
        scans=[
            {
                "scanned": "BCDF-2345",
                "nonce": "8b1d2c52-3c31-4c0b-9d2c-5f3f0d6d3f0e",
                "at": "2026-11-24T17:02:11+02:00",
            }
        ]
    )

    scans: Annotated[list[NamedScanIn], Field(min_length=1, max_length=MOST)]


class AdmittedOut(Schema):
    attendance_id: int
    registration_id: int
    meeting_id: int
    first_name: str
    last_name: str
    at: datetime


class ResultOut(Schema):
    nonce: uuid.UUID
    outcome: Literal["admitted", "refused"]
    admitted: AdmittedOut | None
    code: str | None = Field(description="Why it was refused; the codes are those of a single check-in.")
    message: str | None = Field(description="The same for people.")
    first_at: datetime | None = Field(description="With `already_in`: when the ticket was used.")


class BatchOut(Schema):
    results: list[ResultOut] = Field(description="One for each scan, in their order.")


class AttendanceOut(Schema):
    id: int
    registration_id: int
    meeting_id: int
    at: datetime
    source: Source


class AttendancesOut(Schema):
    items: list[AttendanceOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


@router.post(
    "/meetings/{meeting_id}/check-ins",
    auth=Bearer(Scope.CHECKIN_WRITE),
    summary="Check somebody in",
    response={201: AdmittedOut},
)
@may_refuse(
    tickets.ForgedTicket,
    tickets.UnknownCode,
    attendance.ForeignTicket,
    attendance.CancelledTicket,
    attendance.WaitingTicket,
    attendance.ReplacedTicket,
    attendance.WrongDay,
    attendance.StaleScan,
    attendance.UnbelievableTime,
    attendance.AlreadyIn,
)
def check_in(request: ApiRequest, meeting_id: MeetingId, body: ScanIn, idempotency_key: IdempotencyKey) -> HttpResponse:
    """Let in whoever holds the ticket. A ticket opens each meeting once."""
    meeting = _meeting(request, meeting_id)
    nonce = uuid.uuid5(NAMES, f"{request.auth.pk} {idempotency_key}")
    return once(request, idempotency_key, lambda: _admit(request, meeting, body, nonce))


@router.post(
    "/meetings/{meeting_id}/check-ins/batch",
    auth=Bearer(Scope.CHECKIN_WRITE),
    summary="Check many in",
    response=BatchOut,
)
def check_in_many(
    request: ApiRequest, meeting_id: MeetingId, body: BatchIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Scans that were made without a network. Each stands for itself: one that is refused does not stop the others."""
    meeting = _meeting(request, meeting_id)
    return once_piecemeal(
        request, idempotency_key, lambda: BatchOut(results=[_result(request, meeting, scan) for scan in body.scans])
    )


@router.get(
    "/events/{event_id}/attendances",
    auth=Bearer(Scope.ATTENDANCE_READ),
    summary="Who was present",
    response=AttendancesOut,
)
def list_attendances(
    request: ApiRequest, event_id: EventId, wanted: Query[Paging], response: HttpResponse
) -> AttendancesOut:
    """In the order in which they were let in, without names. Reading is recorded."""
    event = get_object_or_404(Event.objects.people_in_reach_of(request.auth.reach), pk=event_id)
    found, following = by_key(Attendance.objects.filter(meeting__event=event), wanted, of="attendances")
    link_next(request, response, following)
    if found:
        audit.read(
            actor=request.auth.created_by,
            action="attendance.read",
            subject=request.auth.key,
            scope=event.scope,
            now=timezone.now(),
            people=len(found),
        )
    return AttendancesOut(items=[AttendanceOut.model_validate(row) for row in found], next=following)


def _meeting(request: ApiRequest, pk: int) -> Meeting:
    events = Event.objects.people_in_reach_of(request.auth.reach)
    return get_object_or_404(
        Meeting.objects.filter(event__in=events).select_related("event__project", "event__own_terms"), pk=pk
    )


def _admit(request: ApiRequest, meeting: Meeting, scan: ScanIn, nonce: uuid.UUID) -> AdmittedOut:
    admission = attendance.check_in(
        meeting=meeting,
        scanned=scan.scanned,
        nonce=nonce,
        source=Source.API,
        by=request.auth.created_by,
        now=timezone.now(),
        scanned_at=scan.at,
    )
    return AdmittedOut(
        attendance_id=admission.attendance.pk,
        registration_id=admission.registration.pk,
        meeting_id=meeting.pk,
        first_name=admission.registration.first_name,
        last_name=admission.registration.last_name,
        at=admission.attendance.at,
    )


def _result(request: ApiRequest, meeting: Meeting, scan: NamedScanIn) -> ResultOut:
    try:
        admitted = _admit(request, meeting, scan, scan.nonce)
    except Refused as refusal:
        return ResultOut(
            nonce=scan.nonce,
            outcome="refused",
            admitted=None,
            code=refusal.code,
            message=str(refusal),
            first_at=refusal.first.at if isinstance(refusal, attendance.AlreadyIn) else None,
        )
    return ResultOut(nonce=scan.nonce, outcome="admitted", admitted=admitted, code=None, message=None, first_at=None)
