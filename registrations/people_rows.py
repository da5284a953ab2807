"""What the rows of a table of people mean, and what would come of each. No database is asked."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.employer_rows import Problem
from accounts.services.people import Contact, identity
from core.names import normalised_name
from core.sheets_in import Row, address
from events.models import LANGUAGES, Event, Meeting, SeatPool
from registrations import rules
from registrations.enums import RowOutcome
from registrations.people_columns import COLUMNS, columns_of

BORN_FROM = 1900
DAYS = ("%d.%m.%Y", "%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, kw_only=True)
class Judged:
    """What would come of a row. `contact` and `pool_pk` only where nothing is wrong with it."""

    number: int
    name: str
    outcome: RowOutcome
    problems: tuple[Problem, ...] = ()
    contact: Contact | None = None
    pool_pk: int | None = None
    note: str = ""


@dataclass
class Judge:
    """Judges a table's rows, one after another, as if each were registered at once.

    :param event: with its pools as they are now; their counters are moved along
    :param known: meeting and marks (see `known_by`) of those who are registered already; no meeting: for all dates
    """

    header: Sequence[str]
    event: Event
    known: Collection[tuple[int | None, str]]
    accept_queue: bool
    now: datetime
    rows_of: dict[tuple[int | None, str], int] = field(default_factory=dict)
    """In which row of this table somebody stood for a meeting, by identity, or by name where there is no address."""

    def __post_init__(self) -> None:
        self.columns = columns_of(self.header)
        self.leaves = [leaf for pool in self.event.pools_ahead(self.now) for leaf in pool.leaves]

    def judge(self, row: Row) -> Judged:
        values, problems = self._read(row)
        leaf = None if problems else self._leaf(row.number, values, problems)
        name = f"{values.get('first_name', '')} {values.get('last_name', '')}".strip()
        if leaf:
            self._look_above(row.number, leaf, values, problems)
        if problems or leaf is None:
            return Judged(number=row.number, name=name, outcome=RowOutcome.WRONG, problems=tuple(problems))
        contact = _contact(values)
        there = any((leaf.meeting_id, mark) in self.known for mark in marks_of(contact))
        outcome = RowOutcome.KNOWN if there else self._seat(leaf)
        note = values.get("note", "")
        return Judged(number=row.number, name=name, outcome=outcome, contact=contact, pool_pk=leaf.pk, note=note)

    def _read(self, row: Row) -> tuple[dict[str, Any], list[Problem]]:
        values: dict[str, Any] = {}
        problems: list[Problem] = []
        for name, index in self.columns.items():
            text = row.cells[index] if index < len(row.cells) else ""
            if not text:
                continue
            try:
                values[name] = COLUMNS[name].field.clean(text)
            except ValidationError as wrong:
                problems.append(self._problem(row.number, name, " ".join(map(str, wrong.messages))))
        for name, reason in (("first_name", _("Write the first name.")), ("last_name", _("Write the last name."))):
            if name not in values and not any(self._cell(row.number, name) == each.cell for each in problems):
                problems.append(self._problem(row.number, name, reason))
        born = values.get("birth_date")
        if born and not BORN_FROM <= born.year <= timezone.localdate(self.now).year:
            problems.append(self._problem(row.number, "birth_date", _("Check the date of birth.")))
        return values, problems

    def _leaf(self, number: int, values: Mapping[str, Any], problems: list[Problem]) -> SeatPool | None:
        """The seats that a row means; where nothing is to be chosen, the only ones."""
        found = self.leaves
        if not found:
            problems.append(Problem(str(number), _("The event takes nobody any more.")))
            return None
        if (day := values.get("date")) and self.event.seats_per_meeting:
            found = [leaf for leaf in found if _is_on(self.event.meeting_of(leaf.meeting_id), day)]
            if not found:
                problems.append(self._problem(number, "date", _("No date of the event is on this day.")))
                return None
        if group := values.get("group"):
            named = [leaf for leaf in found if normalised_name(group) in _names(leaf)]
            if not named and {name for leaf in found for name in _names(leaf)}:
                offered = ", ".join(dict.fromkeys(leaf.name for leaf in found))
                problems.append(
                    self._problem(number, "group", _("Write one of these: %(words)s.") % {"words": offered})
                )
                return None
            found = named or found
        if len(found) > 1:
            dated = len({leaf.meeting_id for leaf in found}) > 1
            reason = _("Write the date.") if dated else _("Write for whom the seats are.")
            problems.append(self._problem(number, "date" if dated else "group", reason))
            return None
        return found[0]

    def _look_above(self, number: int, leaf: SeatPool, values: Mapping[str, Any], problems: list[Problem]) -> None:
        """One person stands in a table once; without an address a name stands for a person."""
        contact = _contact(values)
        name = normalised_name(contact.first_name, contact.last_name)
        mark = (leaf.meeting_id, identity(contact) or nameless_address(name, contact.phone))
        if earlier := self.rows_of.get(mark):
            reason = _("The same person stands in row %(row)s already.") % {"row": earlier}
            problems.append(self._problem(number, "last_name", reason))
        self.rows_of.setdefault(mark, number)

    def _seat(self, leaf: SeatPool) -> RowOutcome:
        if leaf.event.terms.by_application:
            return RowOutcome.APPLIED
        pool = next((each for each in leaf.claimable(self.now) if each.unkept), None)
        if pool is None:
            return RowOutcome.WAITING if self.accept_queue else RowOutcome.FULL
        rules.move(pool, taken=1)
        return RowOutcome.SEATED

    def _cell(self, number: int, name: str) -> str:
        return address(number, self.columns[name]) if name in self.columns else str(number)

    def _problem(self, number: int, name: str, reason: str) -> Problem:
        return Problem(self._cell(number, name), reason)


def _contact(values: Mapping[str, Any]) -> Contact:
    return Contact(
        first_name=values["first_name"],
        last_name=values["last_name"],
        email=values.get("email", ""),
        phone=values.get("phone", ""),
        language=values.get("language", "fi"),
        birth_date=values.get("birth_date"),
    )


def _names(leaf: SeatPool) -> set[str]:
    """For whom the seats are, in every language."""
    return {normalised_name(name) for code in LANGUAGES if (name := getattr(leaf, f"name_{code}", ""))}


def _is_on(meeting: Meeting | None, text: str) -> bool:
    """Whether a meeting is on the day that `text` says; a time after it tells two of one day apart."""
    if meeting is None:
        return False
    starts = timezone.localtime(meeting.starts_at)
    day, _space, clock = text.replace("T", " ").partition(" ")
    if clock.strip(" .:0") and clock.strip().replace(".", ":")[:5].zfill(5) != starts.strftime("%H:%M"):
        return False
    return any(_parsed(day, form) == starts.date() for form in DAYS)


def _parsed(day: str, form: str) -> object:
    try:
        return datetime.strptime(day, form).date()  # noqa: DTZ007 - a day alone
    except ValueError:
        return None


def nameless_address(name: str, phone: str) -> str:
    """What stands for somebody who has no e-mail address: a normalised name and a phone number."""
    return f"|{name}|{phone}"


def known_by(identity: str) -> list[str]:
    """The marks that somebody leaves who is registered: with the date of birth, and without."""
    who, _bar, born = identity.rpartition("|")
    return [identity, f"~{who}" if born else f"{who}|~"]


def marks_of(contact: Contact) -> list[str]:
    """The marks that say that `contact` is registered. A date of birth tells people apart only where both have one."""
    mine = identity(contact)
    if mine is None:
        return [nameless_address(normalised_name(contact.first_name, contact.last_name), contact.phone)]
    who, _bar, born = mine.rpartition("|")
    return [mine, f"{who}|~"] if born else [mine, f"~{who}"]
