"""What the check of the sender has found, in words for those who are not at home in the DNS."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.sender_check import Finding, Subject
from core.services.sender import Check

SUBJECTS: dict[Subject, Promise] = {
    Subject.SPF: _("Which servers may send (SPF)"),
    Subject.DKIM: _("The signature of letters (DKIM)"),
    Subject.DMARC: _("What happens to forged letters (DMARC)"),
    Subject.MX: _("Where answers go (MX)"),
}

CODES: dict[str, Promise] = {
    "unknown": _("This could not be checked now: the name servers did not answer. Try again later."),
    "spf_missing": _(
        "No record says which servers may send mail of this domain, so letters easily end up among unwanted mail."
        " Ask your IT support for a record that names your mail server, for example:"
    ),
    "spf_many": _(
        "There are several SPF records, and receivers then obey none of them. Ask your IT support to make one of them."
    ),
    "spf_without_us": _("The record does not name our mail server. Ask your IT support to add it:"),
    "spf_open": _("The record lets any server send in your name. Ask your IT support to close it:"),
    "spf_long": _(
        "The record leads to more than ten other look-ups, and receivers then do not obey it. Ask your IT support to"
        " shorten it."
    ),
    "spf_there": _(
        "There is one record, and it is in order. Ask your IT support once whether it names the mail server that sends"
        " our letters."
    ),
    "spf_good": _("There is one record, and it names our mail server."),
    "dkim_no_selector": _(
        "Miitti does not know under which name the key of the signature stands. Ask your IT support for the DKIM"
        " selector, and whoever runs Miitti to put it into MIITTI_DKIM_SELECTOR."
    ),
    "dkim_missing": _(
        "There is no key, so receivers cannot check the signature. Ask your IT support to publish the key of the mail"
        " server under this name."
    ),
    "dkim_revoked": _("The key has been revoked: the record is empty. Ask your IT support for a new one."),
    "dkim_good": _("There is a key, and receivers can check the signature."),
    "dmarc_missing": _(
        "No record says what to do with letters that are not really from you. Some receivers want one. Ask your IT"
        " support to begin with this:"
    ),
    "dmarc_many": _(
        "There are several DMARC records, and receivers then obey none of them. Ask your IT support to leave one."
    ),
    "dmarc_none": _(
        "There is a record, but forged letters are let through. When SPF and DKIM are in order, ask your IT support for"
        " a stricter one:"
    ),
    "dmarc_broken": _(
        "There is a record without a policy that receivers understand. Ask your IT support to correct it:"
    ),
    "dmarc_good": _("There is a record, and forged letters are stopped."),
    "mx_missing": _(
        "The domain takes no mail, so answers and reports of failed letters are lost. Ask your IT support for an"
        " address that works."
    ),
    "mx_good": _("The domain takes mail, so answers and reports arrive."),
}

VERDICTS: dict[str, tuple[str, Promise]] = {
    "good": ("confirmed", _("In order")),
    "weak": ("waiting", _("Could be better")),
    "bad": ("failed", _("To be corrected")),
    "unknown": ("draft", _("Not known")),
}
"""Which mark of a status stands for it, and its words."""


@dataclass(frozen=True)
class Line:
    finding: Finding
    title: Promise
    words: Promise
    mark: str
    verdict: Promise


def lines(check: Check) -> Iterator[Line]:
    """A line for each subject."""
    for each in check.findings:
        mark, verdict = VERDICTS[each.verdict]
        yield Line(each, SUBJECTS[each.subject], CODES[each.code], mark, verdict)
