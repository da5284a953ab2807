"""Letters that come back: what a delivery report says is written to the message that it is about."""

import logging
from collections import Counter
from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from core import delivery_reports
from core.enums import BounceResult, MessageState
from core.gateways.mailboxes import Mailbox
from core.models import OutboxMessage

log = logging.getLogger(__name__)

A_VISIT = 100
"""So many mails are read before the worker looks at its other duties."""
TAKEN = (MessageState.SENT, MessageState.SENDING, MessageState.UNKNOWN)
"""States of a letter that a mail server may have; a report can be quicker than the worker that notes it as sent."""


@transaction.atomic
def take(*, raw: bytes, now: datetime) -> BounceResult:
    """Mark the letter that a delivery report is about, and say what was done; a report read twice changes nothing."""
    report = delivery_reports.read(raw)
    if report is None:
        return BounceResult.IGNORED
    if not report.given_up:
        return BounceResult.STILL_TRIED
    taken = OutboxMessage.objects.filter(pk=report.number, state__in=TAKEN)
    if not taken.update(state=MessageState.BOUNCED, sent_at=Coalesce(F("sent_at"), now), last_error=report.status):
        return BounceResult.KNOWN
    log.info("letter came back", extra={"outbox": report.number, "status": report.status})
    return BounceResult.RETURNED


def empty(*, mailbox: Mailbox, clock: Callable[[], datetime]) -> Counter[BounceResult]:
    """Read what has come to the mailbox of bounces: what is about our letters goes, the rest stays, marked as read.

    :raises OSError: if the mailbox cannot be reached
    """
    done: Counter[BounceResult] = Counter()
    for key, raw in mailbox.unread(at_most=A_VISIT, first_bytes=delivery_reports.MOST_BYTES):
        result = take(raw=raw, now=clock())
        mailbox.put_away(key, keep=result == BounceResult.IGNORED)
        done[result] += 1
    return done
