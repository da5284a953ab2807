"""Which participants of a project wait for what. Rows are participations; the number of queries is fixed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from accounts.models import Person
from accounts.services import finding
from core.scopes import Scopes
from esf.enums import CollectionOutcome, EuraState, NoticeKind
from esf.models import Attempt, AttendedDay, EndNotice, EuraStep, Participation
from esf.models.participations import ParticipationQuerySet
from esf.rules.ending import follow_up_day
from events.models import Project
from workspace.enums import Missing
from workspace.services import hidden

MOST_COUNTED = 1000
"""Beyond it a list says “more than”: counting a hundred thousand rows would take longer than showing the page."""
HALF_A_YEAR = 184
"""Days: six months are never longer."""

Rows = ParticipationQuerySet


@dataclass(frozen=True, kw_only=True)
class Line:
    """A participation in the list. `asked` is the newest attempt to get what the list is about."""

    spell: Participation
    person: Person
    last_day: date | None
    eura: EuraState | None
    asked: Attempt | None


@dataclass(frozen=True, kw_only=True)
class Tab:
    which: Missing
    number: int
    more: bool


def rows(*, project: Project, which: Missing, within: Scopes, today: date) -> Rows:
    """Who is on the list, in the order in which they wait."""
    return LISTS[which](seen(project, within), project, today)


def tabs(*, project: Project, within: Scopes, today: date) -> list[Tab]:
    """How many are on each list, up to a thousand."""
    shown = [each for each in Missing if each != Missing.FOLLOW_UP or project.follows_up]
    found = {each: _number(rows(project=project, which=each, within=within, today=today)) for each in shown}
    return [Tab(which=each, number=min(found[each], MOST_COUNTED), more=found[each] > MOST_COUNTED) for each in shown]


def lines(*, project: Project, spells: list[Participation], which: Missing, within: Scopes) -> list[Line]:
    """What the table says of each; a fixed number of queries. Days at hidden events are not told."""
    people = {spell.person_id for spell in spells}
    of_them = {"project": project, "person__in": people}
    seen_days = AttendedDay.objects.filter(**of_them).exclude(source__in=hidden_sources(project, within))
    days = seen_days.values_list("person").annotate(last=Max("day")).order_by()
    last = dict(days)
    steps = EuraStep.objects.filter(**of_them).order_by("day", "at", "pk").values_list("person", "state")
    states = {person: EuraState(state) for person, state in steps}
    kind = NoticeKind.START if which == Missing.START else NoticeKind.END
    tried = {each.person_id: each for each in Attempt.objects.filter(of=kind, **of_them).order_by("at", "pk")}
    return [
        Line(
            spell=spell,
            person=spell.person,
            last_day=last.get(spell.person_id),
            eura=states.get(spell.person_id),
            asked=tried.get(spell.person_id),
        )
        for spell in spells
    ]


def with_eura(found: Rows, project: Project, state: EuraState) -> Rows:
    """Those of them who have come to this state in EURA 2021; who has no step was not invited."""
    steps = EuraStep.objects.filter(project=project, person=OuterRef("person"))
    if state == EuraState.NOT_INVITED:
        return found.filter(~Exists(steps) | _newest_is(steps, state))
    return found.filter(_newest_is(steps, state))


def of_people(found: Rows, words: str) -> Rows:
    """Those of them whom `words` may mean: see `accounts.services.finding`."""
    people = finding.find(words=words, among=Person.objects.filter(pk__in=found.order_by().values("person")))
    return found.filter(person__in=[person.pk for person in people.people])


def _newest_is(steps: QuerySet[EuraStep], state: EuraState) -> Exists:
    """The newest step has this state: there is one with it, and none after it."""
    later = EuraStep.objects.filter(project=OuterRef("project"), person=OuterRef("person")).filter(
        Q(day__gt=OuterRef("day"))
        | Q(day=OuterRef("day"), at__gt=OuterRef("at"))
        | Q(day=OuterRef("day"), at=OuterRef("at"), pk__gt=OuterRef("pk"))
    )
    return Exists(steps.filter(~Exists(later), state=state))


def hidden_sources(project: Project, within: Scopes) -> set[str]:
    """Of attended days at confidential events of which one is not of the team."""
    return hidden.sources(hidden.events(within).filter(project=project))


def seen(project: Project, within: Scopes) -> Rows:
    """Without those whom nothing but a confidential event has made a participant, unless one is of its team."""
    spells = Participation.objects.filter(project=project)
    keys = hidden_sources(project, within)
    if not keys:
        return spells
    days = AttendedDay.objects.filter(project=project, person=OuterRef("person"))
    return spells.exclude(Exists(days.filter(source__in=keys)) & ~Exists(days.exclude(source__in=keys)))


def _start(seen: Rows, project: Project, _today: date) -> Rows:
    """No counted participation has a background form, so the person is in no figure; the first one is told."""
    earlier = Participation.objects.counted().filter(
        project=project, person=OuterRef("person"), started_on__lt=OuterRef("started_on")
    )
    formed = Participation.objects.counted().filter(
        project=project, person=OuterRef("person"), start_notice__isnull=False
    )
    bare = seen.counted().filter(~Exists(formed), ~Exists(earlier), start_notice=None)
    return bare.order_by("started_on", "pk")


def _end(seen: Rows, _project: Project, _today: date) -> Rows:
    # By a join, PostgreSQL would expect one row, and sort all.
    told = EndNotice.objects.filter(participation=OuterRef("pk"))
    return seen.counted().filter(~Exists(told), ended_on__isnull=False).order_by("ended_on", "pk")


def _quiet(seen: Rows, project: Project, today: date) -> Rows:
    """They go on by the book, but nobody has seen them for long."""
    since = today - timedelta(days=settings.ESF_QUIET_DAYS)
    there = AttendedDay.objects.filter(project=project, person=OuterRef("person"), day__gte=since)
    return seen.counted().open().filter(~Exists(there), started_on__lt=since).order_by("started_on", "pk")


def _follow_up(seen: Rows, project: Project, today: date) -> Rows:
    later = Participation.objects.counted().filter(
        project=project, person=OuterRef("person"), started_on__gt=OuterRef("started_on")
    )
    asked = seen.counted().filter(
        ~Exists(later),
        ended_on__lte=_six_months_before(today),
        end_notice__collection_outcome=CollectionOutcome.COLLECTED,
        end_notice__followup_status="",
    )
    return asked.order_by("ended_on", "pk") if project.follows_up else asked.none()


def _six_months_before(today: date) -> date:
    """The newest end whose follow-up is due."""
    days = (today - timedelta(days=back) for back in range(HALF_A_YEAR - 5, HALF_A_YEAR + 1))
    return next(day for day in days if follow_up_day(day) <= today)


def _all(seen: Rows, _project: Project, _today: date) -> Rows:
    return seen.order_by(F("started_on").desc(), "-pk")


LISTS: dict[Missing, Callable[[Rows, Project, date], Rows]] = {
    Missing.START: _start,
    Missing.END: _end,
    Missing.QUIET: _quiet,
    Missing.FOLLOW_UP: _follow_up,
    Missing.ALL: _all,
}


def _number(found: Rows) -> int:
    """The order stays: along its index the first thousand are found without a look at the others."""
    return found[: MOST_COUNTED + 1].count()
