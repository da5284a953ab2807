"""What the steering group gets: planned and realised, by gender, over time and by municipality, without small cells."""

from collections.abc import Callable, Iterator, Sequence
from typing import IO, Any

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from core import pdf
from core.tables import Sheet, write_book, write_zip
from core.templatetags.when import full_day
from esf.enums import Dimension
from esf.indicators import PROFILES, Report, breakdown, over_time, report
from esf.indicators.sharing import Figures, Shown, ShownRow, shown
from esf.models import ReportFile
from esf.rules import suppression
from esf.services.reports import authority, choices
from esf.services.reports.choices import Asked
from events.models import Project
from events.services.sheets import funding

EVERYBODY_CODE = {"2021-2027": "EECO01", "2014-2020": "CO00"}
"""The indicator of all participants."""
HIDDEN, NOT_KNOWN = "*", "–"
MONTHS = 24
"""So many are told on paper, the last ones."""

Progress = Callable[[int, int], None]


def figures_of(project: Project, asked: Asked, *, whole: bool) -> tuple[Report, Shown]:
    """The report with municipalities and months; without small cells unless `whole`."""
    code = EVERYBODY_CODE[project.period]
    found = report(project=project, on=asked.on)
    return found, shown(
        report=found,
        profile=PROFILES[project.period],
        parts=breakdown(project=project, on=asked.on, by=Dimension.MUNICIPALITY, code=code),
        code=code,
        points=over_time(project=project, code=code, on=asked.on),
        whole=whole,
    )


def paper(*, file: ReportFile, out: IO[bytes]) -> None:
    """A tagged PDF (PDF/UA-1) in the language that is active."""
    asked, project = choices.read(file.choice), file.project
    found, figures = figures_of(project, asked, whole=False)
    data = {
        "title": _("Report to the steering group"),
        "project": f"{project.name} ({project.code})",
        "facts": [
            {"name": name, "value": value}
            for name, value in (
                (_("Figures as of"), full_day(asked.on)),
                (_("Project"), f"{full_day(project.starts_on)} – {full_day(project.ends_on)}"),
                (_("Authority"), project.authority),
                (_("Made by"), f"{file.made_by}, {full_day(timezone.localdate(file.begun_at))}"),
            )
            if value
        ],
        "labels": _labels(),
        "bars": [_bar(row) for row in figures.rows if row.row.planned],
        "rows": [[f"{each.row.code} {each.row.label}", *_cells(each)] for each in figures.rows],
        "towns": [[str(part.label), *_four(part.figures)] for part in figures.parts],
        "months": [
            [full_day(point.day), str(point.planned or NOT_KNOWN), HIDDEN if total is None else str(total)]
            for point, total in figures.points[-MONTHS:]
        ],
        "notes": notes(project, found, figures),
        **funding(project),
    }
    out.write(pdf.render("steering", data, language=get_language() or "fi"))


def book(*, file: ReportFile, out: IO[bytes], progress: Progress) -> None:
    asked, project = choices.read(file.choice), file.project
    found, figures = figures_of(project, asked, whole=False)
    progress(len(figures.rows), len(figures.rows))
    labels = _labels()
    four = [labels["total"], labels["women"], labels["men"], labels["other"]]
    write_book(
        out,
        [
            Sheet(_("Indicators"), _titles(), _table(figures)),
            Sheet(
                _("Home municipalities"),
                [labels["town"], *four],
                [[str(part.label), *_numbers(part.figures)] for part in figures.parts],
            ),
            Sheet(
                _("Month by month"),
                [labels["day"], labels["planned"], labels["realised"]],
                [[point.day, point.planned, HIDDEN if total is None else total] for point, total in figures.points],
            ),
            authority.about_file(file, asked, notes(project, found, figures)),
        ],
    )


def archive(*, file: ReportFile, name: str, out: IO[bytes], progress: Progress) -> None:
    """Write the indicators as CSV, with what the file is beside them."""
    asked, project = choices.read(file.choice), file.project
    found, figures = figures_of(project, asked, whole=False)
    progress(len(figures.rows), len(figures.rows))
    sheets = {
        name: Sheet("", _titles(), _table(figures)),
        "about": authority.about_file(file, asked, notes(project, found, figures)),
    }
    write_zip(out, sheets, at=authority.made_at(file))


def notes(project: Project, found: Report, figures: Shown) -> list[str]:
    """What a reader must know beside the figures."""
    said = [_("Every person counts once, with the answers given at the start.")]
    if figures.hides:
        said.append(
            _("* hides a number of 1–4 people, or one that would give such a number away. Zeros are shown as they are.")
        )
    if any(row.is_missing for row in figures.rows):
        said.append(_("– means that the figure is not known: nobody has asked, estimated or followed it up."))
    said += [
        _("%(code)s is an estimate: %(method)s") % {"code": row.code, "method": authority.methods(row)}
        for row in found.rows
        if row.methods
    ]
    if found.without_notice:
        said.append(without_form(found.without_notice))
    return [*said, _("Definitions: %(regulation)s") % {"regulation": authority.definitions(project.period)}]


def without_form(number: int) -> str:
    """For those who see no people: how many they are, unless they are few."""
    if suppression.is_small(number):
        return _("Fewer than five participants have no background form and are not in the figures.")
    return ngettext(
        "%(number)s participant has no background form and is not in the figures.",
        "%(number)s participants have no background form and are not in the figures.",
        number,
    ) % {"number": number}


def _labels() -> dict[str, str]:
    return {
        "planned": _("Planned"),
        "realised": _("Realised"),
        "total": _("All"),
        "women": _("Women"),
        "men": _("Men"),
        "other": _("Other"),
        "indicator": _("Indicator"),
        "comparison": _("Planned against realised"),
        "indicators": _("Indicators"),
        "towns": _("Participants by home municipality"),
        "town": _("Home municipality"),
        "months": _("Participants month by month"),
        "day": _("Day"),
        "notes": _("Notes"),
    }


def _bar(row: ShownRow) -> dict[str, Any]:
    """Its length is a share of the longer of both; nothing is drawn of a hidden figure."""
    planned, total = row.row.planned or 0, row.figures.total
    longest = max(planned, total or 0)
    return {
        "name": f"{row.row.code} {row.row.label}",
        "text": f"{HIDDEN if total is None else total} / {planned}",
        "realised": 100 * (total or 0) / longest,
        "planned": 100 * planned / longest,
    }


def _titles() -> list[str]:
    labels = _labels()
    named = [labels[name] for name in ("indicator", "planned", "realised", "women", "men", "other")]
    return [_("Code"), *named, _("Basis")]


def _table(figures: Shown) -> Iterator[Sequence[object]]:
    for each in figures.rows:
        numbers = _numbers(each.figures, missing=each.is_missing, genders=each.row.has_genders)
        yield [each.row.code, str(each.row.label), each.row.planned, *numbers, str(each.row.basis.label)]


def _numbers(figures: Figures, *, missing: bool = False, genders: bool = True) -> list[int | str | None]:
    if missing:
        return [None, None, None, None]
    values = (figures.total, figures.women, figures.men, figures.other) if genders else (figures.total,)
    told: list[int | str | None] = [HIDDEN if value is None else value for value in values]
    return [*told, *[None] * (4 - len(told))]


def _cells(each: ShownRow) -> list[str]:
    numbers = _numbers(each.figures, missing=each.is_missing, genders=each.row.has_genders)
    planned = NOT_KNOWN if each.row.planned is None else str(each.row.planned)
    return [planned, *(NOT_KNOWN if number is None else str(number) for number in numbers)]


def _four(figures: Figures) -> list[str]:
    return [str(number) for number in _numbers(figures)]
