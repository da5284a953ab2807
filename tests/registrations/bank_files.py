"""Bank files as banks write them, made short for tests."""

IBAN = "FI2112345600000785"


def camt(*entries, version="02", iban=IBAN):
    """A camt.054 document; from version 08 on the state of an entry has a code of its own."""
    uri = f"urn:iso:std:iso:20022:tech:xsd:camt.054.001.{version}"
    account = f"<Acct><Id><IBAN>{iban}</IBAN></Id></Acct>" if iban else ""
    body = "".join(entries)
    if version >= "08":
        body = body.replace("<Sts>BOOK</Sts>", "<Sts><Cd>BOOK</Cd></Sts>")
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><Document xmlns="{uri}"><BkToCstmrDbtCdtNtfctn><GrpHdr/>'
        f"<Ntfctn><Id>1</Id>{account}{body}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def entry(*parts, euros="69.03", way="CRDT", state="BOOK", currency="EUR", own="ARCH1", day="2026-11-03", more=""):
    """An entry with its payments (`part`)."""
    details = f"<NtryDtls>{''.join(parts)}</NtryDtls>" if parts else ""
    ref = f"<AcctSvcrRef>{own}</AcctSvcrRef>" if own else ""
    return (
        f'<Ntry><Amt Ccy="{currency}">{euros}</Amt><CdtDbtInd>{way}</CdtDbtInd>{more}<Sts>{state}</Sts>'
        f"<BookgDt><Dt>{day}</Dt></BookgDt>{ref}{details}</Ntry>"
    )


def part(*references, euros="", bank_id="", end_to_end="", way=""):
    refs = (f"<AcctSvcrRef>{bank_id}</AcctSvcrRef>" if bank_id else "") + (
        f"<EndToEndId>{end_to_end}</EndToEndId>" if end_to_end else ""
    )
    amount = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{euros}</Amt></TxAmt></AmtDtls>' if euros else ""
    said = "".join(f"<Strd><CdtrRefInf><Ref>{each}</Ref></CdtrRefInf></Strd>" for each in references)
    sign = f"<CdtDbtInd>{way}</CdtDbtInd>" if way else ""
    who = "<RltdPties><Dbtr><Nm>Maija Maksaja</Nm></Dbtr></RltdPties>"
    return f"<TxDtls><Refs>{refs}</Refs>{amount}{sign}{who}<RmtInf>{said}</RmtInf></TxDtls>"


def table(*rows, heading="päivä;summa;viite;tunnus"):
    return "\n".join([heading, *rows]).encode()
