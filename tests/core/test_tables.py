import csv
import datetime as dt
import zipfile
from decimal import Decimal
from io import BytesIO, StringIO
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from django.utils import timezone
from PIL import Image
from xlsxwriter import Workbook

from core.tables import Picture, Sheet, csv_response, xlsx_book, xlsx_response, zip_response

MOMENT = dt.datetime(2026, 11, 23, 12, 0, 5, tzinfo=dt.UTC)
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def cells(response):
    """What stands in the sheet: text, or a number; and whether any cell is a formula."""
    with zipfile.ZipFile(BytesIO(response.content)) as book:
        sheet = ET.fromstring(book.read("xl/worksheets/sheet1.xml"))  # noqa: S314 - our own file
    rows = [["".join(cell.itertext()) for cell in row.iter(f"{SHEET}c")] for row in sheet.iter(f"{SHEET}row")]
    return rows, bool(list(sheet.iter(f"{SHEET}f")))


def test_a_csv_file_is_what_another_reader_reads():
    response = csv_response(
        "log", ["Aika", "Kuka"], [[MOMENT, 'Åke, "se"\nsama'], [dt.date(2026, 1, 2), None], [7, -1.5]]
    )

    assert response.content.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(StringIO(response.content.decode("utf-8-sig"), newline=""), delimiter=";")) == [
        ["Aika", "Kuka"],
        ["2026-11-23 14:00:05", 'Åke, "se"\nsama'],
        ["2026-01-02", ""],
        ["7", "-1.5"],
    ]
    assert response.headers["Content-Disposition"] == 'attachment; filename="log.csv"'
    assert response.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("text", ["=1+1", "+358 40", "-1", "@SUM(A1)", "\t=1"])
def test_what_a_spreadsheet_would_take_for_a_formula_stays_text(text):
    assert csv_response("x", [text], []).content.decode("utf-8-sig") == f'"\'{text}"\r\n'
    rows, formulas = cells(xlsx_response("x", ["a"], [[text]]))
    assert ([row[0].strip() for row in rows], formulas) == (["a", text.strip()], False)


@pytest.mark.parametrize("separator", [";", ",", "\t"])
def test_a_cell_is_never_divided_at_a_separator(separator):
    """Excel divides a file at what its country's lists are divided by: in Finland at semicolons."""
    written = csv_response("x", ["a"], [[f"A{separator}=1+cmd"]]).content.decode("utf-8-sig")
    assert list(csv.reader(StringIO(written, newline=""), delimiter=separator)) == [["a"], [f"A{separator}=1+cmd"]]


@pytest.mark.parametrize(
    "text", ["Työtön", " a ", "<b>&\"'", "_x0041_", "a\x01b", "<r>x</r>", "=1+1", "rivi\nrivi", "🎪"]
)
def test_a_word_that_comes_again_is_written_as_the_first_time(text):
    book = openpyxl.load_workbook(BytesIO(xlsx_response("x", ["a", "b"], [[text, 1], [7, text], [text, text]]).content))
    first, second, third = list(book.active.values)[1:]
    assert (second[1], *third) == (first[0],) * 3
    assert [book.active.cell(row, column).data_type for row, column in ((2, 1), (3, 2), (4, 1), (4, 2))] == ["s"] * 4


def test_a_sheet_is_written_as_the_library_writes_it_cell_by_cell():
    rows = [
        ["Työtön", 7, 7.5, dt.date(2026, 1, 2), MOMENT, Decimal("1.50"), True, "", None, "viimeinen"] * 3,
        ["Työtön", "7", 7.5, dt.date(2026, 1, 2), MOMENT, Decimal("1.50"), True, "x", None, "=1"] * 3,
    ]
    out = BytesIO()
    book = Workbook(out, {"constant_memory": True, "remove_timezone": True})
    bold = book.add_format({"bold": True})
    names = {dt.date: "yyyy-mm-dd", dt.datetime: "yyyy-mm-dd hh:mm:ss", Decimal: "#,##0.00"}
    formats = {kind: book.add_format({"num_format": name}) for kind, name in names.items()}
    sheet = book.add_worksheet()
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 24)
    sheet.write_string(0, 0, "a", bold)
    for number, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            if isinstance(cell, bool):
                sheet.write_string(number, column, str(cell))
            elif isinstance(cell, dt.datetime):
                sheet.write_datetime(number, column, timezone.localtime(cell), formats[dt.datetime])
            elif type(cell) in formats:
                write = sheet.write_number if isinstance(cell, Decimal) else sheet.write_datetime
                write(number, column, float(cell) if isinstance(cell, Decimal) else cell, formats[type(cell)])
            elif isinstance(cell, str) and cell:
                sheet.write_string(number, column, cell)
            elif cell:
                sheet.write_number(number, column, cell)
    book.close()

    def written(content):
        with zipfile.ZipFile(BytesIO(content)) as parts:
            return parts.read("xl/worksheets/sheet1.xml"), parts.read("xl/styles.xml")

    assert written(xlsx_response("x", ["a"], rows).content) == written(out.getvalue())


def test_words_beyond_those_kept_in_mind_are_written_too(monkeypatch):
    monkeypatch.setattr("core.tables._Repeating.MOST_KNOWN", 2)
    rows, _formulas = cells(xlsx_response("x", ["a"], [[word] for word in "abcabc"]))
    assert rows == [["a"], *([word] for word in "abcabc")]


def test_an_xlsx_file_keeps_text_and_numbers_apart():
    rows, formulas = cells(
        xlsx_response("x", ["Aika", "Kuka", "Luku"], [[MOMENT, "007", 7], [dt.date(2026, 1, 2), True, None]])
    )
    assert (rows[0], formulas) == (["Aika", "Kuka", "Luku"], False)
    moment, text, number = rows[1]
    assert (text, number) == ("007", "7")
    assert float(moment) == pytest.approx(46349 + 14 / 24 + 5 / 86400, abs=1e-6)
    assert rows[2] == ["46024", "True"]


def test_a_text_longer_than_a_cell_is_cut():
    rows, _formulas = cells(xlsx_response("x", ["a"], [["ä" * 40_000]]))
    assert len(rows[1][0]) == 32_767


@pytest.fixture
def picture(tmp_path):
    Image.new("RGB", (12, 8), "blue").save(tmp_path / "blue.png")
    return Picture(tmp_path / "blue.png", "Blue & bare")


def test_a_picture_stands_below_the_last_row_and_is_told_in_words(picture):
    content = xlsx_book("x", [Sheet("Kuva", ["a", "b"], [[1, 2], [3, 4]], picture), Sheet("Tyhjä", ["a"], [])]).content

    first, second = openpyxl.load_workbook(BytesIO(content)).worksheets
    assert [(each.anchor._from.row, each._data()) for each in first._images] == [(3, picture.path.read_bytes())]
    assert (first.max_row, second._images) == (3, [])
    with zipfile.ZipFile(BytesIO(content)) as book:
        assert b'descr="Blue &amp; bare"' in book.read("xl/drawings/drawing1.xml")


def test_an_archive_holds_each_sheet_as_csv_and_its_picture(picture):
    sheets = {"luvut": Sheet("", ["a"], [["=1"], [2]]), "tiedot": Sheet("", ["Mikä"], [[MOMENT]], picture)}
    response = zip_response("x", sheets, at=MOMENT)

    with zipfile.ZipFile(BytesIO(response.content)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == {
            "luvut.csv": b'\xef\xbb\xbf"a"\r\n"\'=1"\r\n"2"\r\n',
            "tiedot.csv": '\ufeff"Mikä"\r\n"2026-11-23 14:00:05"\r\n'.encode(),
            "blue.png": picture.path.read_bytes(),
        }
        assert {each.date_time for each in archive.infolist()} == {(2026, 11, 23, 14, 0, 4)}
    assert response.headers["Content-Disposition"] == 'attachment; filename="x.zip"'


def test_a_workbook_has_sheets_by_their_titles_and_sums_that_stay_numbers():
    sheets = [
        Sheet("Maksut: [1/2]?", ["Summa"], [[Decimal("69.03")], [Decimal(-5)]]),
        Sheet("=x" * 40, ["a"], [["=1+1"]]),
    ]

    book = openpyxl.load_workbook(BytesIO(xlsx_book("x", sheets).content))

    first, second = book.worksheets
    assert (first.title, len(second.title)) == ("Maksut   1 2  ", 31)
    assert [(cell.value, cell.number_format) for cell in first["A"][1:]] == [(69.03, "#,##0.00"), (-5, "#,##0.00")]
    assert (second["A2"].value, second["A2"].data_type) == ("=1+1", "s")
