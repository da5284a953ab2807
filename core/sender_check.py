"""Whether receivers can believe that our mail comes from the domain it says: what the DNS must tell, and does.

SPF: RFC 7208. DKIM: RFC 6376. DMARC: RFC 7489. Pure: the answers of the DNS come in, findings go out.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

MOST_LOOKUPS = 10
"""Of one SPF record (RFC 7208, section 4.6.4)."""
LOOKING_UP = re.compile(r"^[+?~-]?(?:include:|a(?:[:/]|$)|mx(?:[:/]|$)|ptr(?::|$)|exists:)|^redirect=", re.IGNORECASE)
ENDS_SOFTLY, ENDS_OPEN = "~all", ("+all", "all", "?all")


class Subject(StrEnum):
    SPF = "spf"
    DKIM = "dkim"
    DMARC = "dmarc"
    MX = "mx"


class Verdict(StrEnum):
    GOOD = "good"
    WEAK = "weak"
    BAD = "bad"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Finding:
    """What is found out about one subject.

    :param code: what exactly, for the words of the page
    :param name: which name in the DNS is meant
    :param found: the records that stand there
    :param wanted: the record to ask the IT support for; empty: nothing is to be done, or nobody but they know
    """

    subject: Subject
    verdict: Verdict
    code: str
    name: str
    found: tuple[str, ...] = ()
    wanted: str = ""


def unknown(subject: Subject, name: str) -> Finding:
    """The DNS did not answer."""
    return Finding(subject, Verdict.UNKNOWN, "unknown", name)


def spf(domain: str, texts: Sequence[str], term: str) -> Finding:
    """Judge the TXT records of `domain`.

    :param term: what the record must contain so that our mail server may send; empty: we do not know
    """
    records = tuple(each for each in texts if each.lower().split(" ")[0] == "v=spf1")
    sample = " ".join(filter(None, ["v=spf1", term or "mx", ENDS_SOFTLY]))
    if not records:
        return Finding(Subject.SPF, Verdict.BAD, "spf_missing", domain, (), sample)
    if len(records) > 1:
        return Finding(Subject.SPF, Verdict.BAD, "spf_many", domain, records)
    terms = records[0].split()[1:]
    lower = [each.lower().removeprefix("+") for each in terms]
    if term and term.lower().removeprefix("+") not in lower:
        return Finding(Subject.SPF, Verdict.BAD, "spf_without_us", domain, records, " ".join(["v=spf1", term, *terms]))
    if any(each.lower() in ENDS_OPEN for each in terms):
        closed = " ".join([*(each for each in terms if each.lower() not in ENDS_OPEN), ENDS_SOFTLY])
        return Finding(Subject.SPF, Verdict.WEAK, "spf_open", domain, records, f"v=spf1 {closed}")
    if sum(bool(LOOKING_UP.search(each)) for each in terms) > MOST_LOOKUPS:
        return Finding(Subject.SPF, Verdict.BAD, "spf_long", domain, records)
    return Finding(Subject.SPF, Verdict.GOOD, "spf_good" if term else "spf_there", domain, records)


def dkim(name: str, texts: Sequence[str]) -> Finding:
    """Judge the TXT records at `<selector>._domainkey.<domain>`; an empty name: no selector is known."""
    if not name:
        return Finding(Subject.DKIM, Verdict.UNKNOWN, "dkim_no_selector", "")
    records = tuple(each for each in texts if "p" in _tags(each))
    if not records:
        return Finding(Subject.DKIM, Verdict.BAD, "dkim_missing", name)
    if not any(_tags(each)["p"] for each in records):
        return Finding(Subject.DKIM, Verdict.BAD, "dkim_revoked", name, records)
    return Finding(Subject.DKIM, Verdict.GOOD, "dkim_good", name, records)


def dmarc(name: str, texts: Sequence[str], *, reports_to: str) -> Finding:
    """Judge the TXT records at `_dmarc.<domain>`."""
    records = tuple(each for each in texts if each.replace(" ", "").lower().startswith("v=dmarc1;"))
    records += tuple(each for each in texts if each.strip().lower() == "v=dmarc1")
    wanted = f"v=DMARC1; p=quarantine; rua=mailto:{reports_to}"
    if not records:
        return Finding(
            Subject.DMARC, Verdict.BAD, "dmarc_missing", name, (), f"v=DMARC1; p=none; rua=mailto:{reports_to}"
        )
    if len(records) > 1:
        return Finding(Subject.DMARC, Verdict.BAD, "dmarc_many", name, records)
    policy = _tags(records[0]).get("p", "").lower()
    if policy in ("quarantine", "reject"):
        return Finding(Subject.DMARC, Verdict.GOOD, "dmarc_good", name, records)
    if policy == "none":
        return Finding(Subject.DMARC, Verdict.WEAK, "dmarc_none", name, records, wanted)
    return Finding(Subject.DMARC, Verdict.BAD, "dmarc_broken", name, records, wanted)


def mx(domain: str, hosts: Sequence[str]) -> Finding:
    """Judge whether answers and delivery reports find a way to `domain`."""
    verdict, code = (Verdict.GOOD, "mx_good") if hosts else (Verdict.BAD, "mx_missing")
    return Finding(Subject.MX, verdict, code, domain, tuple(hosts))


def _tags(record: str) -> dict[str, str]:
    """`k=rsa; p=MII…` as a dictionary (RFC 6376, section 3.2)."""
    pairs = (part.partition("=") for part in record.split(";"))
    return {name.strip().lower(): value.strip() for name, equals, value in pairs if equals}
