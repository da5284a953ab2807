"""A bank's file is taken in: each row that pays an invoice settles it, and the others wait for a person.

Each row is a transaction of its own, since each settles another tree of seats. The same file again changes nothing, so
whatever breaks in the middle is done by bringing it once more.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.files import File
from django.db import OperationalError, transaction

from accounts.models import User
from accounts.services import audit
from core.compiled import insert_unless_there
from core.errors import Refused, is_busy
from core.sheets_in import NotATable, read_table
from registrations.enums import HOLDING_MONEY, BankState, PaymentState
from registrations.models import BankEntry, Invoice, Payment, Seller
from registrations.rules import bank_tables, bank_xml
from registrations.rules.bank_files import LARGEST_BYTES, BankFile, BankRow, NotABankFile, TooLarge, fingerprint, named
from registrations.services.payments.settling import Told, settle

BYTE_ORDER_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class Done(StrEnum):
    """What became of a row."""

    NEW = "new"
    KNOWN = "known"
    BUSY = "busy"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Taken:
    """A row and what it did. `entry` is None where nothing was written down; `fault` says why it was refused."""

    row: BankRow
    done: Done
    entry: BankEntry | None = None
    payment: Payment | None = None
    fault: str = ""

    @property
    def goes_back(self) -> bool:
        """Whether money that it brought was not owed, and waits to be given back by hand."""
        return self.payment is not None and self.entry is not None and self.payment.refunded_cents > 0


def read(*, upload: File[Any], seller: Seller) -> BankFile:
    """What stands in a bank's file, camt.054 or a table.

    :raises Refused: see `registrations.rules.bank_files`, `registrations.rules.bank_tables`, `core.sheets_in`
    """
    if upload.size > LARGEST_BYTES:
        raise TooLarge
    start = upload.read(100)
    upload.seek(0)
    if _is_xml(start):
        return bank_xml.read(upload.read(), iban=re.sub(r"\s", "", seller.iban).upper())
    try:
        return bank_tables.read(read_table(upload))
    except NotATable as wrong:
        raise NotABankFile from wrong


def bring(*, seller: Seller, file: BankFile, by: User, now: datetime) -> list[Taken]:
    """Take in the rows of a file, each once, and return what each did."""
    found = [_take(seller, name, row, by, now) for name, row in named(file.rows)]
    with transaction.atomic():
        audit.changed(
            actor=by,
            action="bank.import",
            subject=f"organisation:{seller.organisation_id}",
            scope=f"organisation:{seller.organisation_id}",
            now=now,
            after={
                "rows": len(found),
                "new": sum(each.done == Done.NEW for each in found),
                "matched": sum(each.payment is not None and each.done == Done.NEW for each in found),
            },
        )
    return found


@transaction.atomic
def deal_with(*, seller: Seller, entries: Iterable[int], by: User, now: datetime) -> int:
    """Write down that a person has seen to these entries, and return how many there were."""
    rows = BankEntry.objects.needing_a_hand().filter(seller=seller, pk__in=list(entries))
    keys = list(rows.values_list("pk", flat=True))
    number = rows.update(dealt_with_at=now, dealt_with_by=by)
    if number:
        audit.changed(
            actor=by,
            action="bank.dealt_with",
            subject=f"organisation:{seller.organisation_id}",
            scope=f"organisation:{seller.organisation_id}",
            now=now,
            after={"entries": keys},
        )
    return number


def _is_xml(start: bytes) -> bool:
    for mark in BYTE_ORDER_MARKS:
        start = start.removeprefix(mark)
    return start.replace(b"\x00", b"").lstrip().startswith(b"<")


def _take(seller: Seller, name: str, row: BankRow, by: User, now: datetime) -> Taken:
    try:
        return _take_in(seller, name, row, by, now)
    except Refused as refusal:
        return Taken(row=row, done=Done.REFUSED, fault=str(refusal))
    except OperationalError as error:
        if not is_busy(error):
            raise
        return Taken(row=row, done=Done.BUSY)


@transaction.atomic
def _take_in(seller: Seller, name: str, row: BankRow, by: User, now: datetime) -> Taken:
    """The entry is written first, so that two who bring the same file wait for each other here, before any seats are
    locked; what it did is written when it is known.
    """
    entry = _written(seller, name, row, now)
    if entry is None:
        return Taken(row=row, done=Done.KNOWN)
    invoice = Invoice.objects.select_related("payment__order").filter(seller=seller, reference=row.reference).first()
    if not row.reference or invoice is None:
        return Taken(row=row, done=Done.NEW, entry=entry)
    payment, entry.state = invoice.payment, _first_look(invoice.payment, row)
    if entry.state == BankState.MATCHED:
        payment = settle(payment_pk=payment.pk, told=Told(state=PaymentState.PAID, cents=row.cents), now=now, by=by)
        if payment.paid_at != now:  # somebody else was quicker, while we waited for the seats
            entry.state = BankState.PAID_TWICE
    entry.payment = payment
    entry.save(update_fields=["state", "payment"])
    settled = payment if entry.state == BankState.MATCHED else None
    return Taken(row=row, done=Done.NEW, entry=entry, payment=settled)


def _first_look(payment: Payment, row: BankRow) -> BankState:
    """What a row would do. An invoice that was credited is settled too: the money then goes back by hand."""
    if row.cents != payment.cents:
        return BankState.OTHER_SUM
    return BankState.PAID_TWICE if payment.state in HOLDING_MONEY else BankState.MATCHED


def _written(seller: Seller, name: str, row: BankRow, now: datetime) -> BankEntry | None:
    """The new entry of a row; None: it is known. A bank may call several payments of a batch by one name: those of
    another sum or reference are others.
    """
    entry = BankEntry(
        seller=seller,
        entry=name,
        booked_on=row.booked_on,
        cents=row.cents,
        reference=row.reference,
        state=BankState.UNKNOWN,
        read_at=now,
    )
    if insert_unless_there(entry):
        return entry
    same = BankEntry.objects.filter(seller=seller, entry=name, cents=row.cents, reference=row.reference)
    if not row.bank_id or same.exists():
        return None
    entry.entry = f"{name}#{fingerprint(row)[:16]}"
    return entry if insert_unless_there(entry) else None
