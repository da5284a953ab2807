"""The chosen events for other programs: as news (RSS 2.0) and as a calendar (RFC 5545)."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import get_language
from icalendar import Calendar

from core.templatetags.when import span
from core.text import printable
from events.models import Event
from events.services import search
from events.services.calendar import component, zone
from events.services.search import Wanted

NEWS, DATES = 100, 500
"""Events at most in a feed."""
LOOK_AGAIN = timedelta(hours=1)


def announced(*, wanted: Wanted, now: datetime) -> list[Event]:
    """The `wanted` events that are not over, cancelled ones among them so that calendars learn of it."""
    keys = list(search.ordered(wanted=wanted, now=now, among=Event.objects.announced())[:DATES])
    events = Event.objects.filter(pk__in=keys).select_related("organisation").with_dates().in_bulk()
    return [events[key] for key in keys]


def rss(*, events: Sequence[Event], title: str, description: str, link: str, address: str, now: datetime) -> str:
    """`events` in their order. An item keeps its identifier for ever, whatever becomes of the event."""
    feed = Rss201rev2Feed(
        title=title, description=description, link=link, feed_url=address, language=get_language(), ttl=60
    )
    for event in events:
        meeting = event.next_meeting(now)
        facts = [span(meeting.starts_at, meeting.ends_at), _place(meeting.venue)] if meeting else []
        feed.add_item(
            title=printable(event.title),
            link=settings.SITE_URL + event.get_absolute_url(),
            description=printable(" · ".join(filter(None, [*facts, event.summary]))),
            unique_id=f"event-{event.pk}@{settings.SITE_URL.split('//')[-1]}",
            unique_id_is_permalink=False,
            pubdate=event.published_at,
            categories=[str(event.get_kind_display())],
        )
    return str(feed.writeString("utf-8"))


def ics(*, events: Iterable[Event], name: str, now: datetime) -> bytes:
    """Every date of `events`, with the identifiers and revisions that the event's own file has."""
    book = Calendar()
    book.add("prodid", "-//Miitti//FI")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", name)
    book.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    book.add("x-published-ttl", "PT1H")
    for event in events:
        for meeting in event.timetable:
            book.add_component(component(event, meeting, now))
    book.add_component(zone(settings.TIME_ZONE))
    return bytes(book.to_ical())


def _place(venue: object) -> str:
    return str(venue) if venue else ""
