"""Mail that a person sends once more."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.services import audit
from core.models import OutboxMessage
from core.services import outbox


@transaction.atomic
def resend(*, message: OutboxMessage, by: User, now: datetime) -> None:
    """Queue a message again that failed or was cut off.

    :raises NotResendable: if it is queued, being sent or sent
    """
    outbox.resend(message=message, now=now)
    audit.changed(actor=by, action="message.resend", subject=f"mail:{message.pk}", scope=message.scope, now=now)
