"""People's registrations: for systems that act for the organisation that may see them."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from accounts.services import audit
from api.enums import Scope
from api.v1.access import ApiRequest, Bearer
from api.v1.document import may_refuse
from api.v1.once import once
from api.v1.paging import Paging, by_key, link_next
from api.v1.problems import FieldError, wrong_fields
from api.v1.registration_form import RegistrationIn, filled
from api.v1.types import EventId, IdempotencyKey, Language, RegistrationId
from events.models import Event
from registrations.enums import Status
from registrations.forms import answers_of, contact_of
from registrations.models import Registration
from registrations.services import seats, tickets

router = Router(tags=["registrations"])


class RegisteredOut(Schema):
    id: int
    event_id: int
    meeting_id: int | None = Field(description="The meeting it is for; null: all of the event's.")
    status: Status
    code: str = Field(description="What is typed at the door when the camera fails.")
    ticket: str | None = Field(description="The text of the QR code; null while waiting.")
    place_in_queue: int | None = Field(description="Counted from 1; null for those who have a seat.")


class CancelledOut(Schema):
    id: int
    event_id: int
    status: Status
    cancelled_at: datetime


class RegistrationOut(Schema):
    id: int
    event_id: int
    meeting_id: int | None = Field(description="The meeting it is for; null: all of the event's.")
    status: Status
    first_name: str
    last_name: str
    email: str
    phone: str
    language: Language
    support_needs: str
    code: str
    place_in_queue: int | None
    registered_at: datetime
    confirmed_at: datetime | None
    cancelled_at: datetime | None


class RegistrationsOut(Schema):
    items: list[RegistrationOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class RegistrationFilter(Paging):
    status: Status | None = None


@router.post(
    "/events/{event_id}/registrations",
    auth=Bearer(Scope.REGISTRATIONS_WRITE),
    summary="Register somebody",
    response={201: RegisteredOut},
)
@may_refuse(seats.Full, seats.NotOpen, seats.DateNeeded, seats.GroupNeeded, seats.AlreadyRegistered, seats.PriceGone)
def create_registration(
    request: ApiRequest, event_id: EventId, body: RegistrationIn, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Take a seat, or a place in the queue if that will do, and mail the ticket.

    Where a seat costs something it is kept, `unpaid`, and the person gets a mail with a link to pay by.

    Unlike the public form this says when the person is registered already, because a token acts for the organisation
    that may see its own people.
    """
    event = get_object_or_404(
        Event.objects.people_in_reach_of(request.auth.reach).select_related("project", "own_terms"), pk=event_id
    )

    def effect() -> RegisteredOut:
        contact, background = filled(event, body)
        who = contact_of(contact, background)
        made = seats.enrol(
            event=event,
            pool_pk=_chosen(event, body),
            contact=who,
            answers=answers_of(background, who) if background else None,
            support_needs=contact.cleaned_data["support_needs"],
            accept_queue=body.accept_queue,
            by=request.auth.created_by,
            now=timezone.now(),
            price=body.price_id,
        )
        return _registered(Registration.objects.with_places().get(pk=made.pk))

    return once(request, idempotency_key, effect)


@router.get(
    "/events/{event_id}/registrations",
    auth=Bearer(Scope.REGISTRATIONS_READ),
    summary="Who has registered",
    response=RegistrationsOut,
)
def list_registrations(
    request: ApiRequest, event_id: EventId, wanted: Query[RegistrationFilter], response: HttpResponse
) -> RegistrationsOut:
    """In the order in which they came. Reading is recorded."""
    event = get_object_or_404(Event.objects.people_in_reach_of(request.auth.reach), pk=event_id)
    rows = Registration.objects.with_places().filter(event=event)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    found, following = by_key(rows, wanted, of="registrations")
    link_next(request, response, following)
    _read(request, event.scope, found)
    return RegistrationsOut(items=[_shown(row) for row in found], next=following)


@router.get(
    "/registrations/{registration_id}",
    auth=Bearer(Scope.REGISTRATIONS_READ),
    summary="One registration",
    response=RegistrationOut,
)
def get_registration(request: ApiRequest, registration_id: RegistrationId) -> RegistrationOut:
    """Reading is recorded."""
    rows = Registration.objects.in_reach_of(request.auth.reach).with_places()
    registration = get_object_or_404(rows, pk=registration_id)
    _read(request, f"event:{registration.event_id}", [registration])
    return _shown(registration)


@router.post(
    "/registrations/{registration_id}/cancel",
    auth=Bearer(Scope.REGISTRATIONS_WRITE),
    summary="Cancel a registration",
    response=CancelledOut,
)
@may_refuse(seats.NothingToCancel, seats.AlreadyAttended)
def cancel_registration(
    request: ApiRequest, registration_id: RegistrationId, idempotency_key: IdempotencyKey
) -> HttpResponse:
    """Free the seat for the head of the waiting list, and tell the person by mail."""
    registration = get_object_or_404(Registration.objects.in_reach_of(request.auth.reach), pk=registration_id)

    def effect() -> CancelledOut:
        seats.cancel(registration=registration, by=request.auth.created_by, now=timezone.now())
        registration.refresh_from_db(fields=["status", "cancelled_at"])
        return CancelledOut.model_validate(registration)

    return once(request, idempotency_key, effect, status=200)


def _chosen(event: Event, body: RegistrationIn) -> int | None:
    """The pool that is named, or that of the meeting that is.

    :raises ApiError: 422, if the event has no such pool or meeting, or if the pool is another meeting's
    """
    meetings = _pool_of(event, body.meeting_id)
    if body.pool_id is None:
        return meetings
    pool = event.pool_of(body.pool_id)
    if pool is None or (meetings is not None and pool.top.pk != meetings):
        raise wrong_fields([FieldError(field="pool_id", message=_("The event has no such seats."))])
    return pool.pk


def _pool_of(event: Event, meeting_id: int | None) -> int | None:
    """The seats of one meeting; None where none is named, or one registration is for all.

    :raises ApiError: 422, if the event has no such meeting
    """
    if meeting_id is None:
        return None
    meeting = event.meeting_of(meeting_id)
    if meeting is None:
        raise wrong_fields([FieldError(field="meeting_id", message=_("The event has no such date."))])
    if event.seats_per_meeting is None:
        text = _("One registration is for all dates of this event: leave the date out.")
        raise wrong_fields([FieldError(field="meeting_id", message=text)])
    pool = event.pool_for(meeting)
    return pool.pk if pool else None


def _registered(registration: Registration) -> RegisteredOut:
    return RegisteredOut(
        id=registration.pk,
        event_id=registration.event_id,
        meeting_id=registration.meeting_id,
        status=Status(registration.status),
        code=registration.code,
        ticket=tickets.text(registration) if registration.status == Status.CONFIRMED else None,
        place_in_queue=registration.place,
    )


def _shown(registration: Registration) -> RegistrationOut:
    plain = {name: getattr(registration, name) for name in RegistrationOut.model_fields if name != "place_in_queue"}
    return RegistrationOut(**plain, place_in_queue=registration.place)


def _read(request: ApiRequest, scope: str, people: Sequence[Registration]) -> None:
    token, now = request.auth, timezone.now()
    audit.people_read(actor=token.created_by, subject=token.key, scope=scope, people=len(people), now=now)
