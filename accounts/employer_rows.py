"""What the rows of a table of employers mean, and what each would change. No database is asked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from stdnum.fi import ytunnus

from accounts.employer_columns import COLUMNS, FACTS, PERSON, Words, columns_of
from accounts.enums import EnterpriseSize, Stage
from accounts.models import Employer, EmployerContact
from accounts.models.employers import name_key
from core.names import normalised_name
from core.sheets_in import Row, address
from core.templatetags.when import full_day

SHORTEST_ID = 6
"""Fewer digits than this are a slip rather than a business ID that has lost its zeros."""


class Verdict(TextChoices):
    NEW = "new", gettext_lazy("New")
    CHANGED = "changed", gettext_lazy("Changes what is known")
    SAME = "same", gettext_lazy("Known already, nothing changes")
    WRONG = "wrong", gettext_lazy("Wrong")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a row; `cell` says where, `C12`."""

    cell: str
    reason: str


@dataclass(frozen=True)
class Difference:
    label: Words
    before: Words
    after: Words


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What would come of a row. `values` has what its cells say; `employer` and `contact` are those it would change."""

    number: int
    name: str
    verdict: Verdict
    values: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()
    employer: Employer | None = None
    contact: EmployerContact | None = None
    differences: tuple[Difference, ...] = ()

    @property
    def person_changes(self) -> bool:
        """Whether its contact person is new, or has other data than the row says."""
        return _person_differs(self.contact, self.values)


class Judge:
    """Judges a table's rows, one after another, against the employers that are `known` (with their contacts).

    :param towns: municipality codes by code and by name, as `normalised_name` spells it
    """

    def __init__(
        self, *, header: Sequence[str], known: Iterable[Employer], towns: Mapping[str, str], today: date
    ) -> None:
        self.columns = columns_of(header)
        self.towns, self.today = towns, today
        self.by_id: dict[str, Employer] = {}
        self.by_name: dict[str, list[Employer]] = {}
        for employer in known:
            if employer.business_id:
                self.by_id[employer.business_id] = employer
            self.by_name.setdefault(employer.name_key, []).append(employer)
        self.rows_of: dict[object, int] = {}
        """In which row of this table an employer stood, by each of its marks."""

    def judge(self, row: Row) -> Judged:
        values, problems = self._read(row)
        name = str(values.get("name", ""))
        employer = None
        if not problems:
            employer, problems = self._known(row.number, values)
        if not problems and employer:
            problems = self._in_the_way(row.number, employer, values)
        if problems:
            return Judged(number=row.number, name=name, verdict=Verdict.WRONG, problems=tuple(problems), values=values)
        self._remember(row.number, employer, values)
        contact = _contact(employer, values)
        if employer is None:
            return Judged(number=row.number, name=name, verdict=Verdict.NEW, values=values)
        found = tuple(_differences(employer, contact, values))
        verdict = Verdict.CHANGED if found else Verdict.SAME
        return Judged(
            number=row.number,
            name=name,
            verdict=verdict,
            values=values,
            employer=employer,
            contact=contact,
            differences=found,
        )

    def _read(self, row: Row) -> tuple[dict[str, Any], list[Problem]]:
        """What the cells with text say, and what is wrong with the others."""
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, index in self.columns.items():
            text = row.cells[index] if index < len(row.cells) else ""
            if not text:
                continue
            try:
                value = COLUMNS[name].field.clean(text)
                values[name] = self._town(value) if name == "municipality_code" else value
            except ValidationError as wrong:
                problems.append(self._problem(row.number, name, _explained(name, text, wrong)))
        if "name" not in values and not any(self._cell(row.number, "name") == each.cell for each in problems):
            problems.append(self._problem(row.number, "name", _("Write the employer's name.")))
        if "contact" not in values and set(values) & set(PERSON):
            reason = _("Write the contact person's name, or leave their other cells empty.")
            problems.append(self._problem(row.number, "contact", reason))
        if values.get("stage_from") and values["stage_from"] > self.today:
            problems.append(self._problem(row.number, "stage_from", _("This day is still ahead.")))
        return values, problems

    def _town(self, text: str) -> str:
        code = self.towns.get(normalised_name(text)) or self.towns.get(text.zfill(3))
        if code is None:
            raise ValidationError(_("There is no municipality of this name or code in the register."))
        return code

    def _known(self, number: int, values: Mapping[str, Any]) -> tuple[Employer | None, list[Problem]]:
        """The employer that a row means: by its business ID, else by its name."""
        business_id, key = values.get("business_id", ""), name_key(values["name"])
        namesakes = self.by_name.get(key, [])
        if business_id:
            nameless = [employer for employer in namesakes if not employer.business_id]
            found = self.by_id.get(business_id) or next(iter(nameless), None)
            marks = [("id", business_id), ("name without id", key)]
        elif len(namesakes) > 1:
            reason = _("Several employers have this name. Write the business ID.")
            return None, [self._problem(number, "name", reason)]
        else:
            found = next(iter(namesakes), None)
            marks = [("name", key)]
        marks = [*marks, ("pk", found.pk)] if found else marks
        earlier = next((self.rows_of[mark] for mark in marks if mark in self.rows_of), None)
        if earlier:
            reason = _("The same employer stands in row %(row)s already.") % {"row": earlier}
            return None, [self._problem(number, "name", reason)]
        return found, []

    def _in_the_way(self, number: int, employer: Employer, values: Mapping[str, Any]) -> list[Problem]:
        """What keeps a row from changing `employer`."""
        if employer.archived_at:
            return [self._problem(number, "name", _("This employer is in the archive. Bring it back first."))]
        since, stage = values.get("stage_from", self.today), values.get("stage", employer.stage)
        if stage != employer.stage and since < employer.stage_since:
            reason = _("Its stage has changed since: %(stage)s from %(day)s on.") % {
                "stage": employer.get_stage_display(),
                "day": full_day(employer.stage_since),
            }
            return [self._problem(number, "stage_from" if "stage_from" in self.columns else "stage", reason)]
        return []

    def _remember(self, number: int, employer: Employer | None, values: Mapping[str, Any]) -> None:
        business_id, key = values.get("business_id", ""), name_key(values["name"])
        marks: list[object] = [("name", key), ("id", business_id) if business_id else ("name without id", key)]
        marks += [("pk", employer.pk)] if employer else []
        for mark in marks:
            self.rows_of.setdefault(mark, number)

    def _cell(self, number: int, name: str) -> str:
        return address(number, self.columns[name]) if name in self.columns else str(number)

    def _problem(self, number: int, name: str, reason: str) -> Problem:
        return Problem(self._cell(number, name), reason)


def person_of(values: Mapping[str, Any]) -> dict[str, str]:
    """What a row says of a contact person, by the contact's columns; nothing where it says nothing."""
    return {column: values[name] for name, column in PERSON.items() if name in values}


def facts_of(values: Mapping[str, Any]) -> dict[str, str]:
    """What a row says of the employer itself."""
    return {name: str(values[name]) for name in FACTS if name in values}


def _contact(employer: Employer | None, values: Mapping[str, Any]) -> EmployerContact | None:
    """The known contact person of this name."""
    if employer is None or "contact" not in values:
        return None
    key = normalised_name(values["contact"])
    return next((each for each in employer.contacts.all() if normalised_name(each.name) == key), None)


def _differences(
    employer: Employer, contact: EmployerContact | None, values: Mapping[str, Any]
) -> Iterable[Difference]:
    """An empty cell changes nothing. What a contact person's data are is not told, only that they change."""
    for name, value in facts_of(values).items():
        before = getattr(employer, name)
        if before != value:
            yield Difference(COLUMNS[name].label, *(_in_words(name, each) for each in (before, value)))
    if values.get("stage", employer.stage) != employer.stage:
        before, after = Stage(employer.stage).label, values["stage"].label
        yield Difference(COLUMNS["stage"].label, before, after)
    if _person_differs(contact, values):
        yield Difference(COLUMNS["contact"].label, "", _("changed data") if contact else _("a new one"))


def _person_differs(contact: EmployerContact | None, values: Mapping[str, Any]) -> bool:
    person = person_of(values)
    return bool(person) if contact is None else any(getattr(contact, name) != text for name, text in person.items())


def _in_words(name: str, value: str) -> Words:
    return EnterpriseSize(value).label if name == "size" else value


def _explained(name: str, text: str, wrong: ValidationError) -> str:
    """The field's own words. Excel takes a business ID without hyphen for a number and drops the zeros before it."""
    words = " ".join(map(str, wrong.messages))
    full = text.zfill(8)
    if name == "business_id" and SHORTEST_ID <= len(text) < len(full) and text.isdecimal() and ytunnus.is_valid(full):
        hint = _("Excel may have taken it for a number: %(business_id)s?") % {"business_id": f"{full[:7]}-{full[7:]}"}
        return f"{words} {hint}"
    return words
