"""What came to an account, as a table: CSV or XLSX with the columns that docs/payments.md has."""

import re
from datetime import date, datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.sheets_in import Row, Table
from registrations.rules.bank_files import (
    LARGEST_CENTS,
    LONGEST_ID,
    MOST_ROWS,
    BankFile,
    BankRow,
    NothingInIt,
    TooLarge,
    WrongRow,
    kept_reference,
)

HEADINGS = {
    "date": {"päivä", "päivämäärä", "kirjauspäivä", "maksupäivä", "date", "booking date"},
    "sum": {"summa", "määrä", "määrä euroa", "euroa", "sum", "amount"},
    "reference": {"viite", "viitenumero", "reference", "reference number"},
    "id": {"tunnus", "arkistointitunnus", "id", "archive id"},
    "currency": {"valuutta", "currency"},
}
NEEDED = ("date", "sum", "reference")
FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d")
SUM = re.compile(
    r"([+-]?)([0-9]{1,3}(?:[ .][0-9]{3})+|[0-9]{1,15})(?:,([0-9]{1,2}))?|([+-]?)([0-9]{1,15})\.([0-9]{1,2})"
)
"""With a decimal comma and perhaps groups of three, or with a decimal point and none."""
EUROS = {"", "EUR", "€"}


class ColumnMissing(Refused):
    code = "bank_column_missing"

    def __init__(self) -> None:
        super().__init__()
        self.message = _(
            "The first row must name the columns: päivä, summa, viite and, if the bank gives one, tunnus "
            "(or date, sum, reference, id), each once."
        )


def read(table: Table) -> BankFile:
    """:raises ColumnMissing, TooLarge, NothingInIt, WrongRow: see there"""
    places = _places(table.header)
    if len(table.rows) > MOST_ROWS:
        raise TooLarge
    rows = [found for row in table.rows if (found := _row(row, places)) is not None]
    if not rows:
        raise NothingInIt
    return BankFile(rows=tuple(rows), passed_over=len(table.rows) - len(rows))


def cents_of(text: str) -> int | None:
    """`1 234,50`, `+69,03 €` or `69.03` as cents; None: it is no sum."""
    found = SUM.fullmatch(re.sub(r"[\s€]+$|^\s+", "", re.sub(r"[\u00a0\u202f]", " ", text)).replace("\u2212", "-"))
    if found is None:
        return None
    sign, whole, parts = (found[1], found[2], found[3]) if found[2] else (found[4], found[5], found[6])
    cents = Decimal(re.sub(r"[ .]", "", whole) + "." + (parts or "0")) * 100
    return -int(cents) if sign == "-" else int(cents)


def day_of(text: str) -> date | None:
    for form in FORMS:
        try:
            return datetime.strptime(text[:10], form).date()  # noqa: DTZ007 - a day, in no time zone
        except ValueError:
            continue
    return None


def _places(header: tuple[str, ...]) -> dict[str, int]:
    """Where each column stands. One that is there twice would be read as one likes."""
    lower = [cell.lower().strip() for cell in header]
    places = {
        name: [place for place, cell in enumerate(lower) if cell in headings] for name, headings in HEADINGS.items()
    }
    if any(len(places[name]) != 1 for name in NEEDED) or any(len(found) > 1 for found in places.values()):
        raise ColumnMissing
    return {name: found[0] for name, found in places.items() if found}


def _row(row: Row, places: dict[str, int]) -> BankRow | None:
    """None: it is no money that came in euros."""

    def cell(name: str) -> str:
        place = places.get(name, len(row.cells))
        return row.cells[place] if place < len(row.cells) else ""

    if cell("currency").upper() not in EUROS:
        return None
    cents, booked_on = cents_of(cell("sum")), day_of(cell("date"))
    if cents is None:
        raise WrongRow(row.number, _("the sum cannot be read; write it as 69,03."))
    if booked_on is None:
        raise WrongRow(row.number, _("the date cannot be read; write it as 2.11.2026 or 2026-11-02."))
    if len(cell("id")) > LONGEST_ID:
        raise WrongRow(row.number, _("the id is too long."))
    if not 0 < cents <= LARGEST_CENTS:
        return None
    return BankRow(
        number=row.number,
        booked_on=booked_on,
        cents=cents,
        reference=kept_reference(cell("reference")),
        bank_id=cell("id"),
    )
