import datetime as dt
import io
import time
import zipfile

import openpyxl
import pytest
from django.core.files.base import ContentFile
from django.utils import translation

from core import sheets_in
from core.sheets_in import (
    BrokenQuotes,
    EmptyTable,
    NotATable,
    OldWorkbook,
    Row,
    TableTooLarge,
    address,
    as_csv,
    read_table,
)


def read(content):
    return read_table(ContentFile(content))


def workbook(*rows, title="Taul1"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return saved(book)


def saved(book):
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("encoding", "separator", "read_as"),
    [
        ("utf-8", ";", "CSV, UTF-8, columns separated by semicolons"),
        ("utf-8-sig", ",", "CSV, UTF-8, columns separated by commas"),
        ("utf-16", "\t", "CSV, UTF-16, columns separated by tabs"),
        ("cp1252", ";", "CSV, Windows-1252, columns separated by semicolons"),
    ],
)
def test_a_text_file_is_read_whatever_wrote_it(encoding, separator, read_as):
    text = f"Nimi{separator}Kunta\r\nHämeen Työ Oy{separator}Jämsä\r\n"
    with translation.override("en"):
        table = read(text.encode(encoding))
    assert (table.header, table.rows) == (("Nimi", "Kunta"), (Row(2, ("Hämeen Työ Oy", "Jämsä")),))
    assert table.read_as == read_as


def test_rows_have_the_numbers_that_the_sheet_shows():
    text = '\nNimi;Kunta\n"Kaksi\nriviä";Hartola\n;\nToinen;\n'
    assert read(text.encode()).rows == (Row(3, ("Kaksi\nriviä", "Hartola")), Row(5, ("Toinen", "")))
    book = workbook([], ["Nimi", "Kunta"], ["Eka"], [], [None, "Hartola"])
    assert read(book).rows == (Row(3, ("Eka",)), Row(5, ("", "Hartola")))


def test_excels_own_line_names_the_separator():
    table = read(b"sep=,\nNimi,a;b;c\nEka,1")
    assert (table.header, table.rows) == (("Nimi", "a;b;c"), (Row(2, ("Eka", "1")),))


def test_a_workbooks_values_become_text():
    values = ["Eka", 12, 12.0, 0.5, True, dt.date(2026, 3, 1), dt.time(8, 30), " väli "]
    assert read(workbook(["a"] * 8, values)).rows[0].cells == (
        "Eka", "12", "12", "0.5", "True", "2026-03-01", "08:30:00", "väli",
    )  # fmt: skip


def test_a_formula_is_read_as_the_value_that_excel_kept():
    plain, out = workbook(["Nimi", "Summa"], ["Eka", 2], ["Toka", "=1+1"]), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(plain)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part).replace(b"<v>2</v>", b"<f>1+1</f><v>2</v>"))
    assert read(out.getvalue()).rows == (Row(2, ("Eka", "2")), Row(3, ("Toka",)))


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", EmptyTable),
        (b"Nimi;Kunta\n;\n", EmptyTable),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OldWorkbook),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", NotATable),
        (b"PK\x03\x04 and nothing else", NotATable),
        (b"\xff\xfe\x00", NotATable),
        (b'Nimi\n"Eka\nToka\n', BrokenQuotes),
        (b"Nimi\n" + b"a\n" * 20_001, TableTooLarge),
        (b"Nimi" + b";a" * 100 + b"\nEka", TableTooLarge),
        (b"Nimi\n" + b"a" * 5_000_000, TableTooLarge),
    ],
)
def test_what_is_no_table_for_us_is_refused(content, refusal):
    with pytest.raises(refusal):
        read(content)


def test_another_kind_of_archive_is_no_table():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("content.xml", "<office/>")
    with pytest.raises(NotATable):
        read(out.getvalue())


def test_an_archive_that_would_unpack_to_more_than_fifty_megabytes_is_refused_unread():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(6):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", bytes(10_000_000))
    assert len(out.getvalue()) < 100_000
    with pytest.raises(TableTooLarge):
        read(out.getvalue())


def test_a_sheet_that_lies_about_its_size_costs_nothing():
    book = openpyxl.Workbook()
    book.active["A1"], book.active["A2"], book.active["A100000"] = "Nimi", "Eka", "Kaukana"
    assert read(saved(book)).rows == (Row(2, ("Eka",)), Row(100_000, ("Kaukana",)))


@pytest.mark.parametrize("row", [100_001, 1_048_576])
def test_a_row_at_the_end_of_the_world_is_not_walked_to(row):
    book = openpyxl.Workbook()
    book.active["A1"], book.active[f"A{row}"] = "Nimi", "Kaukana"
    content = saved(book)
    started = time.process_time()
    with pytest.raises(TableTooLarge):
        read(content)
    assert time.process_time() - started < 2
    with pytest.raises(TableTooLarge):
        read(b"Nimi\n" + b"\n" * 100_000 + b"Kaukana\n")


def test_a_full_table_may_be_followed_by_empty_rows():
    assert len(read(b"Nimi\n" + b"a\n" * 20_000 + b"\n" * 10).rows) == 20_000


def test_a_broken_quotes_row_is_named():
    with pytest.raises(BrokenQuotes) as refusal:
        read(b'Nimi\nEka\n"Tok"a\n')
    assert "3" in str(refusal.value)


def test_what_is_written_holds_no_formula_and_can_be_read_again():
    cells = ("=1+1", "+358 50", "-", "@a", "'=", "ä;ö", 'a"b', "a\nb")
    content = as_csv([["a"] * 8, cells])
    assert b"'=1+1;'+358 50;'-;'@a;'=" in content
    assert read(content).rows[0].cells == ("=1+1", "+358 50", "-", "@a", "=", "ä;ö", 'a"b', "a\nb")


def test_cells_are_named_as_sheets_name_them():
    assert [address(1, 0), address(12, 2), address(3, 27)] == ["A1", "C12", "AB3"]


def test_the_limits_are_those_that_the_refusal_names():
    limits = (sheets_in.LARGEST_BYTES, sheets_in.MOST_ROWS, sheets_in.MOST_COLUMNS, sheets_in.FURTHEST_ROW)
    assert limits == (5_000_000, 20_000, 100, 100_000)
