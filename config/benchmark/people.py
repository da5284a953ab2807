"""As many people as an organisation may know one day, written in bulk, each with a registration for a past event."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from itertools import cycle, islice
from random import Random

from django.utils.text import slugify

from accounts.models import Organisation, Person, PersonScope
from accounts.services import finding
from accounts.services.people import Contact, identity
from accounts.spellings import EDITION
from config.demo.content import read, translated
from events.enums import Kind, Mode, Status
from events.models import LANGUAGES, Event, Meeting, Project, SeatPool
from registrations.enums import Status as Seat
from registrations.models import Registration
from registrations.services import tickets

SEED, A_BATCH = 7, 2000
EVENTS, OF_THE_PROJECT = 40, 2
"""The first few events are a project's: who came to them is known to the project too."""
FORE = "Ala Heinä Honka Iso Jokela Kallio Kangas Katajan Kivi Koivu Kuusi Lehto Lepi Mänty Niitty Paju Suvi Tuomi Yli"
AFT = "aho harju joki järvi kallio koski lahti lampi luoto maa mäki niemi oja pelto ranta saari salo suo vaara virta"
WORDS = [
    "Virtanen",
    "Karjalainen",
    "Aino Lahtinen",
    "Maki",
    "Koivuranta",
    "Koivurnata",
    "karjalaimen mati",
    "matti.ojala",
    "Kuusisto timo",
    "Yli-Mäk",
    "Jääskelainen",
    "0505012345",
    "050 501 2435",
    "4321",
    "ma",
    "@vaki.example",
    "Xyzzyqw",
    "pekka kanagsniemi",
]
"""Whole names, beginnings, slips, addresses, numbers, what everybody has and what nobody has."""


def build(*, organisation: Organisation, number: int, now: datetime, say: Callable[[str], object]) -> Project:
    """Make `number` people whom `organisation` knows. A project, which is returned, knows one in twenty."""
    project = _project(organisation, now)
    pools = [
        _pool(organisation, project if i < OF_THE_PROJECT else None, i, len(range(i, number, EVENTS)), now)
        for i in range(EVENTS)
    ]
    contacts, turns, made = _contacts(number), cycle(pools), 0
    while batch := list(islice(contacts, A_BATCH)):
        _write(batch, list(islice(turns, len(batch))), now)
        made += len(batch)
        say(f"{made} of {number} people …")
    return project


def _write(batch: list[Contact], pools: list[SeatPool], now: datetime) -> None:
    people = Person.objects.bulk_create(_person(contact, now) for contact in batch)
    seats = list(zip(people, pools, strict=True))
    PersonScope.objects.bulk_create(
        PersonScope(person=person, scope=scope) for person, pool in seats for scope in pool.event.people_scopes
    )
    Registration.objects.bulk_create(_registration(person, pool, now) for person, pool in seats)
    finding.write(people=people)


def _contacts(number: int) -> Iterator[Contact]:
    data, chance = read("people"), Random(SEED)  # noqa: S311 - the same people at every run
    given = [*data["given_names_f"], *data["given_names_m"]]
    fore, aft = FORE.split(), AFT.split()
    for i in range(number):
        first, last = chance.choice(given), chance.choice(data["family_names"])
        if i % 2:
            last = f"{chance.choice(fore)}{chance.choice(aft)}"
        if i % 20 == 0:
            last = f"{chance.choice(fore)}-{last}"
        yield Contact(
            first_name=first,
            last_name=last,
            email=f"{slugify(first)}.{slugify(last)}.{i}@vaki.example",
            phone=f"+35850{5_000_000 + i}",
            language="fi",
            municipality_code="081",
        )


def _person(contact: Contact, now: datetime) -> Person:
    return Person(
        first_name=contact.first_name,
        last_name=contact.last_name,
        email=contact.email,
        phone=contact.phone,
        language=contact.language,
        municipality_code=contact.municipality_code,
        identity=identity(contact),
        created_at=now,
        spelling_edition=EDITION,
    )


def _registration(person: Person, pool: SeatPool, now: datetime) -> Registration:
    return Registration(
        event=pool.event,
        pool=pool,
        person=person,
        status=Seat.CONFIRMED,
        code=tickets.new_code(),
        first_name=person.first_name,
        last_name=person.last_name,
        email=person.email,
        phone=person.phone,
        language=person.language,
        registered_at=now - timedelta(days=60),
        queued_at=now - timedelta(days=60),
        confirmed_at=now - timedelta(days=60),
    )


def _project(organisation: Organisation, now: datetime) -> Project:
    return Project.objects.create(
        code="S38888",
        name="Väki koolla",
        organisation=organisation,
        starts_on=(now - timedelta(days=365)).date(),
        ends_on=(now + timedelta(days=365)).date(),
    )


def _pool(organisation: Organisation, project: Project | None, number: int, taken: int, now: datetime) -> SeatPool:
    event = Event.objects.create(
        organisation=organisation,
        project=project,
        kind=Kind.COURSE,
        slug=f"vaki-{number}",
        **translated({"title": dict.fromkeys(LANGUAGES, f"Väki {number}")}, "title"),
        contact_email="mitta@bench.example",
        status=Status.PUBLISHED,
        published_at=now - timedelta(days=90),
        changed_at=now - timedelta(days=90),
    )
    starts = now - timedelta(days=30 + number)
    Meeting.objects.create(event=event, mode=Mode.REMOTE, starts_at=starts, ends_at=starts + timedelta(hours=2))
    return SeatPool.objects.create(event=event, capacity=taken + 1, taken=taken)
