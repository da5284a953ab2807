"""What mail servers say of a letter that they could not deliver (RFC 3464), read from the raw mail.

Whoever can write to the mailbox of bounces writes what they like, so nothing here trusts the form: a mail that cannot
be understood says nothing.
"""

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from django.utils.translation import gettext as _

from core import postmarks

log = logging.getLogger(__name__)

MOST_BYTES = 1_000_000
"""What is read of a report; servers return at most the letter, and what they say comes before it."""
MOST_PARTS = 50
STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b", re.ASCII)
FIELD = re.compile(r"^(action|status)[ \t]*:[ \t]*(.{1,200})$", re.ASCII | re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True)
class Report:
    """What became of the letter with the outbox number `number`.

    :param status: class, subject and detail (RFC 3463), such as `5.1.1`
    :param given_up: whether the server tries no more
    """

    number: int
    status: str
    given_up: bool


def read(raw: bytes) -> Report | None:
    """What `raw` reports of a letter of ours; None: it is no report, tells of a success, or is not about our letter.

    An answer that somebody's machine writes (RFC 3834) is no report, whatever it says.
    """
    try:
        return _report(message_from_bytes(raw[:MOST_BYTES]))
    except Exception:  # noqa: BLE001 - the standard parser promises nothing; a thousand parts in each other exhaust it
        # Without its traceback: that could quote the mail, and anybody can send one.
        log.warning("a mail to the address of bounces cannot be read")
        return None


def _report(mail: Message) -> Report | None:
    if mail.get_content_type() != "multipart/report" or not _about_delivery(mail):
        return None
    verdict = next(filter(None, map(_verdict, _statements(mail))), None)
    number = postmarks.read(_marked(mail)) if verdict else None
    if verdict is None or number is None:
        return None
    return Report(number, *verdict)


def reason(status: str) -> str:
    """Why a letter came back, in words for those who are not at home in RFC 3463, and what can be done."""
    klass, subject, detail = [*status.split("."), "", "", ""][:3]
    if subject == "1":
        return _("There is no such address. Correct it, and send the message again from the person's page.")
    if (subject, detail) == ("2", "2"):
        return _("The mailbox is full. Reach the person in another way.")
    if subject == "7":
        return _("The receiver's mail server took it for unwanted mail. Ask your IT support to check the sender.")
    if klass == "4":
        return _("The receiver's mail server could not be reached for days. Check the address.")
    return _("The receiver's mail server did not take it. Check the address.")


def _about_delivery(mail: Message) -> bool:
    """Not one of the other reports, as that the letter was opened (RFC 8098) or complained of (RFC 5965)."""
    kind = mail.get_param("report-type", "delivery-status")
    return isinstance(kind, str) and kind.strip().lower() in ("delivery-status", "global-delivery-status")


def _statements(mail: Message) -> Iterator[str]:
    """The fields of each receiver, and those of the letter, one block after the other."""
    for part in _parts(mail):
        if part.get_content_type() not in ("message/delivery-status", "message/global-delivery-status"):
            continue
        payload = part.get_payload()
        blocks = payload if isinstance(payload, list) else [payload]
        for text in map(str, blocks):
            yield from re.split(r"\r?\n[ \t]*\r?\n", text)


def _verdict(block: str) -> tuple[str, bool] | None:
    """Status, and whether the server has given up; None where the block says neither, or that all went well."""
    fields = {name.lower(): value.strip() for name, value in FIELD.findall(block)}
    status = STATUS.search(fields.get("status", ""))
    action = fields.get("action", "").split("(")[0].strip().lower()
    if status is None or status[1] == "2" or action not in ("failed", "delayed"):
        return None
    return status[0], action == "failed"


def _marked(mail: Message) -> str:
    """Where a report carries our mark: the address it came to, and the letter, or its head, which it returns."""
    places = ["To", "Delivered-To", "X-Original-To", "Envelope-To", "In-Reply-To", "References"]
    lines = [str(value) for place in places for value in mail.get_all(place, [])]
    for part in _parts(mail):
        lines += [str(value) for value in part.get_all("Message-ID", [])] if part is not mail else []
        if part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
            lines.append(_head(part))
    return "\n".join(lines)


def _head(part: Message) -> str:
    """The returned head of a letter, which may be encoded like any text."""
    payload = part.get_payload(decode=True) if part.get_content_maintype() == "text" else part.get_payload()
    return payload.decode("latin-1") if isinstance(payload, bytes) else str(payload)


def _parts(mail: Message) -> Iterator[Message]:
    """The parts of a mail, no more than anybody needs."""
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        yield part
