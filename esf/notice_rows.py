"""What the rows of a table of older notices mean, and what is wrong with them, in the words of whoever reads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.employer_rows import Problem
from accounts.models import Organisation
from core.fields import BirthDateField, NameField
from core.names import normalised_name
from core.sheets_in import Row, Table, address
from core.templatetags.when import full_day
from esf.enums import ABROAD
from esf.forms import BackgroundForm
from esf.models import StartNotice
from esf.notice_columns import codes_of, columns_of
from esf.services.importing import Brought
from esf.services.notices import Answers
from events.models import Municipality, Project

Who = tuple[str, date]


@dataclass(frozen=True, kw_only=True)
class Judged:
    """One row; `brought` is None where something is wrong with it."""

    number: int
    name: str
    problems: tuple[Problem, ...] = ()
    brought: Brought | None = None


@dataclass
class Judge:
    """Judges rows one after another. `known` are those who have given the project a form already, and
    `implementers` its organisations by business ID and by name.
    """

    project: Project
    columns: Mapping[str, int]
    known: set[Who]
    towns: Mapping[str, Municipality]
    implementers: Mapping[str, Organisation]
    today: date
    rows_of: dict[Who, int] = field(default_factory=dict)

    def judge(self, row: Row) -> Judged:
        told = {name: row.cells[at] for name, at in self.columns.items() if at < len(row.cells)}
        problems: list[Problem] = []
        name = {part: self._clean(row, part, NameField(max_length=100), told, problems) or "" for part in NAMES}
        started, ended = self._days(row, told, problems)
        implementer = self._implementer(row, told.get("implementer", ""), problems)
        coded = {each: self._code(row, each, text, problems) for each, text in told.items() if each not in APART}
        values = self._answers(row, coded, started, problems)
        shown = " ".join(filter(None, name.values()))
        if values:
            self._refuse_twice(row, (normalised_name(*name.values()), values["birth_date"]), problems)
        if problems or values is None or started is None:
            return Judged(number=row.number, name=shown, problems=tuple(problems))
        answers = Answers(**values | name | {"language": coded.get("language") or "fi"})
        brought = Brought(
            number=row.number, answers=answers, started_on=started, ended_on=ended, implementer=implementer
        )
        return Judged(number=row.number, name=shown, brought=brought)

    def _days(self, row: Row, told: Mapping[str, str], problems: list[Problem]) -> tuple[date | None, date | None]:
        started = self._clean(row, "started_on", BirthDateField(), told, problems)
        ended = self._clean(row, "ended_on", BirthDateField(required=False), told, problems)
        last = min(self.today, self.project.ends_on)
        if started and not self.project.starts_on <= started <= last:
            problems.append(self._problem(row, "started_on", self._outside()))
        if ended and ended > last:
            problems.append(self._problem(row, "ended_on", self._outside()))
        if started and ended and ended < started:
            problems.append(self._problem(row, "ended_on", _("The end lies before the start.")))
        return started, ended

    def _outside(self) -> str:
        first, last = full_day(self.project.starts_on), full_day(self.project.ends_on)
        return _("The day must lie in the project's time, %(first)s–%(last)s, and not in the future.") % {
            "first": first,
            "last": last,
        }

    def _code(self, row: Row, name: str, text: str, problems: list[Problem]) -> str:
        """A cell's code; free text stays as it is."""
        codes = codes_of(name)
        if not text or not codes:
            return text
        code = codes.get(normalised_name(text))
        if code is None:
            known = ", ".join(dict.fromkeys(codes.values()))
            reason = _("“%(text)s” is not known here. Write one of these codes: %(codes)s.")
            problems.append(self._problem(row, name, reason % {"text": text[:60], "codes": known}))
        return code or ""

    def _answers(
        self, row: Row, coded: Mapping[str, str], started: date | None, problems: list[Problem]
    ) -> dict[str, Any] | None:
        """The background form's own judgement, as of the start date."""
        wrong = {each.cell for each in problems}
        town = self._town(row, coded.get("municipality_code", ""), started, problems)
        form = BackgroundForm({**coded, "municipality_code": town}, project=self.project, reach=True, on=started)
        for name, messages in form.errors.items():
            unasked_twice = name == "municipality_code" and coded.get(name) and not town
            if self._cell(row, name) not in wrong and not unasked_twice:
                problems.append(self._problem(row, name, " ".join(map(str, messages))))
        return form.cleaned_data if form.is_valid() else None

    def _town(self, row: Row, text: str, on: date | None, problems: list[Problem]) -> str:
        """A municipality's code, by its code or name; of one that was merged away by then the successor is told."""
        code = text.zfill(3) if text.isdecimal() else text
        town = self.towns.get(normalised_name(code))
        if not text or code == ABROAD:
            return code
        if town is None:
            problems.append(self._problem(row, "municipality_code", _("There is no such municipality.")))
            return ""
        if on and town.valid_to and town.valid_to < on:
            problems.append(self._problem(row, "municipality_code", _merged(town)))
            return ""
        if on and town.valid_from > on:
            problems.append(self._problem(row, "municipality_code", _("There was no such municipality on that day.")))
            return ""
        return town.code

    def _implementer(self, row: Row, text: str, problems: list[Problem]) -> int | None:
        """An organisation of the project, by name or business ID; the only one there is need not be named."""
        ours = {each.pk: each for each in self.implementers.values()}
        if not text:
            return next(iter(ours)) if len(ours) == 1 else None
        found = self.implementers.get(normalised_name(text))
        if found is None:
            reason = _("The project has no such implementer. It has: %(names)s.")
            names = ", ".join(sorted(each.name for each in ours.values()))
            problems.append(self._problem(row, "implementer", reason % {"names": names}))
        return found.pk if found else None

    def _refuse_twice(self, row: Row, who: Who, problems: list[Problem]) -> None:
        if who in self.known:
            problems.append(Problem(str(row.number), _("This person has given the project a background form already.")))
        elif who in self.rows_of:
            problems.append(
                Problem(str(row.number), _("This person stands in row %(row)s, too.") % {"row": self.rows_of[who]})
            )
        self.rows_of.setdefault(who, row.number)

    def _clean(self, row: Row, name: str, field: Any, told: Mapping[str, str], problems: list[Problem]) -> Any:
        try:
            return field.clean(told.get(name, ""))
        except ValidationError as wrong:
            missing = not told.get(name)
            reason = _("Fill this in.") if missing else " ".join(map(str, wrong.messages))
            problems.append(self._problem(row, name, reason))
            return None

    def _problem(self, row: Row, name: str, reason: str) -> Problem:
        return Problem(self._cell(row, name), reason)

    def _cell(self, row: Row, name: str) -> str:
        """As a sheet names it; of a column that the table lacks, the row and the column's name."""
        return address(row.number, self.columns[name]) if name in self.columns else f"{row.number}: {name}"


NAMES = ("first_name", "last_name")
APART = {*NAMES, "started_on", "ended_on", "implementer"}


def judged(*, project: Project, table: Table, today: date) -> list[Judged]:
    """All rows of a table. The number of queries grows with the start dates, not with the rows.

    :raises ColumnsMissing, ColumnTwice: if its columns cannot be understood
    """
    columns = columns_of(table.header)
    known = StartNotice.objects.filter(project=project).values_list("first_name", "last_name", "birth_date")
    judge = Judge(
        project=project,
        columns=columns,
        known={(normalised_name(first, last), born) for first, last, born in known},
        towns=_towns(),
        implementers=_implementers(project),
        today=today,
    )
    return [judge.judge(row) for row in table.rows]


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


def _merged(town: Municipality) -> str:
    told = {"town": town.name, "day": full_day(town.valid_to or date.max)}
    if town.successor is None:
        return _("%(town)s was no municipality any more after %(day)s.") % told
    told |= {"successor": town.successor.name, "code": town.successor.code}
    return (
        _("%(town)s was a municipality until %(day)s; since then it belongs to %(successor)s. Write %(code)s.") % told
    )
