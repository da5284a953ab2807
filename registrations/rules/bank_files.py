"""Files of a bank that say what came to an account: read into rows, without a database and without payers' names."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from registrations.rules.references import compact

LARGEST_BYTES = 5_000_000
MOST_ROWS = 1_000
LARGEST_CENTS = 2_000_000_000
"""No invoice of ours is of more."""
LONGEST_ID = 100
REFERENCE = re.compile(r"[0-9]{1,20}|RF[0-9]{2}[0-9A-Z]{1,21}")


class NotABankFile(Refused):
    code = "not_a_bank_file"
    message = _(
        "This is neither a camt.054 file (XML) nor a table that we can read. Fetch from the bank a file of incoming "
        "payments: camt.054, or CSV with the columns date, sum, reference and id."
    )


class OtherAccount(Refused):
    code = "other_account"
    message = _("This file is of another account than the seller's. Look at the IBAN of the seller's details.")


class TooLarge(Refused):
    code = "bank_file_too_large"
    message = _("This file is too large: at most 5 MB and 1,000 payments. Fetch one for a shorter time.")


class NothingInIt(Refused):
    code = "nothing_in_bank_file"
    message = _("No money that has come in euros stands in this file.")


class WrongRow(Refused):
    """A row that cannot be understood; nothing of its file is taken in."""

    code = "wrong_bank_row"

    def __init__(self, number: int, reason: str | Promise) -> None:
        super().__init__()
        self.message = _("Row %(row)s: %(reason)s Correct it or fetch the file anew; nothing of it was taken in.") % {
            "row": number,
            "reason": reason,
        }


@dataclass(frozen=True, kw_only=True)
class BankRow:
    """Money that came. `number` is of the row, or of the entry in XML; `mark` is what the payer's bank calls it."""

    number: int
    booked_on: date
    cents: int
    reference: str
    bank_id: str = ""
    mark: str = ""


@dataclass(frozen=True, kw_only=True)
class BankFile:
    """`passed_over` counts what is no money that came: what left, is not booked, or is in another currency."""

    rows: tuple[BankRow, ...]
    passed_over: int


def kept_reference(text: str) -> str:
    """The reference as invoices have it; empty for what is none, since a payer may write anything there."""
    bare = compact(text)
    return bare if REFERENCE.fullmatch(bare) else ""


def named(rows: Iterable[BankRow]) -> list[tuple[str, BankRow]]:
    """Each row with the name by which it is known again: the bank's own, else a fingerprint with its place among
    equal rows, so that two equal payments of a day are two.
    """
    places: Counter[str] = Counter()
    found = []
    for row in rows:
        name = row.bank_id
        if not name:
            mark = fingerprint(row)
            places[mark] += 1
            name = f"row-{mark}-{places[mark]}"
        found.append((name, row))
    return found


def fingerprint(row: BankRow) -> str:
    parts = "\n".join([row.booked_on.isoformat(), str(row.cents), row.reference, row.mark])
    return hashlib.sha256(parts.encode()).hexdigest()[:32]
