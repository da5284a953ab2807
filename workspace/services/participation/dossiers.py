"""One participant of a project: what they told, when they were there and what shows it, how they were asked."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Person, PrivacyNotice
from core.scopes import Scopes
from core.templatetags.when import full_day
from esf.forms.ending import FollowUpForm, StaffEndForm
from esf.models import Attempt, AttendedDay, Correction, EndNotice, EuraStep, Outcome, Participation, StartNotice
from esf.rules.ending import Bounds, follow_up_day
from esf.services import spells
from events.models import Meeting, Project
from registrations.models import Attendance
from workspace.services import hidden
from workspace.services.participation import lists

DAYS = ("ended_on", "status_as_of", "followup_on")
LABELS = {
    **{name: field.label for form in (StaffEndForm, FollowUpForm) for name, field in form.base_fields.items()},
    "followup_on": _("Day of the follow-up"),
    "wording": _("Wording of the questions"),
    "channel": _("How did the answers come?"),
}
"""What staff read for each field of an end notice."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """A day on which somebody was there; `meeting` and `let_in` show it, None where they are not on record."""

    person: int
    day: date
    hours: Decimal
    meeting: Meeting | None
    let_in: Attendance | None


@dataclass(frozen=True, kw_only=True)
class Spell:
    participation: Participation
    end: EndNotice | None
    days: list[Evidence]
    hours: Decimal
    possible: Bounds
    follow_up_on: date | None


@dataclass(frozen=True, kw_only=True)
class Before:
    """What an end notice said before it was changed: pairs of a question and its answer, in words."""

    correction: Correction
    told: list[tuple[object, object]]


@dataclass(frozen=True, kw_only=True)
class Dossier:
    person: Person
    notices: list[StartNotice]
    spells: list[Spell]
    loose_days: list[Evidence]
    attempts: list[Attempt]
    steps: list[EuraStep]
    outcomes: list[Outcome]
    before: list[Before]


def dossier(*, person: Person, project: Project, within: Scopes, today: date) -> Dossier:
    """A number of queries that grows with the spells alone, of which a person has few.

    Of somebody whom nothing but a confidential event has made a participant only its team is told.
    """
    of_both: dict[str, object] = {"person": person, "project": project}
    mine = lists.seen(project, within).filter(person=person).select_related("project", "implementer", "begun_by")
    rows = list(mine.order_by("-started_on", "-pk"))
    days = list(evidence(project=project, within=within, people=[person.pk]))
    ends = {
        each.participation_id: each
        for each in EndNotice.objects.filter(participation__in=rows).select_related("privacy_notice")
    }
    made = [_spell(row, ends.get(row.pk), days, today) for row in rows]
    taken = {id(day) for each in made for day in each.days}
    notices = StartNotice.objects.filter(**of_both).exclude(source__in=_unseen(person, within))
    notices = notices.order_by("-submitted_at", "-pk")
    if not rows and Participation.objects.filter(**of_both).exists():
        of_both = {"person__in": []}
    return Dossier(
        person=person,
        notices=list(notices.defer("personal_id").select_related("identity_checked_by", "privacy_notice")),
        spells=made,
        loose_days=[day for day in days if id(day) not in taken],
        attempts=list(Attempt.objects.filter(**of_both).select_related("by").order_by("-at", "-pk")),
        steps=list(EuraStep.objects.filter(**of_both).select_related("by").order_by("-at", "-pk")),
        outcomes=list(Outcome.objects.filter(**of_both).order_by("-day", "-pk")),
        before=_before(rows, ends.values()),
    )


def _unseen(person: Person, within: Scopes) -> list[str]:
    """What forms came by that were given with a registration for a confidential event."""
    secret = person.registrations.filter(event__in=hidden.events(within))
    return [registration.key for registration in secret]


def _before(spells: Iterable[Participation], ends: Iterable[EndNotice]) -> list[Before]:
    """Of the notices that are there, and of those that were withdrawn."""
    told = Q(end_notice__in=[end.pk for end in ends]) | Q(withdrawn_from__in=[spell.pk for spell in spells])
    rows = Correction.objects.filter(told).select_related("by").order_by("-at", "-pk")
    return [Before(correction=row, told=[_told(*each) for each in json.loads(row.before).items()]) for row in rows]


def _told(name: str, value: str) -> tuple[object, object]:
    """A field of the end notice and its value as people read them."""
    if name == "outcome_id":
        return LABELS["outcome"], Outcome.objects.filter(pk=value).values_list("name", flat=True).first() or value
    if name == "privacy_notice_id":
        version = PrivacyNotice.objects.values_list("version", flat=True).get(pk=value)
        return _("Privacy notice"), _("Version %(version)s") % {"version": version}
    asked = None if name == "ended_on" else EndNotice._meta.get_field(name)  # noqa: SLF001 - documented
    words = dict(getattr(asked, "flatchoices", ()))
    day = full_day(date.fromisoformat(value)) if name in DAYS else value
    return LABELS.get(name, _("What came of asking?")), words.get(value, day)


def evidence(*, project: Project, within: Scopes, people: Collection[int] | None = None) -> Iterator[Evidence]:
    """Who was there when, by day: of these people, or of all. What a confidential event shows only its team sees."""
    unseen = lists.hidden_sources(project, within)
    days = AttendedDay.objects.filter(project=project)
    days = days.filter(person__in=people) if people is not None else days
    rows = [row for row in days.order_by("day", "pk") if row.source not in unseen]
    keys = {key for row in rows if (key := _meeting_of(row))}
    meetings = {row.pk: row for row in Meeting.objects.filter(pk__in=keys).select_related("event", "venue")}
    let_in = _let_in(project, people)
    for row in rows:
        key = _meeting_of(row) or 0
        yield Evidence(
            person=row.person_id,
            day=row.day,
            hours=row.hours,
            meeting=meetings.get(key),
            let_in=let_in.get((row.person_id, key)),
        )


def _let_in(project: Project, people: Collection[int] | None) -> dict[tuple[int, int], Attendance]:
    """By person and meeting."""
    rows = Attendance.objects.filter(registration__event__project=project).select_related("by", "registration")
    rows = rows.filter(registration__person__in=people) if people is not None else rows
    return {(row.registration.person_id, row.meeting_id): row for row in rows}


def _meeting_of(row: AttendedDay) -> int | None:
    kind, _colon, key = row.source.partition(":")
    return int(key) if kind + ":" == hidden.MEETING and key.isdecimal() else None


def _spell(row: Participation, end: EndNotice | None, days: Iterable[Evidence], today: date) -> Spell:
    until = row.ended_on or date.max
    own = [day for day in days if row.started_on <= day.day <= until]
    return Spell(
        participation=row,
        end=end,
        days=own,
        hours=sum((day.hours for day in own), Decimal(0)),
        possible=spells.possible_ends(row, today=today),
        follow_up_on=follow_up_day(row.ended_on) if row.ended_on else None,
    )


def names(rows: Iterable[Evidence]) -> dict[int, str]:
    """Of the people in these rows, by their keys."""
    keys = {row.person for row in rows}
    found: dict[int, str] = {}
    for some in _some_at_once(sorted(keys)):
        found |= {person.pk: str(person) for person in Person.objects.filter(pk__in=some)}
    return found


def _some_at_once(keys: list[int]) -> Iterator[list[int]]:
    """So many that no database refuses the question."""
    for start in range(0, len(keys), 500):
        yield keys[start : start + 500]
