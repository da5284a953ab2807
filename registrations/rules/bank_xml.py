"""camt.054, the bank's notification of what came to an account (ISO 20022, versions 02 and newer)."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext_lazy as _

from registrations.rules.bank_files import (
    LARGEST_CENTS,
    LONGEST_ID,
    MOST_ROWS,
    BankFile,
    BankRow,
    NotABankFile,
    NothingInIt,
    OtherAccount,
    TooLarge,
    WrongRow,
    kept_reference,
)

DOCUMENT = re.compile(r"\{urn:iso:std:iso:20022:tech:xsd:camt\.054\.001\.(0[2-9]|[1-9][0-9])\}Document")
SUM = re.compile(r"[0-9]{1,15}(\.[0-9]{1,5})?")
CREDIT, BOOKED, EURO = "CRDT", "BOOK", "EUR"
NO_MARK = {"", "NOTPROVIDED"}


def read(content: bytes, *, iban: str) -> BankFile:
    """What came to the account `iban`; notifications of other accounts are passed over.

    :raises NotABankFile: if it is not camt.054, or holds entities or a document type
    :raises OtherAccount: if all of it is of other accounts
    :raises TooLarge, NothingInIt, WrongRow: see there
    """
    rows: list[BankRow] = []
    passed_over, number, mine, others = 0, 0, 0, 0
    for notification in _all(_document(content), "BkToCstmrDbtCdtNtfctn/Ntfctn"):
        account = re.sub(r"\s", "", _text(notification, "Acct/Id/IBAN")).upper()
        ours = account in {"", iban}
        mine, others = mine + ours, others + (not ours)
        for entry in _all(notification, "Ntry"):
            number += 1
            found = list(_rows(entry, number)) if ours else []
            passed_over += not found
            rows += found
            if len(rows) > MOST_ROWS:
                raise TooLarge
    if others and not mine:
        raise OtherAccount
    if not rows:
        raise NothingInIt
    return BankFile(rows=tuple(rows), passed_over=passed_over)


def _document(content: bytes) -> Element:
    try:
        root: Element = fromstring(content, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as wrong:
        raise NotABankFile from wrong
    if not DOCUMENT.fullmatch(root.tag):
        raise NotABankFile
    return root


def _rows(entry: Element, number: int) -> Iterator[BankRow]:
    """The payments of an entry: of a batch one for each, where the bank tells them apart."""
    status = _text(entry, "Sts/Cd") or _text(entry, "Sts")
    if _text(entry, "CdtDbtInd") != CREDIT or status != BOOKED or _text(entry, "RvslInd") in {"true", "1"}:
        return
    booked_on, own = _day(entry, number), _text(entry, "AcctSvcrRef")
    parts = _all(entry, "NtryDtls/TxDtls")
    if len(parts) <= 1:
        part = parts[0] if parts else entry
        yield from _row(number, booked_on, _amount(entry, "Amt"), part, _text(part, "Refs/AcctSvcrRef") or own)
        return
    for place, part in enumerate(parts, start=1):
        if _text(part, "CdtDbtInd") not in {"", CREDIT}:
            continue
        amount = _amount(part, "Amt") or _amount(part, "AmtDtls/TxAmt/Amt")
        bank_id = _text(part, "Refs/AcctSvcrRef")
        if bank_id in {"", own}:
            bank_id = own and f"{own}/{place}"
        yield from _row(number, booked_on, amount, part, bank_id)


def _row(
    number: int, booked_on: date, amount: tuple[str, str] | None, part: Element, bank_id: str
) -> Iterator[BankRow]:
    if amount is None or not SUM.fullmatch(amount[0]):
        raise WrongRow(number, _("there is no sum, or none that we can read."))
    cents = Decimal(amount[0]) * 100
    if amount[1] != EURO or not 0 < cents <= LARGEST_CENTS:
        return
    if cents != int(cents):
        raise WrongRow(number, _("the sum has parts of a cent."))
    if len(bank_id) > LONGEST_ID:
        raise WrongRow(number, _("the bank's reference is too long."))
    mark = _text(part, "Refs/EndToEndId")
    yield BankRow(
        number=number,
        booked_on=booked_on,
        cents=int(cents),
        reference=_reference(part),
        bank_id=bank_id,
        mark="" if mark in NO_MARK else mark,
    )


def _reference(part: Element) -> str:
    """The one reference that the payer gave; of several, nobody knows how much was for which."""
    found = {kept_reference(each.text or "") for each in _all(part, "RmtInf/Strd/CdtrRefInf/Ref")}
    return found.pop() if len(found) == 1 else ""


def _day(entry: Element, number: int) -> date:
    paths = ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    text = next(filter(None, (_text(entry, path) for path in paths)), "")
    try:
        return date.fromisoformat(text[:10])
    except ValueError as wrong:
        raise WrongRow(number, _("there is no day of booking, or none that we can read.")) from wrong


def _amount(where: Element, path: str) -> tuple[str, str] | None:
    """Sum and currency, as they stand there."""
    found = next(iter(_all(where, path)), None)
    return None if found is None else ((found.text or "").strip(), found.get("Ccy", ""))


def _all(where: Element, path: str) -> list[Any]:
    return where.findall("/".join(f"{{*}}{name}" for name in path.split("/")))


def _text(where: Element, path: str) -> str:
    found = next(iter(_all(where, path)), None)
    return "" if found is None else (found.text or "").strip()
