from core.models.installation import Installation
from core.models.live import LiveEvent, LiveReceipt, LiveStream
from core.models.named import Named
from core.models.outbox import OutboxMessage, OutboxMessageQuerySet
from core.models.texts import LetterText

__all__ = [
    "Installation",
    "LetterText",
    "LiveEvent",
    "LiveReceipt",
    "LiveStream",
    "Named",
    "OutboxMessage",
    "OutboxMessageQuerySet",
]
