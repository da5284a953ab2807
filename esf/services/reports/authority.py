"""The authority's files: each participant, the indicators, and how they were made. Nothing is hidden."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.tables import Sheet, write_book, write_zip
from esf.enums import Basis
from esf.indicators import report, towns
from esf.indicators.counting import Counting
from esf.indicators.reporting import Row
from esf.models import ReportFile
from esf.services.reports import choices
from esf.services.reports.choices import Asked
from esf.services.reports.columns import Participants
from events.services import about

Progress = Callable[[int, int], None]
"""Told of the rows done, and of how many there are."""
A_STEP = 2000


def book(*, file: ReportFile, out: IO[bytes], progress: Progress) -> None:
    """Write the workbook row by row."""
    asked = choices.read(file.choice)
    found = _participants(file, asked)
    sheets = [
        Sheet(_("Participants"), found.titles(), _followed(found, progress)),
        Sheet(_("Indicators"), indicator_titles(), indicator_rows(file, asked)),
        about_file(file, asked),
    ]
    write_book(out, sheets)


def archive(*, file: ReportFile, name: str, out: IO[bytes], progress: Progress) -> None:
    """Write the participants as CSV, under the headings of `docs/esf-export.md`, with what the file is beside them."""
    asked = choices.read(file.choice)
    found = _participants(file, asked)
    sheets = {name: Sheet("", found.keys(), _followed(found, progress)), "about": about_file(file, asked)}
    write_zip(out, sheets, at=made_at(file))


def indicator_rows(file: ReportFile, asked: Asked) -> Iterator[list[Any]]:
    for row in report(project=file.project, on=asked.on, choice=asked.choice).rows:
        yield [row.code, str(row.label), row.planned, *_numbers(row), str(row.basis.label), methods(row)]


def indicator_titles() -> list[str]:
    return [
        _("Code"), _("Indicator"), _("Planned"), _("Realised"), _("Women"), _("Men"), _("Other"), _("Basis"),
        _("How it was estimated"),
    ]  # fmt: skip


def methods(row: Row) -> str:
    return "; ".join(f"{day.isoformat()}: {method}" for day, method in row.methods)


def about_file(file: ReportFile, asked: Asked, notes: Iterable[str] = ()) -> Sheet:
    """Who made it, when, of whom, by which definitions, and who paid."""
    project = file.project
    narrowed = choices.told(project, asked.choice)
    facts = [
        (_("Authority"), project.authority),
        (_("Figures as of"), asked.on),
        *(narrowed or [(_("Participants"), _("All"))]),
        (_("Definitions"), definitions(project.period)),
        (_("How people are counted"), _("Every person counts once, with the answers given at the start.")),
        (_("Long-term unemployed"), _long_term()),
        *((pgettext("fact", "Note"), note) for note in notes),
    ]
    return about.sheet(project=project, facts=facts, by=str(file.made_by), at=made_at(file))


def made_at(file: ReportFile) -> datetime:
    """When the worker began it."""
    return file.begun_at or timezone.now()


def definitions(period: str) -> str:
    if period == "2021-2027":
        return _("Regulation (EU) 2021/1057, Annex I")
    return _("Regulation (EU) No 1304/2013, Annex I")


def _long_term() -> str:
    return _("Over %(months)s months without work; of those under %(age)s, over %(young)s months") % {
        "months": settings.ESF_LTU_MONTHS,
        "age": settings.ESF_LTU_YOUTH_AGE,
        "young": settings.ESF_LTU_YOUTH_MONTHS,
    }


def _participants(file: ReportFile, asked: Asked) -> Participants:
    counting = Counting(project=file.project, on=asked.on, choice=asked.choice, towns=towns.on(asked.on))
    return Participants(counting)


def _followed(found: Participants, progress: Progress) -> Iterator[Sequence[object]]:
    total, number = found.number(), 0
    progress(0, total)
    for number, row in enumerate(found.rows(), start=1):
        yield row
        if number % A_STEP == 0:
            progress(number, total)
    progress(number, total)


def _numbers(row: Row) -> Iterable[int | None]:
    if row.basis == Basis.MISSING:
        return (None, None, None, None)
    genders = (row.women, row.men, row.other) if row.has_genders else (None, None, None)
    return (row.total, *genders)
