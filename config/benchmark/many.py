"""A catalogue as big as it may become: thousands of events in sixty towns, written in bulk, with the demo's texts."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice, product
from random import Random
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from accounts.models import Organisation
from config.benchmark.stage import PUBLISHED_DAYS_AGO
from config.demo.content import read, translated
from events.enums import Audience, Kind, Status
from events.models import LANGUAGES, Event, Meeting, Municipality, SeatPool, Venue
from events.services import search

TOWNS, SEED = 60, 5
FIRST_DAY, DAYS = 45, 300
"""After everything on the stage, so that the catalogue's first page stays the same."""
WORDS = [
    "kortti",
    "työnhaku",
    "kurssin",
    "yrittäjille",
    "hygieniapassi",
    "språk",
    "jobb",
    "course",
    "картка",
    "messut",
    "",
]
SEARCHES, COUNTED = 240, 40


def build(*, organisation: Organisation, number: int, now: datetime, say: Callable[[str], object]) -> None:
    """Make `number` published events with their dates, seats and entries in the search."""
    rows, chance = read("events")["event"], Random(SEED)  # noqa: S311 - the same catalogue at every run
    events = Event.objects.bulk_create(_event(rows[i % len(rows)], i, organisation, chance, now) for i in range(number))
    venues = _venues()
    Meeting.objects.bulk_create(
        Meeting(event=event, starts_at=starts, ends_at=starts + timedelta(hours=2), venue=chance.choice(venues))
        for event in events
        for starts in _dates(chance, now)
    )
    SeatPool.objects.bulk_create(
        SeatPool(event=event, capacity=20, taken=chance.choice([0, 5, 19, 20, 20])) for event in events
    )
    search.index_stale()
    say(f"{number} more events in the catalogue.")


def searches(now: datetime) -> list[str]:
    """Addresses with words and every facet, each another."""
    today = timezone.localdate(now)
    facets: list[dict[str, str]] = [
        {},
        {"kind": Kind.COURSE},
        {"municipality": "081"},
        {"language": "uk"},
        {"audience": Audience.YOUNG},
        {"free": "1"},
        {"from": str(today + timedelta(days=60)), "to": str(today + timedelta(days=120))},
    ]
    chosen = [
        {"q": words, **one, **other}
        for words, (one, other) in product(WORDS, product(facets, facets[1:]))
        if words or one
    ]
    Random(SEED).shuffle(chosen)  # noqa: S311 - the same order at every run
    return [f"{reverse('events:catalogue')}?{urlencode(query)}" for query in islice(chosen, SEARCHES)]


def most_queries(addresses: list[str]) -> int:
    """The most statements that one of the first pages sends to the database, counted in this process."""
    client, most = Client(SERVER_NAME="127.0.0.1"), 0
    logging.getLogger("miitti.request").disabled = True  # a line each that nobody asked for
    for address in addresses[:COUNTED]:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        most = max(most, len(queries))
    return most


def _venues() -> list[Venue]:
    towns = list(Municipality.objects.exclude(latitude=None).order_by("-valid_to", "code")[:TOWNS])
    if not any(town.code == "081" for town in towns):
        towns.append(Municipality.objects.get(code="081"))
    return [
        Venue.objects.create(
            municipality=town,
            name=f"{town.name} talo",
            street="Mittatie 1",
            postal_code="19600",
            post_office=town.name,
        )
        for town in towns
    ]


def _event(row: dict[str, Any], number: int, organisation: Organisation, chance: Random, now: datetime) -> Event:
    texts = translated(row, "title", "summary", "description", "audience")
    texts["title_fi"] = f"{texts['title_fi']} {number}"
    return Event(
        organisation=organisation,
        slug=f"iso-{number}",
        kind=chance.choice(Kind.values),
        spoken_languages=chance.sample(LANGUAGES, chance.randint(1, 3)),
        audiences=chance.sample(Audience.values, 2),
        contact_email="mitta@bench.example",
        status=Status.PUBLISHED,
        published_at=now - timedelta(days=PUBLISHED_DAYS_AGO),
        changed_at=now - timedelta(days=PUBLISHED_DAYS_AGO),
        **texts,
    )


def _dates(chance: Random, now: datetime) -> list[datetime]:
    first = now + timedelta(days=FIRST_DAY + chance.randrange(DAYS), minutes=chance.randrange(600))
    return [first + timedelta(days=7 * week) for week in range(chance.randint(1, 4))]
