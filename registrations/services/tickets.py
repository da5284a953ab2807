"""Tickets: what the QR code says, and how it is drawn.

The text is `MIITTI1-<registration>-<rotation>-<signature>` in capitals and digits, which QR's alphanumeric mode
(ISO/IEC 18004) packs tightly. It holds no personal data; the signature (HMAC-SHA256, 80 bits) is ours alone to make.
"""

import base64
import secrets
import struct
import zlib
from dataclasses import dataclass

import qrcode
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _
from qrcode.constants import ERROR_CORRECT_Q
from qrcode.image.svg import SvgPathImage

from core.errors import Refused
from registrations.models import Registration

PREFIX = "MIITTI1"
ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"
"""No vowels and nothing that looks like something else."""
CODE_LENGTH = 8


class ForgedTicket(Refused):
    code = "forged_ticket"
    message = _("This is not a ticket of ours. Ask for the ticket that came by e-mail.")


class UnknownCode(Refused):
    code = "unknown_code"
    message = _("No ticket has this code. Check the letters, or scan the QR code.")


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What a ticket says, before anybody has looked at the registration."""

    pk: int | None = None
    rotation: int | None = None
    code: str | None = None


def new_code() -> str:
    """Eight letters and digits, about 38 bits: hopeless to guess at a door."""
    return "".join(secrets.choice(ALPHABET) for _i in range(CODE_LENGTH))


def text(registration: Registration) -> str:
    """What the QR code of `registration` says."""
    body = f"{PREFIX}-{registration.pk}-{registration.rotation}"
    return f"{body}-{_signature(body)}"


def read(scanned: str) -> Claim:
    """Understand what a camera saw or a hand typed.

    :raises ForgedTicket: if it looks like one of our tickets, or like any QR code, but we did not sign it
    :raises UnknownCode: if it is not even of a typed code's form
    """
    wanted = scanned.strip().upper()
    if wanted.startswith(f"{PREFIX}-"):
        return _signed(wanted)
    typed = wanted.replace("-", "").replace(" ", "")
    if len(typed) != CODE_LENGTH or not set(typed) <= set(ALPHABET):
        raise UnknownCode if len(typed) <= CODE_LENGTH + 2 else ForgedTicket
    return Claim(code=typed)


def svg(registration: Registration) -> str:
    """The QR code for a page: one path, sized by style."""
    image = qrcode.make(
        text(registration), image_factory=SvgPathImage, error_correction=ERROR_CORRECT_Q, border=4, box_size=10
    )
    return str(image.to_string(encoding="unicode"))


def png(registration: Registration) -> bytes:
    """The QR code for mail programs, which show no SVG."""
    code = qrcode.QRCode(error_correction=ERROR_CORRECT_Q, border=4)
    code.add_data(text(registration))
    return _drawn(code.get_matrix())


def _drawn(modules: list[list[bool]]) -> bytes:
    """A black and white PNG (ISO/IEC 15948) whose modules are eight pixels wide, which is one byte of a row."""
    size = 8 * len(modules)
    rows = (b"\x00" + bytes(0x00 if dark else 0xFF for dark in row) for row in modules)
    header = struct.pack(">IIBBBBB", size, size, 1, 0, 0, 0, 0)
    pixels = zlib.compress(b"".join(8 * row for row in rows))
    chunks = (_chunk(b"IHDR", header), _chunk(b"IDAT", pixels), _chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _signed(wanted: str) -> Claim:
    body, _dash, signature = wanted.rpartition("-")
    if not constant_time_compare(signature, _signature(body)):
        raise ForgedTicket
    _prefix, pk, rotation = body.split("-")
    return Claim(pk=int(pk), rotation=int(rotation))


def _signature(body: str) -> str:
    mac = salted_hmac("registrations.ticket", body, algorithm="sha256").digest()
    return base64.b32encode(mac[:10]).decode()
