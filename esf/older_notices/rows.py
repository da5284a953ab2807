"""What the rows of a table of older notices mean, and what is wrong with them, in the words of whoever reads them.

A row is one participation. Who came, left and came again stands in several: the answers are those of the first entry
(Commission guidance on the common indicators), and the later rows need tell nothing but who came when.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from accounts.employer_rows import Problem
from accounts.models import Organisation
from core.names import normalised_name
from core.sheets_in import Table
from esf.older_notices.answers import AnswerJudge
from esf.older_notices.columns import columns_of
from esf.older_notices.ends import EndJudge
from esf.older_notices.entries import Entry, Reader, Who, by_person, refuse_overlaps
from esf.services import importing
from esf.services.importing import Brought, Spell
from esf.services.notices import Answers
from events.models import Municipality, Project


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One row; `spell` is None where something is wrong with its person. `again`: the row of the first entry."""

    number: int
    name: str
    problems: tuple[Problem, ...] = ()
    spell: Spell | None = None
    again: int | None = None


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """All rows in their order, and the people with whom nothing is wrong."""

    rows: Sequence[Judged]
    people: Sequence[Brought]

    @property
    def wrong(self) -> list[Judged]:
        return [row for row in self.rows if row.problems]

    @property
    def number_of_people(self) -> int:
        """Whatever is wrong with some."""
        return sum(row.again is None for row in self.rows)


@dataclass(frozen=True, kw_only=True)
class Judge:
    """Judges people one after another. `known` are those who take part in the project already."""

    project: Project
    known: set[Who]
    answers: AnswerJudge
    today: date

    def person(self, entries: Sequence[Entry]) -> Brought | None:
        """What is brought of the person whose rows these are, in the order of their days; None: something is wrong."""
        given = self._answers(entries)
        if entries[0].who in self.known:
            for entry in entries:
                entry.cells.refuse(_("This person takes part in the project already."))
        refuse_overlaps(entries)
        spells = self._spells(entries, given)
        if given is None or any(entry.cells.problems for entry in entries):
            return None
        return Brought(answers=Answers(**given | dict(entries[0].name)), spells=tuple(spells))

    def _answers(self, entries: Sequence[Entry]) -> dict[str, Any] | None:
        """Those of the first entry; a row of nobody knows whom may be a later one, which answers nothing."""
        first, *later = entries
        if first.who is None and set(first.coded) <= {"birth_date"}:
            return None
        given = self.answers.first(first.cells, first.coded, first.started_on)
        for entry in later if given else ():
            self.answers.again(entry.cells, entry.coded, first=first.number, given=given or {}, on=first.started_on)
        return given

    def _spells(self, entries: Sequence[Entry], given: Mapping[str, Any] | None) -> list[Spell]:
        status = given["labour_status_start"] if given else ""
        judge = EndJudge(follows_up=self.project.follows_up, status_at_start=status, today=self.today)
        spells = []
        for entry in entries:
            end, follow_up = judge.judge(entry.cells, entry.ended_on)
            if entry.started_on:
                spell = Spell(
                    number=entry.number,
                    started_on=entry.started_on,
                    ended_on=entry.ended_on,
                    implementer=entry.implementer,
                    end=end,
                    follow_up=follow_up,
                )
                spells.append(spell)
        return spells


def judged(*, project: Project, table: Table, today: date) -> Judgement:
    """All rows of a table. The number of queries grows with the start dates, not with the rows.

    :raises ColumnsMissing, ColumnTwice: if its columns cannot be understood
    """
    columns = columns_of(table.header)
    reader = Reader(project=project, columns=columns, implementers=_implementers(project), today=today)
    judge = Judge(
        project=project,
        known=importing.known(project),
        answers=AnswerJudge(project=project, towns=_towns()),
        today=today,
    )
    entries = [reader.read(row) for row in table.rows]
    groups = by_person(entries)
    people = [brought for group in groups if (brought := judge.person(group))]
    spells = {spell.number: spell for each in people for spell in each.spells}
    firsts = {entry.number: group[0].number for group in groups for entry in group[1:]}
    rows = [_judged(entry, spells.get(entry.number), firsts.get(entry.number)) for entry in entries]
    return Judgement(rows=rows, people=people)


def _judged(entry: Entry, spell: Spell | None, again: int | None) -> Judged:
    name = " ".join(filter(None, entry.name.values()))
    return Judged(number=entry.number, name=name, problems=tuple(entry.cells.problems), spell=spell, again=again)


def _implementers(project: Project) -> dict[str, Organisation]:
    """The project's organisation and its partners, by business ID and by name."""
    found: dict[str, Organisation] = {}
    for each in [project.organisation, *project.implementers.order_by("pk")]:
        found |= {normalised_name(each.name): each, normalised_name(each.business_id): each}
    found.pop("", None)
    return found


def _towns() -> dict[str, Municipality]:
    """By code and by name."""
    found: dict[str, Municipality] = {}
    for town in Municipality.objects.select_related("successor"):
        found |= {normalised_name(town.name): town, town.code: town}
    return found
