"""What docs/payments.md says of states, columns and lines is what the product does."""

import re
from pathlib import Path

from django.core.files.base import ContentFile

from core.sheets_in import read_table
from registrations.enums import NEXT_STATES
from registrations.rules import bank_tables
from registrations.rules.references import is_reference
from registrations.services.payments.comparing import Kind

DOCS = Path(__file__).resolve().parents[2] / "docs"
TEXT = (DOCS / "payments.md").read_text()


def section(title):
    return TEXT.split(f"## {title}\n")[1].split("\n## ")[0]


def test_the_diagram_has_every_step_that_the_database_allows_and_no_other():
    steps = set(re.findall(r"^    (\S+) --> (\w+)", section("How money flows"), re.MULTILINE))

    assert steps == {(str(state) or "[*]", str(to)) for state, goals in NEXT_STATES.items() for to in goals}


def test_the_columns_of_a_bank_table_have_the_headings_that_are_told():
    rows = re.findall(r"^\| (\w+)[^|]* \| ([^|]+) \|", section("Bank files").split("**CSV**")[1], re.MULTILINE)

    assert {name: set(heads.split(", ")) for name, heads in rows if name != "Column"} == bank_tables.HEADINGS


def test_the_example_of_a_bank_table_is_one():
    example = "\n".join(re.findall(r"^    (.+)$", section("Bank files"), re.MULTILINE))

    [row] = bank_tables.read(read_table(ContentFile(example.encode()))).rows

    assert (row.cents, is_reference(row.reference), row.bank_id[:8]) == (6903, True, "20261103")


def test_every_kind_of_difference_is_explained():
    assert set(re.findall(r"^\| ([a-z ]+) \|", section("Reconciliation"), re.MULTILINE)) == set(Kind.values)


def test_only_one_page_lists_the_events_of_the_webhook():
    assert "charge.dispute.closed" in section("Going live with Stripe")
    assert "charge.dispute.closed" not in (DOCS / "production.md").read_text()
