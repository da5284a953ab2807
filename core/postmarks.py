"""How a letter that comes back is known again: each leaves with its number and our signature on it.

The number stands in `Message-ID` and, where bounces have a mailbox of their own, in the envelope's sender (VERP). Both
come back in a delivery report, and without the signature anybody could write a report about anybody's letter. Only
lower-case hexadecimal, because not every mail server keeps the case of letters.
"""

import re
from email.utils import parseaddr

from django.conf import settings
from django.utils.crypto import constant_time_compare, salted_hmac

SIGNATURE = 20
"""Hexadecimal digits: 80 bits of an HMAC with SHA-256."""
MARK = re.compile(rf"(?:outbox-|\+)(\d{{1,18}})\.([0-9a-f]{{{SIGNATURE}}})@", re.ASCII | re.IGNORECASE)


def message_id(number: int) -> str:
    """The `Message-ID` of an outbox message, the same at each attempt, so that receivers see a second copy as one."""
    return f"<outbox-{_mark(number)}@{sender_domain()}>"


def envelope_sender(number: int) -> str:
    """Whom mail servers tell that a letter did not arrive: `bounces+NUMBER.SIGNATURE@…`, or else who sends."""
    if not settings.BOUNCE_ADDRESS:
        return str(settings.DEFAULT_FROM_EMAIL)
    local, _at, domain = settings.BOUNCE_ADDRESS.partition("@")
    return f"{local}+{_mark(number)}@{domain}"


def read(text: str) -> int | None:
    """The number of the first mark in `text` that we have signed."""
    found = ((int(number), signature.lower()) for number, signature in MARK.findall(text))
    return next((number for number, signature in found if constant_time_compare(signature, _signature(number))), None)


def sender_domain() -> str:
    """The domain that letters come from."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2].lower()


def _mark(number: int) -> str:
    return f"{number}.{_signature(number)}"


def _signature(number: int) -> str:
    return salted_hmac("core.postmarks", str(number), algorithm="sha256").hexdigest()[:SIGNATURE]
