"""A dataset for load clients, and what they must know of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Organisation
from api.enums import Scope
from api.models import ApiToken
from api.services import tokens
from config.benchmark import asking, crowd, full, many, ownership, participants, stage
from config.benchmark import people as multitude
from config.benchmark.crowd import Ticket
from config.benchmark.full import Full, Numbers
from config.benchmark.listeners import Fair, gather
from config.benchmark.staff import Login, Staff
from config.benchmark.stage import Stage
from config.preparation import prepare
from core.live.frames import SUBPROTOCOL
from core.models import Installation
from events.models import Event
from registrations.services import tickets

Say = Callable[[str], object]


@dataclass(frozen=True, kw_only=True)
class Fixture:
    stage: Stage
    owner: Login
    doors: list[Login]
    tickets: list[Ticket]
    full: Full
    fair: Fair | None
    api_token: str
    searches: list[str]
    """Addresses of searches in a big catalogue; none without one."""
    search_queries: int
    desk_queries: int = 0
    """Statements of the desk of the event with all those people."""
    asking: str = ""
    """Where somebody answers a long form; nowhere without one."""
    report: dict[str, Any] | None = None
    """The project with a multitude of participants, if there is one."""

    def described(self) -> dict[str, Any]:
        """Everything that an outside client needs: addresses, keys, codes and logins."""
        return {
            "site": settings.SITE_URL,
            "catalogue": _url("events:catalogue"),
            "login": _url("account_login"),
            "events": {
                "roomy": _event(self.stage.roomy),
                "scarce": _event(self.stage.scarce),
                "others": [_event(each) for each in self.stage.others],
                **{name: _event(event) for name, event in self.full.events.items()},
            },
            "staff": {"owner": self.owner.described(), "doors": [door.described() for door in self.doors]},
            "registrations": [_registration(each) for each in self.tickets],
            "rushes": [_event(each) for each in self.full.rushes],
            "links": {
                name: [_registration(each)["url"] for each in found] for name, found in self.full.tickets.items()
            },
            "seat_queries": self.full.queries,
            "api": {"url": f"{settings.SITE_URL}/api/v1", "token": self.api_token},
            "fair": _room(self.fair) if self.fair else None,
            "searches": [settings.SITE_URL + address for address in self.searches],
            "search_queries": self.search_queries,
            "desk_queries": self.desk_queries,
            "asking_url": self.asking,
            "report": self.report,
            "people_url": _url("workspace:people"),
            "people_words": multitude.WORDS,
        }


def _room(fair: Fair) -> dict[str, Any]:
    return {
        "id": fair.event.pk,
        "url": _url("virtualfair:room", fair.event.slug),
        "socket": f"/ws/fair/{fair.event.pk}/",
        "subprotocol": SUBPROTOCOL,
        "channel": fair.room.stream,
        "cookies": fair.cookies,
    }


def build(
    *,
    seats: int,
    registrations: int,
    now: datetime,
    say: Say,
    listeners: int = 0,
    catalogue: int = 0,
    people: int = 0,
    questions: int = 0,
    participants_of_one: int = 0,
    full_events: Numbers | None = None,
) -> Fixture:
    """Fill this database, an empty one or an earlier run's.

    :raises ImproperlyConfigured: if it is anybody else's
    """
    ownership.refuse_foreign_database()
    prepare(say)
    if ownership.made_by_fixture():
        say("Emptying the benchmarks' own database …")
        ownership.clear()
        prepare(say)
    with transaction.atomic():
        Installation.objects.create(demo=False, benchmark=True, dated_on=timezone.localdate(now))
        made = _build(seats, registrations, listeners, full_events or Numbers(), now, say)
        if catalogue:
            many.build(organisation=made.stage.organisation, number=catalogue, now=now, say=say)
        if questions:
            made = replace(
                made,
                asking=asking.build(
                    owner=made.owner.user,
                    organisation=made.stage.organisation,
                    number=questions,
                    now=now,
                    say=say,
                ),
            )
        if participants_of_one:
            joined = participants.build(
                organisation=made.stage.organisation, number=participants_of_one, now=now, say=say
            )
            made = replace(made, report=joined)
        if people:
            multitude.build(organisation=made.stage.organisation, number=people, now=now, say=say)
    _let_the_planner_look()
    made = replace(made, desk_queries=_desk_queries(made), full=full.counted(made.full, now))
    if made.report:
        made = replace(made, report=participants.measured(made.report, now))
    if not catalogue:
        return made
    addresses = many.searches(now)
    return replace(made, searches=addresses, search_queries=many.most_queries(addresses))


def _desk_queries(made: Fixture) -> int:
    """Counted in this process, when what is kept between requests is there."""
    client = Client(SERVER_NAME="127.0.0.1")
    client.force_login(made.owner.user, "django.contrib.auth.backends.ModelBackend")
    address = reverse("workspace:event", args=[made.stage.roomy.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    return len(queries)


def _let_the_planner_look() -> None:
    """What PostgreSQL does by itself within minutes after many rows have come."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def _build(seats: int, registrations: int, listeners: int, numbers: Numbers, now: datetime, say: Say) -> Fixture:
    organisation = stage.organisation()
    staff = Staff(organisation, now)
    owner = staff.owner()
    built = stage.build(owner=owner.user, organisation=organisation, seats=seats, now=now)
    say(f"{2 + len(built.others)} events.")
    return Fixture(
        stage=built,
        owner=owner,
        doors=staff.doors(built.roomy),
        tickets=crowd.register(event=built.roomy, number=registrations, now=now, say=say),
        full=full.build(owner=owner.user, organisation=organisation, numbers=numbers, now=now, say=say),
        fair=_fair(organisation, owner, listeners, now, say) if listeners else None,
        api_token=_token(organisation, owner, now),
        searches=[],
        search_queries=0,
    )


def _fair(organisation: Organisation, owner: Login, number: int, now: datetime, say: Say) -> Fair:
    event = stage.fair(organisation=organisation, owner=owner.user, now=now)
    return gather(event=event, number=number, now=now, say=say)


def _token(organisation: Organisation, owner: Login, now: datetime) -> str:
    """A token that may do everything, a hundred thousand times a minute."""
    made = tokens.issue(
        organisation=organisation, name="Load client", scopes=list(Scope), expires_at=None, by=owner.user, now=now
    )
    ApiToken.objects.filter(organisation=organisation).update(per_minute=100_000)
    return made


def _event(event: Event) -> dict[str, Any]:
    pool = event.pools.get()
    return {
        "id": event.pk,
        "slug": event.slug,
        "title": event.title,
        "url": _url("events:event", event.slug),
        "take_url": _url("registrations:take", event.slug),
        "desk_url": _url("workspace:event", event.pk),
        "door_url": _url("registrations:door", event.pk),
        "meetings": [meeting.pk for meeting in event.timetable],
        "capacity": pool.capacity,
        "taken": pool.taken,
    }


def _registration(ticket: Ticket) -> dict[str, Any]:
    registration = ticket.registration
    return {
        "id": registration.pk,
        "event": registration.event_id,
        "code": registration.code,
        "ticket": tickets.text(registration),
        "url": _url("registrations:mine", ticket.token),
    }


def _url(name: str, *arguments: object) -> str:
    return settings.SITE_URL + reverse(name, args=arguments)
