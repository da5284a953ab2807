"""An event as schema.org describes it (https://schema.org/Event), for search engines and other readers of pages."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import get_language

from events.enums import Door, Kind, Mode, Status
from events.models import Event, Meeting, Seats, Venue
from events.services import prices

SCHEMA = "https://schema.org/"
TAUGHT = {Kind.COURSE, Kind.CARD_TRAINING, Kind.WORKSHOP}
AVAILABILITY = {
    Door.FREE_ENTRY: "InStock",
    Door.OPEN: "InStock",
    Door.APPLY: "LimitedAvailability",
    Door.ELSEWHERE: "InStock",
    Door.NOT_YET: "PreOrder",
    Door.QUEUE: "BackOrder",
    Door.INVITED: "LimitedAvailability",
    Door.CLOSED: "Discontinued",
    Door.OVER: "Discontinued",
    Door.CANCELLED: "Discontinued",
}


def of(*, event: Event, door: Door, now: datetime) -> dict[str, Any]:
    """The event's object in the reader's language, several dates as its parts. The link for joining is not in it."""
    found = {"@context": SCHEMA.rstrip("/"), **_event(event, door, now)}
    if len(event.timetable) > 1:
        found["subEvent"] = [_part(event, meeting) for meeting in event.timetable]
    return found


def _event(event: Event, door: Door, now: datetime) -> dict[str, Any]:
    url = settings.SITE_URL + event.get_absolute_url()
    return _without_nothing(
        {
            "@type": "EducationEvent" if event.kind in TAUGHT else "Event",
            "@id": url,
            "url": url,
            "name": event.title,
            "description": event.summary,
            "inLanguage": event.spoken_languages or [get_language() or "fi"],
            "startDate": _moment(event.starts_at),
            "endDate": _moment(event.ends_at),
            "eventStatus": _status(event),
            "eventAttendanceMode": _attendance(event.timetable),
            "location": _locations(event),
            "organizer": {"@type": "Organization", "name": event.organisation.name},
            "isAccessibleForFree": not any(price.cents for price in event.price_list),
            "offers": _offers(event, door, url, now),
            **({} if event.seats_per_meeting else _capacity(event.seats)),
        }
    )


def _capacity(seats: Seats | None) -> dict[str, int]:
    if seats is None:
        return {}
    return {"maximumAttendeeCapacity": seats.capacity, "remainingAttendeeCapacity": seats.free}


def _part(event: Event, meeting: Meeting) -> dict[str, Any]:
    return {
        "@type": "Event",
        "name": " – ".join(filter(None, [event.title, meeting.title])),
        "startDate": _moment(meeting.starts_at),
        "endDate": _moment(meeting.ends_at),
        "eventStatus": _status(event),
        "eventAttendanceMode": _attendance([meeting]),
        "location": _location(event, meeting.venue),
        **(_capacity(Seats.of([pool])) if event.seats_per_meeting and (pool := event.pool_for(meeting)) else {}),
    }


def _offers(event: Event, door: Door, url: str, now: datetime) -> Any:
    """What is paid today: one, or one for each price."""
    sums = [(price.name, prices.charged(price, now).cents) for price in event.price_list]
    made = [_offer(event, door, url, name, cents) for name, cents in sums or [("", 0)]]
    return made[0] if len(made) == 1 else made


def _offer(event: Event, door: Door, url: str, name: str, cents: int) -> dict[str, Any]:
    opens = event.registration_opens_at or event.published_at
    return _without_nothing(
        {
            "@type": "Offer",
            "name": name,
            "url": event.elsewhere_url or url,
            "price": cents / 100 if cents % 100 else cents // 100,
            "priceCurrency": "EUR",
            "availability": SCHEMA + AVAILABILITY[door],
            "validFrom": _moment(opens),
            "validThrough": _moment(event.registration_closes_at),
        }
    )


def _locations(event: Event) -> Any:
    """One place, or each once; a place on the web for what can be joined online."""
    venues = {meeting.venue.pk: meeting.venue for meeting in event.timetable if meeting.venue}
    found = [_location(event, venue) for venue in venues.values()]
    if any(meeting.is_online for meeting in event.timetable) or not found:
        found.append(_location(event, None))
    return found[0] if len(found) == 1 else found


def _location(event: Event, venue: Venue | None) -> dict[str, Any]:
    if venue is None:
        return {"@type": "VirtualLocation", "url": settings.SITE_URL + event.get_absolute_url()}
    place: dict[str, Any] = {
        "@type": "Place",
        "name": venue.name,
        "address": {
            "@type": "PostalAddress",
            "streetAddress": venue.street,
            "postalCode": venue.postal_code,
            "addressLocality": venue.post_office,
            "addressCountry": "FI",
        },
    }
    if venue.latitude is not None:
        place["geo"] = {"@type": "GeoCoordinates", "latitude": venue.latitude, "longitude": venue.longitude}
    return place


def _attendance(meetings: list[Meeting]) -> str:
    online = any(meeting.is_online for meeting in meetings)
    on_site = any(meeting.mode != Mode.REMOTE for meeting in meetings)
    mode = "Mixed" if online and on_site else "Online" if online else "Offline"
    return f"{SCHEMA}{mode}EventAttendanceMode"


def _status(event: Event) -> str:
    return f"{SCHEMA}{'EventCancelled' if event.status == Status.CANCELLED else 'EventScheduled'}"


def _moment(value: datetime | None) -> str | None:
    return value.isoformat() if value else None


def _without_nothing(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, "")}
