"""Events in figures, across all that somebody may see: queries, never stored figures.

Everything is counted of pools of seats. A pool is that of one date, or of a whole event; it belongs to the month and to
the place of its own date, or of its event's first date. Published events count, also those in the archive; drafts,
templates and cancelled events do not, nor events that need no seat.

These are the organisers' own working figures: how many registrations there are, told apart by what is known of the
*event* and by the way they came. No attribute of a person takes part, so small numbers stand as they are. Figures of
people are in `esf.indicators`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, TruncMonth
from django.utils import timezone

from accounts.models import AuditEntry
from events.enums import Status as EventStatus
from events.models import EventQuerySet, Meeting, SeatPool
from registrations.enums import Status
from registrations.models import Attendance, Registration
from workspace.enums import Way

NOWHERE = ""
"""The municipality of dates that are online or at a workplace of no register."""


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What is counted: of which events, in which days (both are counted in), and of which kind and place, or all."""

    events: EventQuerySet
    first: date
    last: date
    kind: str = ""
    town: str = ""


@dataclass(frozen=True, kw_only=True)
class Month:
    """Seats of the pools of one month: offered, taken by confirmed registrations, and used by those who came."""

    month: date
    seats: int = 0
    taken: int = 0
    came: int = 0


@dataclass(frozen=True, kw_only=True)
class Group:
    """Registrations of one kind of event or of one municipality: all that were made, and what they are now."""

    key: str
    confirmed: int
    waiting: int
    cancelled: int

    @property
    def made(self) -> int:
        return self.confirmed + self.waiting + self.cancelled


@dataclass(frozen=True, kw_only=True)
class Origin:
    """Registrations that came one way; `source` is where the invitation code was printed, if it was that."""

    way: Way
    source: str
    made: int
    confirmed: int
    came: int


@dataclass(frozen=True, kw_only=True)
class Turnout:
    """Confirmed registrations whose dates are over, of one kind of event.

    `unknown` are those of pools where nobody was let in by ticket: they say nothing of who came.
    """

    kind: str
    came: int
    absent: int
    unknown: int

    @property
    def rate(self) -> int | None:
        """Whole percent of those of whom it is known; None when it is known of nobody."""
        known = self.came + self.absent
        return round(100 * self.came / known) if known else None


def months(choice: Choice) -> list[Month]:
    """How full it was, month by month from the first with seats to the last; empty months between stand at zero."""
    rows = (
        _pools(choice)
        .values(month=TruncMonth("starts", output_field=DateField()))
        .annotate(seats=Sum("capacity"), confirmed=Sum("taken"), came=Sum("used"))
    )
    found = {row["month"]: Month(taken=row.pop("confirmed"), **row) for row in rows}
    return [found.get(month) or Month(month=month) for month in _through(found)]


def towns(choice: Choice) -> list[Group]:
    """Registrations by the municipality of the venue, the greatest first; `key` is its code, or NOWHERE."""
    return _groups(_pools(choice).values(key=F("town")))


def kinds(choice: Choice) -> list[Group]:
    """Registrations by kind of event, the greatest first."""
    return _groups(_pools(choice).values(key=F("event__kind")))


def origins(choice: Choice) -> list[Origin]:
    """How all the registrations that were ever made came, the greatest number first.

    Codes of the same source count together. Who registered somebody else is known from the audit log, so that after its
    years (`AUDIT_KEEP_YEARS`) such a registration counts as direct.
    """
    rows = (
        Registration.objects.annotate(root=Coalesce("pool__root", "pool"))
        .filter(root__in=_pools(choice).values("pk"))
        .values(came_by=_way(), source=Coalesce("invitation__source", Value("")))
        .annotate(
            made=Count("pk"), confirmed=Count("pk", filter=Q(status=Status.CONFIRMED)), came=Count("pk", filter=CAME)
        )
        .order_by("-made", "came_by", "source")
    )
    return [
        Origin(
            way=Way(row["came_by"]),
            source=row["source"],
            made=row["made"],
            confirmed=row["confirmed"],
            came=row["came"],
        )
        for row in rows
    ]


def turnouts(choice: Choice, now: datetime) -> list[Turnout]:
    """Whether those with a seat came, by kind of event; of pools whose last date is over at `now`."""
    letting_in = Attendance.objects.filter(_in_tree("registration__pool"))
    rows = (
        _pools(choice)
        .filter(ends__lte=now)
        .values(kind=F("event__kind"))
        .annotate(seats=Sum("taken"), came=Sum("used"), unknown=Coalesce(Sum("taken", filter=~Exists(letting_in)), 0))
        .filter(seats__gt=0)
        .order_by("-seats", "kind")
    )
    return [
        Turnout(
            kind=row["kind"],
            came=row["came"],
            absent=row["seats"] - row["came"] - row["unknown"],
            unknown=row["unknown"],
        )
        for row in rows
    ]


CAME = Exists(Attendance.objects.filter(registration=OuterRef("pk")))
"""Was let in to at least one date. Who has been there cannot be cancelled, so they are confirmed."""


def _pools(choice: Choice) -> QuerySet[Any, Any]:
    """The roots that are counted, with when they start and end, in which municipality, and how many seats were used."""
    dates = Meeting.objects.filter(event=OuterRef("event")).order_by("starts_at", "pk")
    latest = Meeting.objects.filter(event=OuterRef("event")).order_by("-ends_at")
    place = Subquery(dates.values("venue__municipality")[:1], output_field=CharField())
    of_its_date = Coalesce("meeting__venue__municipality", Value(NOWHERE))
    events = choice.events.filter(status=EventStatus.PUBLISHED, is_template=False)
    roots = SeatPool.objects.roots().filter(event__in=events.filter(kind=choice.kind) if choice.kind else events)
    pools = roots.annotate(
        starts=Coalesce("meeting__starts_at", Subquery(dates.values("starts_at")[:1])),
        ends=Coalesce("meeting__ends_at", Subquery(latest.values("ends_at")[:1])),
        town=Case(When(meeting=None, then=Coalesce(place, Value(NOWHERE))), default=of_its_date),
        used=_number(Attendance.objects.filter(_in_tree("registration__pool")), "registration"),
    )
    within = pools.filter(starts__gte=_midnight(choice.first), starts__lt=_midnight(choice.last + timedelta(days=1)))
    return within.filter(town=choice.town) if choice.town else within


def _groups(pools: QuerySet[Any, Any]) -> list[Group]:
    """Confirmed and waiting registrations are the pools' own counters; who cancelled is counted."""
    gone = Registration.objects.filter(_in_tree("pool"), status=Status.CANCELLED)
    rows = pools.annotate(confirmed=Sum("taken"), queue=Sum("waiting"), cancelled=Sum(_number(gone, "pk")))
    groups = [Group(waiting=row.pop("queue"), **row) for row in rows.order_by()]
    return sorted((group for group in groups if group.made), key=lambda group: (-group.made, group.key))


def _in_tree(pool: str) -> Q:
    """Whether this pool of a row stands in the tree of the root that is counted."""
    return Q(**{pool: OuterRef("pk")}) | Q(**{f"{pool}__root": OuterRef("pk")})


def _number(rows: QuerySet[Any], of: str) -> Coalesce:
    """How many different `of` these rows have."""
    counted = rows.order_by().annotate(all=Value(1)).values("all").annotate(number=Count(of, distinct=True))
    counted = counted.values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)


def _way() -> Case:
    """By a code; else whoever else acted, as the audit log has it; else the person themselves."""
    key = Concat(Value("registration:"), Cast(OuterRef("pk"), CharField()))
    helped = AuditEntry.objects.filter(subject=key, action="registration.create", actor__isnull=False)
    by_token = Case(When(via="", then=Value(Way.STAFF)), default=Value(Way.SYSTEM), output_field=CharField())
    return Case(
        When(invitation__isnull=False, then=Value(Way.CODE)),
        default=Coalesce(Subquery(helped.values(way=by_token)[:1]), Value(Way.DIRECT)),
        output_field=CharField(),
    )


def _through(found: Iterable[date]) -> list[date]:
    """Every month from the earliest to the latest."""
    numbers = [12 * month.year + month.month - 1 for month in found]
    return [date(n // 12, n % 12 + 1, 1) for n in range(min(numbers), max(numbers) + 1)] if numbers else []


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
