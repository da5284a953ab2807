"""Tables that people bring, CSV or XLSX, read into plain text; and CSV that can be brought again.

What the file is, its bytes say, not its name. Limits stand against files made to exhaust a server.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from xml.etree.ElementTree import ParseError

from django.core.files import File
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from xlsxwriter.utility import xl_col_to_name

from core.errors import Refused
from core.text import printable

LARGEST_BYTES = 5_000_000
LARGEST_UNPACKED = 50_000_000
MOST_PARTS = 1_000
MOST_ROWS, MOST_COLUMNS = 20_000, 100
SHEETS_LAST_ROW = 1_048_576
FURTHEST_ROW = 100_000
"""Empty rows cost time, too: a sheet of some kilobytes may have its second row at its very end."""

ZIP, COMPOUND = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
"""How an XLSX file begins, and how an old XLS one or one with a password does."""

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-8": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252"}
SEPARATORS = {";": _("semicolons"), ",": _("commas"), "\t": _("tabs")}

FORMULA = re.compile(r"^[=+\-@\t\r]")
GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")

WRONG_FILE = (
    zipfile.BadZipFile,
    zlib.error,
    ParseError,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    TypeError,
    ValueError,
)
"""What `openpyxl` and `zipfile` raise at files that are not what they say."""


class NotATable(Refused):
    code = "not_a_table"
    message = _("This file is not a table that we can read. Save it as CSV or as an Excel workbook (.xlsx).")


class OldWorkbook(Refused):
    code = "old_workbook"
    message = _("This is an old Excel file (.xls), or one with a password. Save it as .xlsx without a password.")


class EmptyTable(Refused):
    code = "empty_table"
    message = _("There is nothing below the headings of this table.")


class TableTooLarge(Refused):
    code = "table_too_large"
    message = _(
        "This table is too large: at most 5 MB, 20,000 rows and 100 columns, and nothing below row 100,000. "
        "Split it, and bring the parts one by one."
    )


class BrokenQuotes(Refused):
    """A quotation mark is open or stands where none may; `row` is near it."""

    code = "broken_quotes"

    def __init__(self, row: int) -> None:
        super().__init__()
        self.message = _("Row %(row)s: a quotation mark is missing, or one too many.") % {"row": row}


@dataclass(frozen=True)
class Row:
    """`number` is what the sheet itself shows beside the row; a cell is stripped text."""

    number: int
    cells: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Table:
    """`read_as` says in words how the file was understood. Rows without any text are left out."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    read_as: str


def read_table(upload: File[Any]) -> Table:
    """:raises NotATable, OldWorkbook, EmptyTable, TableTooLarge, BrokenQuotes: see there"""
    if upload.size > LARGEST_BYTES:
        raise TableTooLarge
    content = upload.read()
    if content.startswith(COMPOUND):
        raise OldWorkbook
    read_as, numbered = _workbook(content) if content.startswith(ZIP) else _csv(content)
    rows = list(_filled(numbered))
    if len(rows) < 2:  # noqa: PLR2004 - the headings, and a row
        raise EmptyTable
    return Table(header=rows[0].cells, rows=tuple(rows[1:]), read_as=read_as)


def address(row: int, column: int) -> str:
    """A cell's name, `C12`; columns count from 0."""
    return f"{xl_col_to_name(column)}{row}"


def as_csv(rows: Iterable[Sequence[object]]) -> bytes:
    """A CSV file for Finnish Excel (UTF-8 with its mark, semicolons), in which no cell is a formula."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(
        [_guarded(str(cell)) for cell in row] for row in rows
    )
    return out.getvalue().encode("utf-8-sig")


def _guarded(text: str) -> str:
    return f"'{text}" if FORMULA.match(text) else text


def _filled(numbered: Iterable[tuple[int, Sequence[str]]]) -> Iterator[Row]:
    """The rows that have text, the headings first."""
    count = 0
    for number, cells in numbered:
        if number > FURTHEST_ROW:
            raise TableTooLarge
        if not any(cells):
            continue
        if count > MOST_ROWS or any(cells[MOST_COLUMNS:]):
            raise TableTooLarge
        count += 1
        yield Row(number, tuple(cells))


# CSV


def _csv(content: bytes) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    text, encoding = _decoded(content)
    separator, body = _separated(text)
    read_as = _("CSV, %(encoding)s, columns separated by %(separator)s")
    words: dict[str, str | Promise] = {"encoding": ENCODINGS[encoding], "separator": SEPARATORS[separator]}
    return str(read_as % words), _records(body, separator)


def _decoded(content: bytes) -> tuple[str, str]:
    """The text and its encoding: by its byte order mark, else UTF-8 if it can be that, else Windows-1252."""
    marked = [encoding for mark, encoding in BYTE_ORDER_MARKS.items() if content.startswith(mark)]
    for encoding in marked or ["utf-8", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text, encoding
    raise NotATable


def _separated(text: str) -> tuple[str, str]:
    """The separator, and the text below Excel's line `sep=;`: the one named there, else that of most headings."""
    first, _newline, rest = text.partition("\n")
    if (named := first.strip().removeprefix("sep=")) in SEPARATORS and first.startswith("sep="):
        return named, rest
    headings = next((line for line in text.splitlines() if line.strip()), "")
    return max(SEPARATORS, key=lambda each: len(next(csv.reader([headings], delimiter=each)))), text


def _records(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, start=1):
            yield number, [GUARDED.sub("", printable(cell).strip()) for cell in cells]
    except csv.Error as wrong:
        raise BrokenQuotes(number + 1) from wrong


# XLSX


def _workbook(content: bytes) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    import openpyxl  # noqa: PLC0415 - seven megabytes that every process would hold

    try:
        _refuse_bombs(content)
        book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = next(iter(book.worksheets), None)
    except WRONG_FILE as wrong:
        raise NotATable from wrong
    if sheet is None:
        raise NotATable
    return str(_("Excel workbook, sheet %(sheet)s") % {"sheet": sheet.title}), _sheet_rows(sheet)


def _refuse_bombs(content: bytes) -> None:
    """:raises TableTooLarge: by what the archive says of itself; `zipfile` reads no more of a part than that"""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > LARGEST_UNPACKED:
        raise TableTooLarge


def _sheet_rows(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number. What the sheet says of its own size is not believed."""
    rows = sheet.iter_rows(max_row=SHEETS_LAST_ROW, max_col=MOST_COLUMNS + 1, values_only=True)
    try:
        for number, cells in enumerate(rows, start=1):
            empty = cells.count(None) == len(cells)
            yield number, [] if empty else _trimmed([_text(cell) for cell in cells])
    except WRONG_FILE as wrong:
        raise NotATable from wrong


def _trimmed(cells: list[str]) -> list[str]:
    while cells and not cells[-1]:
        cells.pop()
    return cells


def _text(value: object) -> str:
    """A cell's value as text: whole numbers without decimals, days as ISO 8601."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return (value.date() if value.time() == time.min else value).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return printable(str(value)).strip()
