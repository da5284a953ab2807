"""Events whose seats are fought for: one that a crowd wants, one with a long queue, a big one beside a small one."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, User
from accounts.services.people import Contact
from config.benchmark import applicants, crowd
from config.benchmark.crowd import Ticket
from config.benchmark.stage import ROOM, one_more
from core.secrets import digest
from events.models import Event
from registrations.enums import HoldKind
from registrations.models import Hold
from registrations.services import seats

POPULAR, QUEUED, SMALL, BIG, APPLIED, FIRST_RUSH = 100, 101, 102, 103, 104, 110
"""The events' numbers; those of the rushes follow each other."""
SEATED, A_FEW, RUSH_SEATS = 200, 100, 20
"""Seats of the event with the queue, registrations of the small event, seats of each rush."""
NEWCOMER = Contact(first_name="Uusi", last_name="Tulija", email="uusi@people.bench.example", phone="", language="fi")


@dataclass(frozen=True, kw_only=True)
class Numbers:
    """Seats of the popular event, people waiting, registrations of the big event, rushes, applicants; 0: none."""

    popular: int = 0
    waiting: int = 0
    big: int = 0
    rushes: int = 0
    applicants: int = 0


@dataclass(frozen=True, kw_only=True)
class Full:
    """The events by name, tickets of those who have a seat there, and how many statements a seat costs there."""

    events: dict[str, Event] = field(default_factory=dict)
    tickets: dict[str, list[Ticket]] = field(default_factory=dict)
    rushes: list[Event] = field(default_factory=list)
    queries: dict[str, int] = field(default_factory=dict)


def build(
    *, owner: User, organisation: Organisation, numbers: Numbers, now: datetime, say: Callable[[str], object]
) -> Full:
    """Make those that are asked for."""

    def event(number: int, capacity: int) -> Event:
        return one_more(organisation=organisation, owner=owner, number=number, capacity=capacity, now=now)

    events: dict[str, Event] = {}
    tickets: dict[str, list[Ticket]] = {}
    if numbers.popular:
        events["popular"] = event(POPULAR, numbers.popular)
    if numbers.waiting:
        events["queued"] = event(QUEUED, SEATED)
        tickets["queued"] = crowd.register(event=events["queued"], number=SEATED, now=now, say=say)
        crowd.wait(event=events["queued"], number=numbers.waiting, now=now, say=say)
    if numbers.big:
        for name, number, people in (("small", SMALL, A_FEW), ("big", BIG, numbers.big)):
            events[name] = event(number, ROOM)
            tickets[name] = crowd.register(event=events[name], number=people, now=now, say=say)[:A_FEW]
    if numbers.applicants:
        events["applied"] = applicants.build(
            event=event(APPLIED, numbers.applicants), number=numbers.applicants, by=owner, now=now, say=say
        )
    rushes = [event(FIRST_RUSH + number, RUSH_SEATS) for number in range(numbers.rushes)]
    for each in events.values():
        each.refresh_from_db()
    return Full(events=events, tickets=tickets, rushes=rushes)


def counted(full: Full, now: datetime) -> Full:
    """With the statements of a hold, its registration and somebody's cancellation, at the small and the big event."""
    both = [name for name in ("small", "big") if name in full.events]
    for name in both:  # what is kept between requests is there from here on
        _statements(full.events[name], full.tickets[name][0], now)
    return replace(full, queries={name: _statements(full.events[name], full.tickets[name][0], now) for name in both})


def _statements(event: Event, ticket: Ticket, now: datetime) -> int:
    """Counted in this process, and taken back."""
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        token = seats.hold(event=event, kind=HoldKind.SEAT, now=now)
        held = Hold.objects.get(token_digest=digest(token))
        seats.register(hold=held, contact=NEWCOMER, answers=None, support_needs="", now=now)
        seats.cancel(registration=ticket.registration, by=None, now=now)
        transaction.set_rollback(True)
    return sum("SAVEPOINT" not in query["sql"] for query in queries)
