"""People across events: what somebody may see of each, by the rights that they have where it happened."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Count, QuerySet

from accounts.enums import Permission
from accounts.models import Grant, Person, PersonScope, User
from accounts.services import audit
from core.models import OutboxMessage
from core.scopes import Scopes
from esf.models import AttendedDay, Participation, StartNotice
from events.models import Event, Meeting, Municipality, Project
from registrations.enums import Status
from registrations.models import Registration
from workspace.services import hidden

NARROWEST = ("event", "project", "organisation")
MESSAGES = 100
"""The newest ones of a person that their page shows."""


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person in a list. Only what happened within reach is counted; `last` is the event registered for last."""

    person: Person
    town: str
    registrations: int
    attended: int
    last: Event | None


@dataclass(frozen=True, kw_only=True)
class Visit:
    registration: Registration
    attended: list[Meeting]


@dataclass(frozen=True, kw_only=True)
class Spell:
    participation: Participation
    hours: Decimal


@dataclass(frozen=True, kw_only=True)
class Card:
    """What somebody may see of one person. The birth date is that of the newest background form among `notices`."""

    person: Person
    town: str
    birth_date: date | None
    visits: list[Visit]
    notices: list[StartNotice]
    spells: list[Spell]
    messages: list[OutboxMessage]


def reach(user: User) -> Scopes:
    return Grant.objects.scopes(user, Permission.SEE_PEOPLE)


def lines(*, people: list[Person], within: Scopes) -> list[Line]:
    """A fixed number of queries."""
    towns = _towns(people)
    rows = Registration.objects.in_reach_of(within).filter(person__in=people).exclude(status=Status.CANCELLED)
    mine: dict[int, list[Registration]] = defaultdict(list)
    for row in rows.annotate(times=Count("attendances")).select_related("event").order_by("registered_at", "pk"):
        mine[row.person_id].append(row)
    return [_line(person, towns, mine[person.pk]) for person in people]


def card(*, person: Person, user: User, within: Scopes) -> Card:
    """A fixed number of queries."""
    unseen = _unseen(person, within)
    projects = Project.objects.in_reach_of(within)
    notices = list(
        StartNotice.objects.filter(person=person, project__in=projects)
        .exclude(source__in=[row.key for row in unseen])
        .select_related("project")
        .order_by("-submitted_at", "-pk")
    )
    visits = _visits(person, within)
    return Card(
        person=person,
        town=_towns([person]).get(person.municipality_code, ""),
        birth_date=notices[0].birth_date if notices else None,
        visits=visits,
        notices=notices,
        spells=_spells(person, projects, unseen),
        messages=_messages(person, {visit.registration.event_id for visit in visits}, user),
    )


def record_list(*, people: Collection[Person], within: Scopes, by: User, now: datetime) -> None:
    """That `by` was shown a list of `people`: in the log of each organisation in which they see them."""
    scopes = _narrowest(people, within)
    owners = audit.owners(set(scopes.values()))
    logs = (f"organisation:{owners[scope]}" if scope in owners else scope for scope in scopes.values())
    for scope, number in Counter(logs).items():
        audit.people_read(actor=by, subject="people", scope=scope, people=number, now=now)


def record_card(*, person: Person, within: Scopes, by: User, now: datetime) -> None:
    """That `by` opened the page of `person`: in the narrowest scope in which they see them."""
    scope = narrowest(person=person, within=within)
    audit.people_read(actor=by, subject=person.key, scope=scope, people=1, now=now)


def narrowest(*, person: Person, within: Scopes) -> str:
    """The narrowest scope in which `person` is within reach."""
    [scope] = _narrowest([person], within).values()
    return scope


def _line(person: Person, towns: Mapping[str, str], rows: list[Registration]) -> Line:
    return Line(
        person=person,
        town=towns.get(person.municipality_code, ""),
        registrations=len(rows),
        attended=sum(row.times > 0 for row in rows),  # type: ignore[attr-defined]
        last=rows[-1].event if rows else None,
    )


def _visits(person: Person, within: Scopes) -> list[Visit]:
    rows = Registration.objects.in_reach_of(within).filter(person=person).select_related("event")
    there = rows.prefetch_related("attendances__meeting").order_by("-registered_at", "-pk")
    return [Visit(registration=row, attended=_meetings(row)) for row in there]


def _meetings(registration: Registration) -> list[Meeting]:
    there = [attendance.meeting for attendance in registration.attendances.all()]
    return sorted(there, key=lambda meeting: (meeting.starts_at, meeting.pk))


def _unseen(person: Person, within: Scopes) -> list[Registration]:
    """Those for confidential events of which one is not of the team: nothing on the page may tell of them."""
    return list(person.registrations.filter(event__in=hidden.events(within)))


def _spells(person: Person, projects: QuerySet[Project], unseen: list[Registration]) -> list[Spell]:
    """Participations with their hours. One that nothing but hidden attendance has made is hidden too."""
    secret = hidden.sources(Event.objects.filter(pk__in=[row.event_id for row in unseen]))
    there = list(AttendedDay.objects.filter(person=person, project__in=projects))
    days = [day for day in there if day.source not in secret]
    spells = Participation.objects.filter(person=person, project__in=projects).select_related("project")
    return [
        Spell(participation=spell, hours=_hours(spell, days))
        for spell in spells.order_by("-started_on", "-pk")
        if _hours(spell, days) or not _hours(spell, there)
    ]


def _hours(spell: Participation, days: Iterable[AttendedDay]) -> Decimal:
    until = spell.ended_on or date.max
    there = (day for day in days if day.project_id == spell.project_id and spell.started_on <= day.day <= until)
    return sum((day.hours for day in there), Decimal(0))


def _messages(person: Person, events: set[int], user: User) -> list[OutboxMessage]:
    """The newest letters about events that the user manages, as the page of sent mail shows them."""
    managed = Event.objects.people_in_reach_of(Grant.objects.scopes(user, Permission.MANAGE_EVENTS))
    keys = managed.filter(pk__in=events).values_list("pk", flat=True)
    mine = OutboxMessage.objects.in_scopes(frozenset(f"event:{pk}" for pk in keys)).filter(person=person.key)
    return list(mine.defer("payload").order_by("-created_at", "-pk")[:MESSAGES])


def _narrowest(people: Collection[Person], within: Scopes) -> dict[int, str]:
    """For each of the people, the narrowest scope in which they are within reach; the newest of several."""
    rows = PersonScope.objects.filter(person__in=people, scope__in=within.keys).values_list("person", "scope")
    return dict(sorted(rows, key=lambda row: _breadth(row[1]), reverse=True))  # the last of a person is kept


def _breadth(scope: str) -> tuple[int, int]:
    kind, _colon, pk = scope.partition(":")
    return NARROWEST.index(kind), -int(pk)


def _towns(people: Iterable[Person]) -> dict[str, str]:
    codes = {person.municipality_code for person in people} - {""}
    return {town.code: town.name for town in Municipality.objects.filter(code__in=codes)}
