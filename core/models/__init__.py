from core.models.installation import Installation
from core.models.live import LiveEvent, LiveReceipt, LiveStream
from core.models.outbox import OutboxMessage, OutboxMessageQuerySet

__all__ = ["Installation", "LiveEvent", "LiveReceipt", "LiveStream", "OutboxMessage", "OutboxMessageQuerySet"]
