from enum import StrEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class MessageState(TextChoices):
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    FAILED = "failed", _("Refused by the receiver")
    UNKNOWN = "unknown", _("Cut off midway, may or may not have arrived")
    SKIPPED = "skipped", _("Not sent: it was no longer right")
    BOUNCED = "bounced", _("Came back undelivered")


DELIVERED = frozenset({MessageState.SENT, MessageState.BOUNCED})
"""What a mail server has taken; it may still say later that it could not deliver."""


class BounceResult(StrEnum):
    """What a mail in the mailbox of bounces turned out to be."""

    RETURNED = "returned"
    KNOWN = "known"
    STILL_TRIED = "still tried"
    IGNORED = "ignored"
