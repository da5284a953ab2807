"""Where the load is played: thirty-two published events of one organiser, with the demo's texts and places."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import cycle
from typing import Any

from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User
from config.demo.content import read, translated
from events.enums import Counting, Kind, Mode
from events.models import Event, Meeting, Project, SeatPool, Venue
from events.services import publishing

OTHERS = 30
PUBLISHED_DAYS_AGO = 30
FAIR = 90
"""The fair's number; the others have lower ones."""
ROOM = 100_000
"""Seats of the event that never fills up."""
ORGANISATION = {
    "fi": "Mittalan kunta",
    "sv": "Mittala kommun",
    "en": "Municipality of Mittala",
    "uk": "Муніципалітет Міттала",
}
PROJECT = {"fi": "Mitta täyteen", "sv": "Måttet fullt", "en": "Full measure", "uk": "Повна міра"}


@dataclass(frozen=True, kw_only=True)
class Stage:
    """`roomy` has seats for everybody and its date is today; `scarce` has few; `others` fill the catalogue."""

    organisation: Organisation
    roomy: Event
    scarce: Event
    others: tuple[Event, ...]


def organisation() -> Organisation:
    return Organisation.objects.create(
        kind=OrganisationKind.MUNICIPALITY,
        municipality_code="081",
        email="kunta@bench.example",
        **translated({"name": ORGANISATION}, "name"),
    )


def build(*, owner: User, organisation: Organisation, seats: int, now: datetime) -> Stage:
    """Make and publish every event. Each asks the whole background form and counts from the first attendance."""
    venues = cycle(_venues())
    texts = cycle(row for row in read("events")["event"] if row["kind"] != Kind.VIRTUAL_FAIR)
    project = _project(organisation, now)

    def event(number: int, capacity: int, starts: list[datetime], hours: int) -> Event:
        made = _event(next(texts), number, organisation, project, now)
        SeatPool.objects.create(event=made, capacity=capacity)
        for each in starts:
            ends = each + timedelta(hours=hours)
            Meeting.objects.create(event=made, starts_at=each, ends_at=ends, venue=next(venues))
        publishing.publish(event=made, by=owner, now=now - timedelta(days=PUBLISHED_DAYS_AGO))
        made.refresh_from_db()
        return made

    return Stage(
        organisation=organisation,
        roomy=event(1, ROOM, [now - timedelta(hours=1)], hours=9),
        scarce=event(2, seats, [_at(now, days=14)], hours=3),
        others=tuple(event(3 + i, 20 + i, _dates(now, i), hours=2) for i in range(OTHERS)),
    )


def one_more(*, organisation: Organisation, owner: User, number: int, capacity: int, now: datetime) -> Event:
    """One more published event, in two weeks; `number` tells it apart."""
    texts = [row for row in read("events")["event"] if row["kind"] != Kind.VIRTUAL_FAIR]
    project = Project.objects.get(organisation=organisation)
    made = _event(texts[number % len(texts)], number, organisation, project, now)
    SeatPool.objects.create(event=made, capacity=capacity)
    starts = _at(now, days=14)
    venue = Venue.objects.order_by("pk")[0]
    Meeting.objects.create(event=made, starts_at=starts, ends_at=starts + timedelta(hours=3), venue=venue)
    publishing.publish(event=made, by=owner, now=now - timedelta(days=PUBLISHED_DAYS_AGO))
    made.refresh_from_db()
    return made


def fair(*, organisation: Organisation, owner: User, now: datetime) -> Event:
    """A virtual fair that is on now, for everybody who listens."""
    row = next(row for row in read("events")["event"] if row["kind"] == Kind.VIRTUAL_FAIR)
    made = _event(row, FAIR, organisation, Project.objects.get(organisation=organisation), now)
    SeatPool.objects.create(event=made, capacity=ROOM)
    Meeting.objects.create(
        event=made, mode=Mode.REMOTE, starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=8)
    )
    publishing.publish(event=made, by=owner, now=now - timedelta(days=PUBLISHED_DAYS_AGO))
    made.refresh_from_db()
    return made


def _dates(now: datetime, number: int) -> list[datetime]:
    """One to five dates, a week apart."""
    return [_at(now, days=3 + number + 7 * week) for week in range(1 + number % 5)]


def _at(now: datetime, *, days: int) -> datetime:
    evening = timezone.localtime(now).replace(hour=17, minute=0, second=0, microsecond=0, tzinfo=None)
    return timezone.make_aware(evening + timedelta(days=days))


def _project(organisation: Organisation, now: datetime) -> Project:
    today = timezone.localdate(now)
    project = Project.objects.create(
        code="S39999",
        organisation=organisation,
        starts_on=today - timedelta(days=365),
        ends_on=today + timedelta(days=365),
        asks_origin=True,
        **translated({"name": PROJECT}, "name"),
    )
    project.implementers.add(organisation)
    return project


def _venues() -> list[Venue]:
    return [
        Venue.objects.create(
            municipality_id=row["municipality"],
            street=row["street"],
            postal_code=row["postal_code"],
            post_office=row["post_office"],
            **translated(row, "name", "access"),
        )
        for row in read("venues")["venue"]
    ]


def _event(row: dict[str, Any], number: int, organisation: Organisation, project: Project, now: datetime) -> Event:
    texts = translated(row, "title", "summary", "description", "audience")
    return Event.objects.create(
        slug=f"mitta-{number}",
        kind=Kind(row["kind"]),
        organisation=organisation,
        project=project,
        spoken_languages=row["spoken_languages"],
        contact_name="Mitta Mittari",
        contact_email="mitta@bench.example",
        contact_phone="+358505550100",
        registration_opens_at=now - timedelta(days=PUBLISHED_DAYS_AGO),
        asks_start_notice=True,
        counting=Counting.FIRST_ATTENDANCE,
        counting_reason="Only for the project's target group.",
        changed_at=now - timedelta(days=PUBLISHED_DAYS_AGO),
        **{name: f"{text} {number}" if name.startswith("title") else text for name, text in texts.items()},
    )
