"""Tables for spreadsheets, of rows of plain values. What people have typed stays text: no cell becomes a formula."""

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO, StringIO, TextIOWrapper
from pathlib import Path
from typing import IO, Any, NamedTuple, TextIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from django.http import HttpResponse
from django.utils import timezone
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
ZIP = "application/zip"
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767
"""Characters that a cell of XLSX holds."""
LONGEST_TITLE, NO_TITLE = 31, re.compile(r"[][:*?/\\]")
"""Of a sheet of XLSX, and what cannot stand in it."""


def csv_response(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """`name`.csv for Finnish Excel: semicolons, every cell in quotes, UTF-8 with the mark by which Excel knows it.

    With commas, Excel there would divide a cell at its semicolons, and what follows one could be a formula.
    """
    out = StringIO(newline="")
    write_csv(out, header, rows)
    return _file(out.getvalue().encode("utf-8-sig"), CSV, f"{name}.csv")


def write_csv(out: TextIO, header: Sequence[object], rows: Iterable[Sequence[object]]) -> None:
    """The same to a file that is open as `utf-8-sig` with `newline=""`, row by row."""
    writer = csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL)
    writer.writerow(_text(cell) for cell in header)
    writer.writerows([_text(cell) for cell in row] for row in rows)


class Picture(NamedTuple):
    """A file of PNG, and what it shows in words."""

    path: Path
    alt: str


class Sheet(NamedTuple):
    """`picture` stands below the last row."""

    title: str
    header: Sequence[object]
    rows: Iterable[Sequence[object]]
    picture: Picture | None = None


def xlsx_response(name: str, header: Sequence[object], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """`name`.xlsx with one sheet, its header kept in sight. Moments are local and sort as moments."""
    return xlsx_book(name, [Sheet("", header, rows)])


def xlsx_book(name: str, sheets: Iterable[Sheet]) -> HttpResponse:
    """The same with several sheets. Decimals are sums of money, with two digits; numbers they stay."""
    out = BytesIO()
    write_book(out, sheets)
    return _file(out.getvalue(), XLSX, f"{name}.xlsx")


def zip_response(name: str, sheets: Mapping[str, Sheet], *, at: datetime) -> HttpResponse:
    """`name`.zip as `write_zip` writes it."""
    out = BytesIO()
    write_zip(out, sheets, at=at)
    return _file(out.getvalue(), ZIP, f"{name}.zip")


def write_zip(out: IO[bytes], sheets: Mapping[str, Sheet], *, at: datetime) -> None:
    """Each of `sheets` as a file of CSV by its name, row by row, and their pictures. All are of the moment `at`."""
    with ZipFile(out, "w") as archive:
        for name, sheet in sheets.items():
            with (
                archive.open(_member(f"{name}.csv", at), "w") as member,
                TextIOWrapper(member, encoding="utf-8-sig", newline="") as text,
            ):
                write_csv(text, sheet.header, sheet.rows)
            if sheet.picture:
                archive.writestr(_member(sheet.picture.path.name, at), sheet.picture.path.read_bytes())


def _member(name: str, at: datetime) -> ZipInfo:
    member = ZipInfo(name, timezone.localtime(at).timetuple()[:6])
    member.compress_type = ZIP_DEFLATED
    return member


class TooManyRows(Exception):  # noqa: N818 - what is wrong
    """A sheet of XLSX holds 1,048,576 rows."""


class _Repeating(Worksheet):  # type: ignore[misc]  # the library says nothing of types
    """A sheet written row by row that lets the library write each value once, and remembers how.

    Most cells of a long table repeat what stood in another: codes, their words, days.
    """

    MOST_KNOWN = 10_000
    fh: Any

    def __init__(self) -> None:
        super().__init__()
        self.known: dict[tuple[type, object], str] = {}

    def write_line(self, row: int, cells: Sequence[object], formats: dict[type, Any]) -> None:
        """Write `cells` from the first column on; nothing of the row is held in memory afterwards.

        :raises TooManyRows: beyond what a sheet holds; nothing is left out without a word
        """
        if self._check_dimensions(row, len(cells) - 1):
            raise TooManyRows
        self._write_single_row(row)
        self._write_row(row, None)
        written = []
        for column, (letters, value) in enumerate(zip(_columns(len(cells)), cells, strict=True)):
            if value is not None and value != "":
                known = self.known.get((type(value), value)) or self._learn(row, column, value, formats)
                written.append(f'<c r="{letters}{row + 1}"{known}')
        self.fh.write("".join(written))
        self._xml_end_tag("row")

    def _learn(self, row: int, column: int, value: object, formats: dict[type, Any]) -> str:
        """What the library writes for `value` after the cell's address."""
        _write(self, row, column, value, formats)
        sheet, self.fh = self.fh, StringIO()
        self._write_cell(row, column, self.table[row].pop(column))
        written, self.fh = self.fh.getvalue(), sheet
        known = str(written).removeprefix(f'<c r="{xl_rowcol_to_cell(row, column)}"')
        if len(self.known) < self.MOST_KNOWN:
            self.known[type(value), value] = known
        return known


@cache
def _columns(number: int) -> tuple[str, ...]:
    """The letters of so many columns."""
    return tuple(xl_col_to_name(column) for column in range(number))


def write_book(out: IO[bytes], sheets: Iterable[Sheet]) -> None:
    """The same to an open file. Of a sheet no more than a row is held in memory at once."""
    book = Workbook(out, {"constant_memory": True, "remove_timezone": True})
    bold = book.add_format({"bold": True})
    formats = {
        date: book.add_format({"num_format": "yyyy-mm-dd"}),
        datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        Decimal: book.add_format({"num_format": "#,##0.00"}),
    }
    for each in sheets:
        sheet = book.add_worksheet(NO_TITLE.sub(" ", each.title)[:LONGEST_TITLE] or None, _Repeating)
        sheet.freeze_panes(1, 0)
        for column, cell in enumerate(each.header):
            sheet.write_string(0, column, str(cell), bold)
            sheet.set_column(column, column, 24)
        number = 0
        for number, row in enumerate(each.rows, start=1):
            sheet.write_line(number, row, formats)
        if each.picture:
            sheet.insert_image(number + 1, 0, str(each.picture.path), {"description": each.picture.alt})
    book.close()


def _write(sheet: Any, row: int, column: int, cell: object, formats: dict[type, Any]) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell[:LONGEST_CELL])
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, column, timezone.localtime(cell), formats[datetime])
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats[date])
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell), formats[Decimal])
    elif isinstance(cell, int | float) and not isinstance(cell, bool):
        sheet.write_number(row, column, cell)
    else:
        sheet.write_string(row, column, str(cell)[:LONGEST_CELL])


def _text(cell: object) -> object:
    """A cell of CSV; before what a spreadsheet would take for a formula stands an apostrophe (OWASP, CSV injection)."""
    if cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)):
        return "" if cell is None else cell
    if isinstance(cell, datetime):
        return timezone.localtime(cell).strftime("%Y-%m-%d %H:%M:%S")
    text = str(cell)
    return f"'{text}" if text.startswith(STARTS_A_FORMULA) else text


def _file(content: bytes, media_type: str, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(content, content_type=media_type, headers=headers)
