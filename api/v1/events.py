"""Published events, for anyone's own pages."""

from datetime import datetime
from typing import Literal

from django.conf import settings
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone, translation
from ninja import Field, Query, Router, Schema

from api.enums import Scope
from api.v1.access import Anyone, ApiRequest, Bearer
from api.v1.paging import Paging, cursor_at, cut, link_next, place_in
from api.v1.types import EventId, Language, Moment
from events.enums import Door, Kind, Status
from events.models import Event, EventQuerySet, Meeting, Price, SeatPool
from events.rules import door_of, door_of_pool
from events.services.prices import charged

router = Router(tags=["events"])

LIST = "events"


class MeetingOut(Schema):
    id: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str | None = Field(description="Name and address; null when it is held online.")
    municipality_code: str | None = Field(description="Three digits, Statistics Finland's classification.")
    door: Door | None = Field(description="Of its own seats; null where one registration is for all meetings.")
    free_seats: int | None = Field(description="Of its own, or null.")


class PoolOut(Schema):
    """Seats that one can choose: of one meeting, for some people, or both."""

    id: int
    meeting_id: int | None
    name: str = Field(description="For whom they are; empty where all are alike.")
    door: Door
    free_seats: int = Field(description="For who chooses them now.")


class PriceOut(Schema):
    """What a seat costs for some people."""

    id: int
    name: str = Field(description="For whom it is.")
    pool_id: int | None = Field(description="Of the event's pools, for which seats; null: for any.")
    cents: int = Field(description="What is paid today, with tax, in cents of a euro.")
    vat_percent: float = Field(description="The rate of the value added tax that is in it.")


class EventOut(Schema):
    id: int
    slug: str
    url: str = Field(description="Its page, where people register.")
    kind: Kind
    status: Literal["published", "cancelled"]
    title: str
    summary: str
    description: str
    audience: str
    spoken_languages: list[str]
    organiser: str
    contact_name: str
    contact_email: str
    contact_phone: str
    project_code: str | None = Field(description="Code of the funding project, if there is one.")
    door: Door = Field(description="What a visitor can do about a seat right now.")
    free_seats: int | None = Field(description="null where nobody needs to register.")
    registration_opens_at: datetime | None
    registration_closes_at: datetime | None
    asks_background: bool = Field(description="Whether a registration needs `background`.")
    changed_at: datetime
    meetings: list[MeetingOut]
    prices: list[PriceOut] = Field(description="What a seat costs, for whom; empty: nothing.")
    pools: list[PoolOut] = Field(description="What one chooses among when registering; empty where there is no choice.")


class EventsOut(Schema):
    items: list[EventOut]
    next: str | None = Field(description="`cursor` of the next page; null on the last.")


class SeatsOut(Schema):
    """Of all meetings that are not over, together."""

    event_id: int
    door: Door
    capacity: int | None = Field(description="null where nobody needs to register.")
    free: int | None


class OccupancyOut(SeatsOut):
    taken: int | None = Field(description="Confirmed registrations.")
    held: int | None = Field(description="Seats of people who are filling the form now.")
    offered: int | None = Field(description="Seats offered to people on the waiting list, who have not answered yet.")
    waiting: int | None = Field(description="People on the waiting list.")


class Texts(Schema):
    language: Language = Field("fi", description="Of the texts; Finnish where there is none.")


class EventFilter(Paging, Texts):
    kind: Kind | None = None
    municipality: str | None = Field(None, pattern=r"^[0-9]{3}$", description="Code of the venue's or the organiser's.")
    starts_before: Moment | None = Field(None, description="Only events with a meeting that starts before this.")
    changed_since: Moment | None = Field(None, description="Only events whose texts or dates changed since then.")


@router.get("/events", auth=Anyone(), summary="Events that are not over", response=EventsOut)
def list_events(request: ApiRequest, wanted: Query[EventFilter], response: HttpResponse) -> EventsOut:
    """Published events, the one whose next meeting comes soonest first."""
    now = timezone.now()
    found, following = _page(wanted, now)
    link_next(request, response, following)
    response["Content-Language"] = wanted.language
    with translation.override(wanted.language):
        return EventsOut(items=[_event(event, now) for event in found], next=following)


@router.get("/events/{event_id}", auth=Anyone(), summary="One event", response=EventOut)
def get_event(request: ApiRequest, event_id: EventId, wanted: Query[Texts], response: HttpResponse) -> EventOut:
    """Also one that is over or cancelled."""
    event = get_object_or_404(_with_all(Event.objects.public().filter(confidential=False)), pk=event_id)
    response["Content-Language"] = wanted.language
    with translation.override(wanted.language):
        return _event(event, timezone.now())


@router.get("/events/{event_id}/seats", auth=Anyone(), summary="Free seats", response=SeatsOut)
def get_seats(request: ApiRequest, event_id: EventId) -> SeatsOut:
    event = get_object_or_404(Event.objects.public().filter(confidential=False).with_meetings(), pk=event_id)
    now = timezone.now()
    seats = event.seats_at(now)
    return SeatsOut(
        event_id=event.pk,
        door=door_of(event, now),
        capacity=seats.capacity if seats else None,
        free=seats.free if seats else None,
    )


@router.get(
    "/events/{event_id}/occupancy",
    auth=Bearer(Scope.EVENTS_READ),
    summary="Seats as the organiser sees them",
    response=OccupancyOut,
)
def get_occupancy(request: ApiRequest, event_id: EventId) -> OccupancyOut:
    """For your own organisation's events, drafts too."""
    event = get_object_or_404(Event.objects.in_reach_of(request.auth.reach).with_meetings(), pk=event_id)
    now = timezone.now()
    seats = event.seats_at(now)
    return OccupancyOut(
        event_id=event.pk,
        door=door_of(event, now),
        capacity=seats.capacity if seats else None,
        free=seats.free if seats else None,
        taken=seats.taken if seats else None,
        held=seats.held if seats else None,
        offered=seats.offered if seats else None,
        waiting=seats.waiting if seats else None,
    )


def _page(wanted: EventFilter, now: datetime) -> tuple[list[Event], str | None]:
    """One page, in the order that held when the first page was asked for: later a series has another next meeting."""
    place = place_in(wanted.cursor, of=LIST)
    asked_at = datetime.fromisoformat(place[0]) if place else now
    rows = _narrowed(_with_all(Event.objects.listed()), wanted).upcoming_at(asked_at, until=wanted.starts_before)
    if place:
        last = datetime.fromisoformat(place[1])
        rows = rows.filter(Q(next_start__gt=last) | Q(next_start=last, pk__gt=place[2]))
    found, more = cut(rows[: wanted.limit + 1], wanted)
    if not more:
        return found, None
    end = found[-1]
    next_start: datetime = end.__dict__["next_start"]  # of `upcoming_at`
    return found, cursor_at([asked_at.isoformat(), next_start.isoformat(), end.pk], of=LIST)


def _narrowed(events: EventQuerySet, wanted: EventFilter) -> EventQuerySet:
    if wanted.kind:
        events = events.filter(kind=wanted.kind)
    if wanted.municipality:
        events = events.in_municipality(wanted.municipality)
    if wanted.changed_since:
        events = events.filter(changed_at__gte=wanted.changed_since)
    return events


def _with_all(events: EventQuerySet) -> EventQuerySet:
    return events.select_related("organisation", "project", "own_terms").prefetch_related("prices").with_meetings()


def _event(event: Event, now: datetime) -> EventOut:
    seats = event.seats_at(now)
    return EventOut(
        id=event.pk,
        slug=event.slug,
        url=settings.SITE_URL + event.get_absolute_url(),
        kind=Kind(event.kind),
        status="cancelled" if event.status == Status.CANCELLED else "published",
        title=event.title,
        summary=event.summary,
        description=event.description,
        audience=event.audience,
        spoken_languages=event.spoken_languages,
        organiser=event.organisation.name,
        contact_name=event.contact_name,
        contact_email=event.contact_email,
        contact_phone=event.contact_phone,
        project_code=event.project.code if event.project else None,
        door=door_of(event, now),
        free_seats=seats.free if seats else None,
        registration_opens_at=event.registration_opens_at,
        registration_closes_at=event.registration_closes_at,
        asks_background=event.asks_start_notice,
        changed_at=event.changed_at,
        meetings=[_meeting(event, meeting, now) for meeting in event.timetable],
        prices=[_price(price, now) for price in event.price_list],
        pools=[_pool(event, leaf, now) for leaf in event.leaves if event.has_choice],
    )


def _price(price: Price, now: datetime) -> PriceOut:
    amount = charged(price, now)
    return PriceOut(
        id=price.pk,
        name=price.name,
        pool_id=price.pool_id,
        cents=amount.cents,
        vat_percent=amount.basis_points / 100,
    )


def _pool(event: Event, leaf: SeatPool, now: datetime) -> PoolOut:
    return PoolOut(
        id=leaf.pk,
        meeting_id=leaf.meeting_id,
        name=leaf.name,
        door=door_of_pool(event, leaf, now),
        free_seats=leaf.free_at(now),
    )


def _meeting(event: Event, meeting: Meeting, now: datetime) -> MeetingOut:
    pool = event.pool_for(meeting) if event.seats_per_meeting else None
    return MeetingOut(
        id=meeting.pk,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=meeting.title,
        place=f"{meeting.venue.name}, {meeting.venue.address}" if meeting.venue else None,
        municipality_code=meeting.venue.municipality_id if meeting.venue else None,
        door=door_of_pool(event, pool, now) if pool else None,
        free_seats=pool.free if pool else None,
    )
