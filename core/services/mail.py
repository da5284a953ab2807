"""Mail, the first kind of delivery: a letter becomes a multipart message and goes to Django's mail backend."""

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import translation

from core.models import OutboxMessage
from core.services.outbox import CutOff, Letter, RefusedForGood

PERMANENT = 500
"""SMTP replies from here on are final (RFC 5321, section 4.2.1)."""


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
    with get_connection() as server:  # opens it, so that what fails below has begun
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


def _multipart(message: OutboxMessage, attachments: Sequence[Attachment]) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(message.subject, message.payload["text"], to=[message.recipient])
    mail.extra_headers = {
        "Message-ID": f"<outbox-{message.pk}@miitti>",
        "Content-Language": message.payload["language"],
    }
    if message.payload["html"]:
        mail.attach_alternative(message.payload["html"], "text/html")
    for attachment in attachments:
        mail.attach(attachment.name, attachment.content, attachment.media_type)
    return mail
