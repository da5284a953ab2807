"""A month's report as columns, on the page and in a workbook: docs/payments.md describes them."""

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.tables import Sheet
from core.templatetags.money import percent
from registrations.enums import Method
from registrations.rules.sales import Sold
from registrations.services.payments.reporting import Moved, Report, Row, Sums

WHAT = {
    Sold.SOLD: gettext_lazy("Seat sold"),
    Sold.GIVEN_UP: gettext_lazy("Seat given up"),
    Sold.KEPT: gettext_lazy("Kept of a cancelled seat"),
    Sold.GOODWILL: gettext_lazy("Given back by the organiser"),
    Moved.RECEIVED: gettext_lazy("Money came"),
    Moved.GIVEN_BACK: gettext_lazy("Money went back"),
    Moved.CAME_BACK: gettext_lazy("A refund came back"),
    Moved.DISPUTED: gettext_lazy("Taken back by a dispute"),
    Moved.WON: gettext_lazy("A dispute was won"),
}


class Line(NamedTuple):
    """Of the summary: cents stand under `Summary.columns`, from the third on."""

    project: str
    event: str
    cents: list[int]


class Summary(NamedTuple):
    columns: list[str]
    lines: list[Line]
    whole: Line


def summary(report: Report) -> Summary:
    """A line for each event, and one for all."""
    columns = [_("Project"), _("Event"), _("Seats sold"), _("Kept of cancelled seats")]
    for rate in report.rates:
        named = {"rate": percent(rate)} if rate else {"rate": "0\N{NO-BREAK SPACE}%"}
        columns += [_("Without VAT, %(rate)s") % named, _("VAT %(rate)s") % named]
    columns += [_("Without VAT"), _("VAT"), _("With VAT")]
    columns += [str(each.label) for each in Method]
    columns += [_("Given back"), _("Disputes"), _("Money")]
    lines = [_line(each, report.rates) for each in report.events]
    return Summary(columns, lines, _line(report.whole, report.rates))


def sheets(report: Report) -> list[Sheet]:
    """The summary, and the rows of which it is made."""
    found = summary(report)
    lines = ([line.project, line.event, *map(_euros, line.cents)] for line in [*found.lines, found.whole])
    header = [
        _("Date"),
        _("Order"),
        _("Receipt"),
        _("Project"),
        _("Event"),
        _("What"),
        _("Without VAT"),
        _("VAT rate, %"),
        _("VAT"),
        _("With VAT"),
        _("Money"),
        _("How"),
    ]
    return [Sheet(_("Summary"), found.columns, lines), Sheet(_("Rows"), header, _rows(report.rows))]


def _line(sums: Sums, rates: Iterable[int]) -> Line:
    event = sums.event
    project = event.project.code if event and event.project else ""
    taxed = [cents for rate in rates for cents in sums.rates.get(rate, (0, 0))]
    received = [sums.received.get(method, 0) for method in Method]
    return Line(
        project,
        event.title if event else _("All"),
        [
            sums.seats,
            sums.kept,
            *taxed,
            sums.gross - sums.vat,
            sums.vat,
            sums.gross,
            *received,
            sums.given_back,
            sums.disputes,
            sums.money,
        ],
    )


def _rows(rows: Iterable[Row]) -> Iterator[list[object]]:
    methods = dict(Method.choices)
    for row in rows:
        project = row.event.project
        sold = row.basis_points is not None
        yield [
            row.at,
            row.order,
            row.receipt,
            project.code if project else "",
            row.event.title,
            WHAT[row.what],
            _euros(row.net) if sold else None,
            Decimal(row.basis_points or 0) / 100 if sold else None,
            _euros(row.vat) if sold else None,
            _euros(row.gross) if sold else None,
            None if sold else _euros(row.money),
            methods.get(row.method, ""),
        ]


def _euros(cents: int) -> Decimal:
    return Decimal(cents) / 100
