"""Text messages, a second kind of delivery: the outbox carries them as it carries mail."""

from django.conf import settings

from core.gateways import sms
from core.models import OutboxMessage
from core.segments import A_PART, A_WIDE_PART, count, plain, shortened
from core.services.outbox import CutOff, Letter, RefusedForGood

KIND = "sms"
PARTS = 5
"""Of one text message at most: 765 characters, or 335 in Cyrillic letters."""


def on() -> bool:
    """Whether text messages can be sent."""
    return bool(settings.SMS_URL)


def write(*, recipient: str, subject: str, text: str, language: str, keys: dict[str, object]) -> Letter:
    """A text message in the shape of a letter; `subject` is for those who look at the outbox, and is not sent."""
    words = plain(text).strip()
    words = shortened(words, PARTS * (A_WIDE_PART if count(words).wide else A_PART))
    return Letter(recipient=recipient, subject=subject, text=words, html="", language=language, keys=keys)


def send(message: OutboxMessage) -> None:
    """Hand `message` to the gateway. An error in reaching it passes through: try again later.

    :raises RefusedForGood: when the gateway will never take it, or there is none any more
    :raises CutOff: when it may or may not have been taken
    """
    gateway = sms.at(settings.SMS_URL)
    if gateway is None:
        raise RefusedForGood("MIITTI_SMS")
    try:
        gateway.send(to=message.recipient, text=message.payload["text"], reference=f"outbox-{message.pk}")
    except sms.Rejected as refusal:
        raise RefusedForGood(str(refusal)) from refusal
    except sms.Interrupted as broken:
        raise CutOff(str(broken)) from broken
