"""Text messages leave by a gateway: a file here; a provider's is another class with the same promises."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)


class Rejected(Exception):  # noqa: N818 - the gateway's answer
    """The gateway will never take this message."""


class Interrupted(Exception):  # noqa: N818 - what happened, not whose fault
    """Nobody knows whether the gateway has taken the message."""


class SmsGateway(Protocol):
    """Who sends text messages. `tests/core/test_sms_gateways.py` holds what every gateway must do."""

    def send(self, *, to: str, text: str, reference: str) -> None:
        """Hand a message over; return when it is taken.

        :param to: in the form of E.164, such as `+358401234567`
        :param reference: ours; where the gateway can, it takes a message of the same reference once
        :raises Rejected: if it will never be taken, such as a number that does not exist
        :raises Interrupted: if it may or may not have been taken
        :raises Exception: any other means that it was not taken, and may be tried again
        """


@dataclass(frozen=True)
class FileGateway:
    """Writes each message as a line of JSON at the end of a file: for trying out, and for a program that reads it."""

    path: Path

    def send(self, *, to: str, text: str, reference: str) -> None:
        if not E164.fullmatch(to):
            raise Rejected("number")
        line = json.dumps({"reference": reference, "to": to, "text": text}, ensure_ascii=False) + "\n"
        with self.path.open("ab", buffering=0) as file:  # one write: lines of two workers do not mix
            written = file.write(line.encode())
        if written != len(line.encode()):
            raise Interrupted("disk")


def at(url: str) -> SmsGateway | None:
    """The gateway that `MIITTI_SMS` names; None: text messages are off.

    :raises ValueError: if no gateway has such an address
    """
    parts = urlsplit(url)
    if not url:
        return None
    if parts.scheme == "file":
        return FileGateway(Path(unquote(parts.path)))
    raise ValueError(parts.scheme)
