"""Reading what banks write: every version of camt.054, tables, and whatever else somebody may bring."""

import contextlib
import datetime as dt

import pytest
from django.core.files.base import ContentFile
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from core.errors import Refused
from core.sheets_in import read_table
from registrations.rules import bank_tables, bank_xml
from registrations.rules.bank_files import (
    MOST_ROWS,
    NotABankFile,
    NothingInIt,
    OtherAccount,
    TooLarge,
    WrongRow,
    named,
)
from registrations.rules.references import reference
from tests.registrations.bank_files import IBAN, camt, entry, part, table

REF = reference(1001)
DAY = dt.date(2026, 11, 3)


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def of_xml(content):
    return bank_xml.read(content, iban=IBAN)


def of_table(content):
    return bank_tables.read(read_table(ContentFile(content)))


def short(file):
    return [(row.cents, row.reference, row.bank_id) for row in file.rows]


@pytest.mark.parametrize("version", ["02", "04", "06", "08", "09", "13"])
def test_every_version_from_two_on_is_read(version):
    file = of_xml(camt(entry(part(REF)), version=version))

    assert (short(file), file.rows[0].booked_on, file.passed_over) == ([(6903, REF, "ARCH1")], DAY, 0)


def test_a_batch_is_as_many_payments_as_it_holds():
    file = of_xml(camt(entry(part(REF, euros="69.03", bank_id="A"), part("1232", euros="5.00"), euros="74.03")))

    assert short(file) == [(6903, REF, "A"), (500, "1232", "ARCH1/2")]


def test_newer_batches_say_the_sum_of_each_payment_without_details():
    newer = part(REF, euros="69.03").replace("<AmtDtls><TxAmt>", "").replace("</TxAmt></AmtDtls>", "")

    assert short(of_xml(camt(entry(newer, newer, euros="138.06"), version="08"))) == [
        (6903, REF, "ARCH1/1"),
        (6903, REF, "ARCH1/2"),
    ]


def test_an_international_reference_is_read_as_the_finnish_one_within_it():
    assert short(of_xml(camt(entry(part(f"RF18{REF}")))))[0][1] == REF


@pytest.mark.parametrize(
    "passed",
    [
        entry(part(REF), way="DBIT"),
        entry(part(REF), state="PDNG"),
        entry(part(REF), currency="SEK"),
        entry(part(REF), more="<RvslInd>true</RvslInd>"),
    ],
)
def test_what_is_no_money_that_came_in_euros_is_passed_over(passed):
    file = of_xml(camt(passed, entry(part(REF))))

    assert (len(file.rows), file.passed_over) == (1, 1)


def test_of_several_references_nobody_knows_how_much_was_for_which():
    assert short(of_xml(camt(entry(part(REF, "1232"))))) == [(6903, "", "ARCH1")]


def test_a_reference_that_a_payer_made_up_is_not_kept():
    assert short(of_xml(camt(entry(part("Maija Maksaja"))))) == [(6903, "", "ARCH1")]


def test_no_name_of_a_payer_is_in_what_was_read():
    assert "Maija" not in repr(of_xml(camt(entry(part(REF)))))


def test_payments_of_other_accounts_are_passed_over_and_a_file_of_them_alone_is_refused():
    with pytest.raises(OtherAccount):
        of_xml(camt(entry(part(REF)), iban="FI4950009420028730"))


def test_equal_payments_without_a_name_are_told_apart_and_known_again():
    row = entry(part(REF, end_to_end="1"), own="")
    names = [name for name, _row in named(of_xml(camt(row, row)).rows)]

    assert len(set(names)) == 2
    assert names == [name for name, _row in named(of_xml(camt(row, row)).rows)]


def test_what_two_payers_call_their_payments_does_not_make_them_one():
    one, other = (entry(part(each, end_to_end="1"), own="") for each in (REF, "1232"))

    assert len({name for name, _row in named(of_xml(camt(one, other)).rows)}) == 2


@pytest.mark.parametrize(
    "content",
    [
        b"<html></html>",
        b"<Document",
        camt(entry()).replace(b"camt.054", b"camt.053"),
        camt(entry(), version="01"),
        b'<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><Document>&b;</Document>',
        b'<!DOCTYPE d SYSTEM "file:///etc/passwd"><Document/>',
        b'<?xml version="1.0" encoding="klingon"?><Document/>',
    ],
)
def test_what_is_no_camt_054_is_refused(content):
    with pytest.raises(NotABankFile):
        of_xml(content)


@pytest.mark.parametrize("wrong", [entry(euros="1,50"), entry(euros="0.005"), entry(euros="1e3"), entry(day="soon")])
def test_a_wrong_entry_is_named(wrong):
    with pytest.raises(WrongRow, match="Row 2"):
        of_xml(camt(entry(), wrong))


def test_a_file_has_at_most_a_thousand_payments():
    with pytest.raises(TooLarge):
        of_xml(camt(*[entry()] * (MOST_ROWS + 1)))


def test_a_file_in_which_no_money_came_says_so():
    with pytest.raises(NothingInIt):
        of_xml(camt(entry(way="DBIT")))


# Tables


@pytest.mark.parametrize(
    "content",
    [
        table(f"3.11.2026;69,03;{REF};A1"),
        table(f"2026-11-03,69.03,{REF},A1", heading="Date,Sum,Reference,ID"),
        table(
            f"03.11.2026;+69,03 €;{REF[:1]} {REF[1:]};A1;EUR",
            heading="Kirjauspäivä;Määrä EUROA;Viite;Arkistointitunnus;Valuutta",
        ),
        table(f'"3.11.2026";"69,03";"{REF}";"A1"').decode().encode("cp1252"),
        b"sep=;\n" + table(f"3.11.2026;69,03;000{REF};A1"),
    ],
)
def test_tables_in_finnish_and_english_are_read(content):
    file = of_table(content)

    assert (short(file), file.rows[0].booked_on) == ([(6903, REF, "A1")], DAY)


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("69,03", 6903), ("69.03", 6903), ("69", 6900), ("69,5", 6950), ("1 234,50", 123450), ("1\u00a0234,50", 123450),
        ("1.234,50", 123450), ("-12,00", -1200), ("\u221212,00", -1200), ("+5,00 €", 500), ("12 345 678,00", 1234567800),
        ("", None), ("1,234", None), ("1,234.50", None), ("1e3", None), ("NaN", None), ("12,", None), ("٣", None),
    ],
)  # fmt: skip
def test_sums_are_read_as_finns_write_them(text, cents):
    assert bank_tables.cents_of(text) == cents


@given(st.integers(-(10**12), 10**12))
def test_every_sum_is_read_as_it_was_written(cents):
    whole, parts = divmod(abs(cents), 100)
    sign = "-" if cents < 0 else ""

    assert bank_tables.cents_of(f"{sign}{whole},{parts:02d}") == cents
    assert bank_tables.cents_of(f"{sign}{whole}.{parts:02d}") == cents
    assert bank_tables.cents_of(f"{sign}{whole:,}".replace(",", " ") + f",{parts:02d}") == cents


def test_money_that_left_and_other_currencies_are_passed_over():
    heading = "päivä;summa;viite;tunnus;valuutta"
    rows = (f"3.11.2026;69,03;{REF};A;EUR", f"3.11.2026;-5,00;{REF};B;EUR", f"3.11.2026;5,00;{REF};C;SEK")

    assert (len(of_table(table(*rows, heading=heading)).rows), of_table(table(*rows, heading=heading)).passed_over) == (
        1,
        2,
    )


@pytest.mark.parametrize(
    "row", ["soon;69,03;1;A", "3.11.2026;a lot;1;A", "3.11.2026;1,234;1;A", f"3.11.2026;1,00;1;{'x' * 101}"]
)
def test_a_row_that_cannot_be_read_is_named(row):
    with pytest.raises(WrongRow, match="Row 3"):
        of_table(table("3.11.2026;69,03;1232;A", row))


@pytest.mark.parametrize("heading", ["a;b;c;d", "päivä;summa;tunnus;x", "päivä;summa;määrä;viite"])
def test_a_table_without_its_headings_or_with_one_twice_is_refused(heading):
    with pytest.raises(bank_tables.ColumnMissing):
        of_table(table("3.11.2026;69,03;1232;A", heading=heading))


@given(st.binary(max_size=300))
def test_whatever_is_brought_is_read_or_refused(content):
    for read in (of_xml, of_table):
        with contextlib.suppress(Refused):
            assert read(content).rows
