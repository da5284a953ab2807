"""Who came when, as the rows of a table of older notices say; several rows of one person are their spells."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.models import Organisation
from core.fields import BirthDateField, NameField
from core.names import normalised_name
from core.sheets_in import Row
from core.templatetags.when import full_day
from esf.older_notices.answers import Coded
from esf.older_notices.cells import Cells
from esf.older_notices.columns import ANSWERS
from events.models import Project

Who = tuple[str, date]
NAMES = ("first_name", "last_name")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """Who came when, as a row says; what cannot be read is None. `coded` has the answers that it tells."""

    cells: Cells
    name: Mapping[str, str]
    birth_date: date | None
    started_on: date | None
    ended_on: date | None
    implementer: int | None
    coded: Coded

    @property
    def number(self) -> int:
        return self.cells.row.number

    @property
    def who(self) -> Who | None:
        if self.birth_date is None or not all(self.name.values()):
            return None
        return normalised_name(*self.name.values()), self.birth_date


@dataclass(frozen=True, kw_only=True)
class Reader:
    """Reads rows one after another. `implementers`: the project's organisations by business ID and by name."""

    project: Project
    columns: Mapping[str, int]
    implementers: Mapping[str, Organisation]
    today: date

    def read(self, row: Row) -> Entry:
        cells = Cells(row, self.columns)
        name = {part: cells.clean(part, NameField(max_length=100)) or "" for part in NAMES}
        born = cells.clean("birth_date", BirthDateField())
        started, ended = self._days(cells)
        coded = {each: code for each in ANSWERS if (code := cells.code(each))}
        return Entry(
            cells=cells,
            name=name,
            birth_date=born,
            started_on=started,
            ended_on=ended,
            implementer=self._implementer(cells),
            coded=coded,
        )

    def _days(self, cells: Cells) -> tuple[date | None, date | None]:
        """First and last day; None where it is not told, or cannot be."""
        started = cells.clean("started_on", BirthDateField())
        ended = cells.clean("ended_on", BirthDateField(required=False))
        last = min(self.today, self.project.ends_on)
        if started and not self.project.starts_on <= started <= last:
            cells.wrong("started_on", self._outside())
        if ended and ended > last:
            cells.wrong("ended_on", self._outside())
        if started and ended and ended < started:
            cells.wrong("ended_on", _("The end lies before the start."))
        return started, None if cells.is_wrong("ended_on") else ended

    def _outside(self) -> str:
        first, last = full_day(self.project.starts_on), full_day(self.project.ends_on)
        return _("The day must lie in the project's time, %(first)s–%(last)s, and not in the future.") % {
            "first": first,
            "last": last,
        }

    def _implementer(self, cells: Cells) -> int | None:
        """An organisation of the project, by name or business ID; the only one there is need not be named."""
        text, ours = cells.text("implementer"), {each.pk: each for each in self.implementers.values()}
        if not text:
            return next(iter(ours)) if len(ours) == 1 else None
        found = self.implementers.get(normalised_name(text))
        if found is None:
            reason = _("The project has no such implementer. It has: %(names)s.")
            names = ", ".join(sorted(each.name for each in ours.values()))
            cells.wrong("implementer", reason % {"names": names})
        return found.pk if found else None


def by_person(entries: Iterable[Entry]) -> list[list[Entry]]:
    """Each person's rows in the order of their days; a row of nobody knows whom stands alone."""
    found: dict[Who | int, list[Entry]] = {}
    for entry in entries:
        found.setdefault(entry.who or entry.number, []).append(entry)
    return [sorted(group, key=lambda entry: (entry.started_on or date.max, entry.number)) for group in found.values()]


def refuse_overlaps(entries: Iterable[Entry]) -> None:
    """Tell of each participation that does not lie apart from an earlier one of the person."""
    longest: Entry | None = None
    for entry in entries:
        if any(entry.cells.is_wrong(day) for day in ("started_on", "ended_on")):
            continue
        if longest:
            _refuse_overlap(longest, entry)
        if longest is None or longest.ended_on is None or (entry.ended_on or date.max) > longest.ended_on:
            longest = entry


def _refuse_overlap(earlier: Entry, entry: Entry) -> None:
    told: dict[str, int | str] = {"row": earlier.number}
    if entry.started_on == earlier.started_on:
        entry.cells.refuse(_("This person stands in row %(row)s, too.") % told)
    elif earlier.ended_on is None:
        reason = _("This person comes again in row %(row)s. Write when the participation of this row ended.")
        earlier.cells.wrong("ended_on", reason % {"row": entry.number})
    elif entry.started_on and entry.started_on <= earlier.ended_on:
        reason = _("By row %(row)s this person took part until %(day)s. The next participation begins after it.")
        entry.cells.wrong("started_on", reason % (told | {"day": full_day(earlier.ended_on)}))
