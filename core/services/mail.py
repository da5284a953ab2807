"""Mail, the first kind of delivery: a letter becomes a multipart message and goes to Django's mail backend."""

import smtplib
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.template.loader import render_to_string
from django.utils import translation

from core import postmarks
from core.models import OutboxMessage
from core.services.outbox import CutOff, Letter, RefusedForGood

OK, PERMANENT = 250, 500
"""Of SMTP's replies; from the second on they are final (RFC 5321, section 4.2.1)."""
KEPT_SECONDS = 5.0
"""So long a line to the mail server is kept between two letters."""


@dataclass(frozen=True, kw_only=True)
class Attachment:
    name: str
    content: bytes
    media_type: str


def write(*, template: str, recipient: str, language: str, keys: dict[str, object], **context: object) -> Letter:
    """Render `mail/<template>.subject.txt`, `.txt` and `.html` in the receiver's language."""
    with translation.override(language):
        context["language"] = language
        return Letter(
            recipient=recipient,
            subject=" ".join(render_to_string(f"mail/{template}.subject.txt", context).split()),
            text=render_to_string(f"mail/{template}.txt", context),
            html=render_to_string(f"mail/{template}.html", context),
            language=language,
            keys=keys,
        )


def send(message: OutboxMessage, attachments: Sequence[Attachment] = ()) -> None:
    """Hand `message` to the mail server. An error in reaching the server passes through: try again later.

    :raises RefusedForGood: when the server says that it will never take it
    :raises CutOff: when the connection breaks after it was made
    """
    with _line.open() as server:  # so that what fails below has begun
        try:
            server.send_messages([_multipart(message, attachments)])
        except smtplib.SMTPRecipientsRefused as refusal:
            if all(code >= PERMANENT for code, _reply in refusal.recipients.values()):
                raise RefusedForGood("; ".join(str(code) for code, _reply in refusal.recipients.values())) from refusal
            raise
        except smtplib.SMTPResponseException as refusal:
            if refusal.smtp_code >= PERMANENT:
                raise RefusedForGood(str(refusal.smtp_code)) from refusal
            raise
        except (smtplib.SMTPServerDisconnected, OSError) as broken:
            raise CutOff(type(broken).__name__) from broken


class _Line(threading.local):
    """A connection to the mail server that a thread keeps for its next letter, a few seconds long."""

    server: BaseEmailBackend | None = None
    used_at = 0.0

    @contextmanager
    def open(self) -> Iterator[BaseEmailBackend]:
        """A connection that answers; an error on it closes it. Opening passes errors through."""
        if self.server is not None and not self._alive(self.server):
            self.close()
        if self.server is None:
            server = get_connection()
            server.open()
            self.server = server
        try:
            yield self.server
        except BaseException:
            self.close()
            raise
        self.used_at = time.monotonic()

    def close(self) -> None:
        """Hang up; a line that is broken already is no error."""
        server, self.server = self.server, None
        if server is not None:
            with suppress(smtplib.SMTPException, OSError):
                server.close()

    def _alive(self, server: BaseEmailBackend) -> bool:
        if time.monotonic() - self.used_at > KEPT_SECONDS:
            return False
        smtp = getattr(server, "connection", None)
        try:
            return not isinstance(smtp, smtplib.SMTP) or smtp.noop()[0] == OK
        except (smtplib.SMTPException, OSError):
            return False


_line = _Line()


def hang_up() -> None:
    """Let go of this thread's line to the mail server."""
    _line.close()


def _multipart(message: OutboxMessage, attachments: Sequence[Attachment]) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(message.subject, message.payload["text"], to=[message.recipient])
    mail.from_email = postmarks.envelope_sender(message.pk)  # what a report of a failure is sent to; people see `From`
    mail.extra_headers = {
        "From": settings.DEFAULT_FROM_EMAIL,
        "Message-ID": postmarks.message_id(message.pk),
        "Content-Language": message.payload["language"],
        **message.payload.get("headers", {}),
    }
    if message.payload["html"]:
        mail.attach_alternative(message.payload["html"], "text/html")
    for attachment in attachments:
        mail.attach(attachment.name, attachment.content, attachment.media_type)
    return mail
