"""Days, background forms and participations of two people who are one: see `core.personal`.

Called with both people's rows locked: everything here is decided under that lock, like a check-in. A participation that
has begun keeps its first day, as it does when a scan comes late. Nothing of the audit log is rewritten: a spell that is
absorbed leaves its beginning there, and its joining.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import Max, Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Person
from accounts.services import audit
from core.names import normalised_email
from core.personal import ChangedSince, Holding, Journal, PersonalData, Words, point_back, repoint, restored, snapshot
from core.templatetags.when import full_day
from esf.models import (
    Attempt,
    AttendedDay,
    Correction,
    EndNotice,
    EuraStep,
    Outcome,
    Participation,
    StartNotice,
    Subscription,
)
from esf.rules import spells
from esf.services import participations
from events.models import Project

MOVED: tuple[type[Model], ...] = (StartNotice, EuraStep, Attempt, Outcome)
"""Rows that go with their person as they are."""
OF_A_PERSON: tuple[type[Model], ...] = (AttendedDay, Participation, *MOVED)


class Participant(PersonalData):
    name = "esf"
    covers = frozenset(
        f"{model._meta.label}.person"  # noqa: SLF001 - documented
        for model in OF_A_PERSON
    )

    def holdings(self, *, person: int) -> list[Holding]:
        """One of each kind, whatever there is. A newsletter goes to a mailbox, whoever reads it."""
        mine = Participation.objects.filter(person=person).order_by("pk")
        kinds: tuple[tuple[Words, Iterable[tuple[Any, ...]]], ...] = (
            (gettext_lazy("Background forms"), _of(StartNotice, person)),
            (gettext_lazy("Attended days"), _of(AttendedDay, person)),
            (
                gettext_lazy("Participation in projects"),
                mine.values_list("pk", "started_on", "ended_on", "start_notice"),
            ),
            (gettext_lazy("Attempts to get a form"), _of(Attempt, person)),
            (gettext_lazy("States in EURA 2021"), _of(EuraStep, person)),
            (gettext_lazy("Certificates, jobs and other outcomes"), _of(Outcome, person)),
            (gettext_lazy("Newsletters"), _newsletters(person)),
        )
        return [Holding(label=label, keys=_keys(rows)) for label, rows in kinds]

    def remarks(self, *, source: int, target: int) -> list[Words]:
        """Which participations would become one."""
        names = dict(Project.objects.filter(pk__in=_projects({source, target})).values_list("pk", "name"))
        return [
            _("%(project)s: their participations overlap and become one, since %(day)s. It is counted once.")
            % {"project": names[project], "day": full_day(each.kept.started_on)}
            for project, group in _spells({source, target}).items()
            for each in spells.joined(group)
        ]

    def obstacles(self, *, source: int, target: int) -> list[Words]:
        """End notices that say different things of what would be one participation."""
        names = dict(Project.objects.filter(pk__in=_projects({source, target})).values_list("pk", "name"))
        return [
            _("%(project)s: their participations overlap, and their end notices do not agree. Withdraw one first.")
            % {"project": names[project]}
            for project, group in _spells({source, target}).items()
            for each in spells.joined(group)
            if not _agree(each)
        ]

    def move(self, *, source: int, target: int, now: datetime) -> Journal:
        same = _same(AttendedDay, source, target)
        known = _same(Outcome, source, target)
        newest = AttendedDay.objects.aggregate(newest=Max("pk"))["newest"]
        journal: Journal = {"newest_day": newest, "days_removed": [snapshot(day) for day in same]}
        AttendedDay.objects.filter(pk__in=[day.pk for day in same]).delete()
        journal["outcomes_removed"] = [snapshot(each) for each in known]
        Outcome.objects.filter(pk__in=[each.pk for each in known]).delete()
        journal["days"] = repoint(AttendedDay.objects.filter(person=source), field="person", to=target)
        journal["rows"] = {
            model.__name__: repoint(model._default_manager.filter(person=source), field="person", to=target)  # noqa: SLF001 - documented
            for model in MOVED
        }
        journal |= _join(source, target, now)
        journal["spells_made"] = _begin(target, journal["days"], now)
        return journal

    def give_back(self, *, source: int, target: int, journal: Journal, now: datetime) -> None:
        """A participation begun by the merge goes with it, unless the survivor has been there since, often enough."""
        projects = _take_back(journal["spells_made"], target)
        point_back(AttendedDay, field="person", keys=journal["days"], of=target, to=source)
        AttendedDay.objects.bulk_create(_restored(AttendedDay, journal["days_removed"]))
        rows = journal.get("rows") or {
            StartNotice.__name__: journal["notices"]
        }  # as merges before the end notices wrote
        for model in MOVED:
            point_back(model, field="person", keys=rows.get(model.__name__, []), of=target, to=source)
        Outcome.objects.bulk_create(_restored(Outcome, journal.get("outcomes_removed", [])))
        _part(source, target, journal, now)
        since = AttendedDay.objects.filter(person=target, project__in=projects, pk__gt=journal["newest_day"] or 0)
        for project in Project.objects.filter(pk__in=since.values("project")).order_by("pk"):
            participations.judge(person_pk=target, project=project, now=now)


def _of(model: type[Model], person: int) -> Iterable[tuple[int]]:
    return model._default_manager.filter(person=person).order_by("pk").values_list("pk")  # noqa: SLF001 - documented


def _newsletters(person: int) -> Iterable[tuple[int]]:
    address = normalised_email(Person.objects.values_list("email", flat=True).get(pk=person))
    return Subscription.objects.filter(email=address, ended_at=None).order_by("pk").values_list("pk")


def _keys(rows: Iterable[tuple[Any, ...]]) -> tuple[str, ...]:
    return tuple(" ".join(map(str, row)) for row in rows)


def _projects(people: Collection[int]) -> set[int]:
    return set(Participation.objects.filter(person__in=people).values_list("project", flat=True))


def _spells(people: Collection[int]) -> dict[int, list[spells.Spell]]:
    """By project."""
    found: dict[int, list[spells.Spell]] = {}
    for row in Participation.objects.filter(person__in=people).order_by("project", "started_on", "pk"):
        spell = spells.Spell(
            pk=row.pk,
            started_on=row.started_on,
            ended_on=row.ended_on,
            notice=row.start_notice_id,
            counted=row.counted,
        )
        found.setdefault(row.project_id, []).append(spell)
    return found


def _same(model: type[Any], source: int, target: int) -> list[Any]:
    """What both have by the same source, such as one meeting: one person was there once."""
    rows = model._default_manager  # noqa: SLF001 - documented
    theirs = set(rows.filter(person=target).values_list("project", "source"))
    return [row for row in rows.filter(person=source).order_by("pk") if (row.project_id, row.source) in theirs]


def _endings(each: spells.Joined) -> list[EndNotice]:
    group = [each.kept.pk, *(spell.pk for spell in each.absorbed)]
    return list(EndNotice.objects.filter(participation__in=group).select_related("participation").order_by("pk"))


def _agree(each: spells.Joined) -> bool:
    """Whether at most one end notice stands in the group, and that of its last end."""
    endings = _endings(each)
    return not endings or (len(endings) == 1 and endings[0].participation.ended_on == each.ended_on)


def _move_withdrawn(each: spells.Joined) -> list[list[int]]:
    """Give what withdrawn end notices of absorbed spells said to the one that stays: `[key, where it was, it is]`."""
    absorbed = Correction.objects.filter(withdrawn_from__in=[spell.pk for spell in each.absorbed]).order_by("pk")
    moved = [[pk, was, each.kept.pk] for pk, was in absorbed.values_list("pk", "withdrawn_from")]
    for pk, _was, kept in moved:
        Correction.objects.filter(pk=pk).update(withdrawn_from=kept)
    return moved


def _move_ending(each: spells.Joined) -> list[list[int]]:
    """Give the end notice of an absorbed spell to the one that stays: `[its key, where it was, where it is]`."""
    moved = [[end.pk, end.participation_id, each.kept.pk] for end in _endings(each)]
    for end, _was, kept in moved:
        EndNotice.objects.filter(pk=end).update(participation=kept)
    return moved


def _join(source: int, target: int, now: datetime) -> Journal:
    """Absorbed spells go first: the database allows one open spell, and one beginning a day."""
    removed, changed, endings, withdrawn = [], [], [], []
    for project, group in _spells({source, target}).items():
        for each in spells.joined(group):
            gone = list(Participation.objects.filter(pk__in=[spell.pk for spell in each.absorbed]).order_by("pk"))
            removed += [snapshot(spell) for spell in gone]
            endings += _move_ending(each)
            withdrawn += _move_withdrawn(each)
            Participation.objects.filter(pk__in=[spell.pk for spell in gone]).delete()
            before, after = _values(each.kept.ended_on, each.kept.notice), _values(each.ended_on, each.notice)
            Participation.objects.filter(pk=each.kept.pk).update(**after)
            changed.append([each.kept.pk, _json(before), _json(after)])
            _record("participation.join", each.kept.pk, project, now, absorbed=[spell.pk for spell in gone])
    moved = repoint(Participation.objects.filter(person=source), field="person", to=target)
    return {
        "spells_removed": removed,
        "spells_changed": changed,
        "spells": moved,
        "endings": endings,
        "withdrawn": withdrawn,
    }


def _begin(target: int, days: list[int], now: datetime) -> list[int]:
    """Participations that only the days of both together make, each as soon as there are such."""
    made = []
    moved = AttendedDay.objects.filter(pk__in=days).values("project")
    for project in Project.objects.filter(pk__in=moved).order_by("pk"):
        before = set(Participation.objects.filter(person=target, project=project).values_list("pk", flat=True))
        spell = participations.judge(person_pk=target, project=project, now=now)
        if spell and spell.pk not in before:
            made.append(spell.pk)
    return made


def _take_back(made: list[int], target: int) -> set[int]:
    """:raises ChangedSince: if one of them has ended since, or gone"""
    mine = Participation.objects.filter(pk__in=made, person=target, ended_on=None)
    projects = dict(mine.values_list("pk", "project"))
    if len(projects) < len(made):
        raise ChangedSince
    mine.delete()
    return set(projects.values())


def _part(source: int, target: int, journal: Journal, now: datetime) -> None:
    """:raises ChangedSince: if a joined spell is not as the merge left it, or another stands where one belongs"""
    for pk, before, after in journal["spells_changed"]:
        as_left = Participation.objects.filter(pk=pk, person=target, **_from_json(after))
        if not as_left.update(**_from_json(before)):
            raise ChangedSince
        _record("participation.part", pk, Participation.objects.values_list("project", flat=True).get(pk=pk), now)
    point_back(Participation, field="person", keys=journal["spells"], of=target, to=source)
    back = _restored(Participation, journal["spells_removed"])
    for spell in back:
        others = [each for each in _spells({spell.person_id}).get(spell.project_id, []) if _touch(each, spell)]
        if others:
            raise ChangedSince
    _return_forms(back)
    Participation.objects.bulk_create(back)
    for end, was, kept in journal.get("endings", []):
        EndNotice.objects.filter(pk=end, participation=kept).update(participation=was)
    for pk, was, kept in journal.get("withdrawn", []):
        Correction.objects.filter(pk=pk, withdrawn_from=kept).update(withdrawn_from=was)


def _return_forms(back: Iterable[Participation]) -> None:
    """A form that was destroyed meanwhile is not there any more.

    :raises ChangedSince: if another spell has taken one
    """
    keys = {spell.start_notice_id for spell in back if spell.start_notice_id}
    if Participation.objects.filter(start_notice__in=keys).exists():
        raise ChangedSince
    there = set(StartNotice.objects.filter(pk__in=keys).values_list("pk", flat=True))
    for spell in back:
        if spell.start_notice_id not in there:
            spell.start_notice_id = None


def _touch(one: spells.Spell, other: Participation) -> bool:
    return one.started_on <= (other.ended_on or date.max) and other.started_on <= (one.ended_on or date.max)


def _restored(model: Any, rows: list[dict[str, Any]]) -> list[Any]:
    return [restored(model, row) for row in rows]


def _values(ended_on: date | None, notice: int | None) -> dict[str, Any]:
    return {"ended_on": ended_on, "start_notice_id": notice}


def _json(values: dict[str, Any]) -> dict[str, Any]:
    ended = values["ended_on"]
    return values | {"ended_on": ended.isoformat() if ended else None}


def _from_json(values: dict[str, Any]) -> dict[str, Any]:
    ended = values["ended_on"]
    return values | {"ended_on": date.fromisoformat(ended) if ended else None}


def _record(action: str, pk: int, project: int, now: datetime, **after: Any) -> None:
    scope = f"project:{project}"
    audit.changed(actor=None, action=action, subject=f"participation:{pk}", scope=scope, now=now, after=after)
