"""Registrations by the thousand: the rows that `registrations.services` would have written, many at a time.

`tests/config/test_bench_fixture.py` holds them against one registration that went through the services.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from django.conf import settings
from django.db.models import F
from django.utils import timezone, translation

from accounts.enums import NoticePurpose
from accounts.models import AuditEntry, Person, PersonalLink, PersonScope, PrivacyNotice
from accounts.services import finding, people
from accounts.spellings import EDITION
from config.demo.people import DemoPerson, residents
from core import wording
from core.enums import MessageState
from core.models import OutboxMessage
from core.secrets import digest, new_token
from esf.enums import LabourStatus
from esf.models import StartNotice
from esf.services.notices import WORDING
from events.models import Event, SeatPool
from registrations.enums import HoldKind, Status
from registrations.models import Hold, Registration
from registrations.services import letters, tickets

A_BATCH = 500
AT_WORK = {LabourStatus.EMPLOYED, LabourStatus.ENTREPRENEUR}
EMPLOYER = "0165116-3"


@dataclass(frozen=True, kw_only=True)
class Ticket:
    """A registration with the token of its personal link, which the database knows as a digest only."""

    registration: Registration
    token: str


@dataclass(frozen=True, kw_only=True)
class Arrival:
    """Somebody on the way in, before there are rows."""

    who: DemoPerson
    at: datetime
    token: str


def register(*, event: Event, number: int, now: datetime, say: Callable[[str], object]) -> list[Ticket]:
    """Confirm so many people for `event`, each with a background form, a ticket code and a personal link."""
    made = _write(event, Status.CONFIRMED, number, now, say)
    SeatPool.objects.filter(event=event).update(taken=F("taken") + number)
    return made


def wait(*, event: Event, number: int, now: datetime, say: Callable[[str], object]) -> list[Ticket]:
    """The same for people who wait for a seat of `event`, which is full."""
    made = _write(event, Status.WAITING, number, now, say)
    SeatPool.objects.filter(event=event).update(waiting=F("waiting") + number)
    return made


def _write(event: Event, status: Status, number: int, now: datetime, say: Callable[[str], object]) -> list[Ticket]:
    pool = SeatPool.objects.get(event=event)
    arrivals = _arrivals(event, status, number, now)
    made: list[Ticket] = []
    while batch := list(islice(arrivals, A_BATCH)):
        made += Batch(event, pool, status, batch).write()
        say(f"{len(made)} of {number} registrations …")
    return made


def _arrivals(event: Event, status: Status, number: int, now: datetime) -> Iterator[Arrival]:
    """Evenly, from the opening of registration until an hour before `now`; to no two events the same people."""
    opened = event.registration_opens_at or now - timedelta(days=30)
    window = now - timedelta(hours=1) - opened
    for index, who in enumerate(residents(timezone.localdate(now), number)):
        someone = _with_all_answers(who, f"{event.slug}.{status}")
        yield Arrival(who=someone, at=opened + window * (index / number), token=new_token())


def _with_all_answers(person: DemoPerson, mailbox: str) -> DemoPerson:
    """The demo's people leave open what they may; here every question that concerns them is answered."""
    at_work = person.answers.labour_status_start in AT_WORK
    contact = replace(person.contact, email=f"{mailbox}.{person.contact.email}")
    answers = replace(
        person.answers,
        email=contact.email,
        employer_business_id=EMPLOYER if at_work else "",
        postal_code="19600",
        post_office="Hartola",
        citizenship_group="FI",
        foreign_background="NO",
    )
    return DemoPerson(contact, answers)


class Batch:
    """Some arrivals and their rows, table by table."""

    def __init__(self, event: Event, pool: SeatPool, status: Status, arrivals: list[Arrival]) -> None:
        self.event, self.pool, self.status, self.arrivals = event, pool, status, arrivals
        self.seated = status == Status.CONFIRMED
        self.template = "confirmed" if self.seated else "waiting"
        self.notice = PrivacyNotice.objects.current(NoticePurpose.ESF)
        self.subjects = {language: _subject(self.template, event, language) for language, _name in settings.LANGUAGES}

    def write(self) -> list[Ticket]:
        Hold.objects.bulk_create(map(self._hold, self.arrivals))
        persons = Person.objects.bulk_create(map(self._person, self.arrivals))
        finding.write(people=persons)
        PersonScope.objects.bulk_create(
            PersonScope(person=person, scope=scope) for person in persons for scope in self.event.people_scopes
        )
        made = Registration.objects.bulk_create(map(self._registration, self.arrivals, persons))
        PersonalLink.objects.bulk_create(map(self._link, self.arrivals, made))
        OutboxMessage.objects.bulk_create(map(self._letter, made))
        StartNotice.objects.bulk_create(map(self._notice, self.arrivals, made))
        AuditEntry.objects.bulk_create(entry for each in made for entry in self._entries(each))
        return [
            Ticket(registration=registration, token=arrival.token)
            for registration, arrival in zip(made, self.arrivals, strict=True)
        ]

    def _hold(self, arrival: Arrival) -> Hold:
        return Hold(
            pool=self.pool,
            kind=HoldKind.SEAT if self.seated else HoldKind.QUEUE,
            token_digest=digest(new_token()),
            created_at=arrival.at - timedelta(minutes=5),
            expires_at=arrival.at - timedelta(minutes=5) + timedelta(minutes=settings.HOLD_MINUTES),
            released_at=arrival.at,
            finished_at=arrival.at,
            sent_to=arrival.who.contact.email,
        )

    def _person(self, arrival: Arrival) -> Person:
        contact = arrival.who.contact
        return Person(
            **asdict(contact), identity=people.identity(contact), created_at=arrival.at, spelling_edition=EDITION
        )

    def _registration(self, arrival: Arrival, person: Person) -> Registration:
        contact = arrival.who.contact
        return Registration(
            event=self.event,
            pool=self.pool,
            person=person,
            identity=person.identity,
            status=self.status,
            code=tickets.new_code(),
            first_name=contact.first_name,
            last_name=contact.last_name,
            email=contact.email,
            phone=contact.phone,
            language=contact.language,
            registered_at=arrival.at,
            queued_at=arrival.at,
            confirmed_at=arrival.at if self.seated else None,
        )

    def _link(self, arrival: Arrival, registration: Registration) -> PersonalLink:
        return PersonalLink(
            purpose=letters.PURPOSE,
            key=registration.key,
            token_digest=digest(arrival.token),
            created_at=arrival.at,
            expires_at=(self.event.ends_at or arrival.at) + letters.LINK_OUTLIVES_EVENT,
        )

    def _letter(self, registration: Registration) -> OutboxMessage:
        """As the outbox keeps it after delivery: sent, its words gone."""
        at, language = registration.registered_at, registration.language
        keys = {"registration": registration.pk, "letter": self.template}
        return OutboxMessage(
            kind=letters.WITH_TICKET,
            recipient=registration.email,
            subject=self.subjects[language],
            payload={"text": "", "html": "", "language": language, "keys": keys},
            scope=self.event.scope,
            person=f"person:{registration.person_id}",
            state=MessageState.SENT,
            attempts=1,
            created_at=at,
            due_at=at,
            claimed_at=at,
            sent_at=at,
        )

    def _notice(self, arrival: Arrival, registration: Registration) -> StartNotice:
        return StartNotice(
            **asdict(arrival.who.answers),
            person_id=registration.person_id,
            project=self.event.project,
            source=registration.key,
            privacy_notice=self.notice,
            info_given_at=arrival.at,
            confirmed_at=arrival.at,
            submitted_at=arrival.at,
            wording=WORDING,
        )

    def _entries(self, registration: Registration) -> Iterator[AuditEntry]:
        at, key, event = registration.registered_at, registration.key, self.event
        status = {"status": registration.status}
        yield AuditEntry(at=at, action="registration.create", subject=key, scope=event.scope, after=status)
        if event.project:
            yield AuditEntry(at=at, action="start_notice.submit", subject=key, scope=event.project.scope)


def _subject(template: str, event: Event, language: str) -> str:
    with translation.override(language):
        return wording.line(letters.MOMENTS[template].subject(), {"event": event.title})[:200]
