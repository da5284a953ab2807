"""Messages that must arrive: written with the change they tell of, delivered by a worker, retried until accepted."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import DateTimeField

from core.compiled import Compiled, Param, insert, insert_unless_there, update
from core.enums import MessageState
from core.errors import Refused
from core.models import OutboxMessage

log = logging.getLogger(__name__)

Handler = Callable[[OutboxMessage], None]
Clock = Callable[[], datetime]

CLAIM_LASTS = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
NEXT = Compiled(lambda: OutboxMessage.objects.due_at(Param("moment", DateTimeField())).claimable()[:1])
A_ROUND = 200
"""So many messages are tried before the worker looks at its other duties."""

EXPIRES_AT = "expires_at"
"""The key of a letter for the moment (ISO 8601) from which on it is not sent any more."""

_handlers: dict[str, Handler] = {}
_repeated: set[str] = set()
"""Kinds whose receiver does what it is told only once, however often it is told."""


class RefusedForGood(Exception):  # noqa: N818 - the receiver's answer
    """The receiver will never accept this message; raised by handlers."""


class CutOff(Exception):  # noqa: N818 - what happened, not whose fault
    """The connection broke midway: the message may or may not have arrived; raised by handlers."""


class NotNeeded(Exception):  # noqa: N818 - nothing went wrong
    """What the message says is no longer so, and it must not be sent; raised by handlers."""


class NotResendable(Refused):
    code = "not_resendable"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """A rendered mail. `keys` are for the handler that delivers it, and `EXPIRES_AT`; `headers` such as `Reply-To`."""

    recipient: str
    subject: str
    text: str
    html: str
    language: str
    keys: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


def handle(kind: str, handler: Handler, *, repeated: bool = False) -> None:
    """Deliver messages of `kind` by `handler`; called once per kind, from an app's `ready`.

    :param repeated: whether the receiver is a machine that does each of them once however often it is told, so that
        what was cut off midway is sent again by itself
    """
    _handlers[kind] = handler
    if repeated:
        _repeated.add(kind)


def post(*, kind: str, letter: Letter, scope: str, person: str, now: datetime) -> OutboxMessage:
    """Put `letter` into the outbox, inside the caller's transaction."""
    message = _row(kind, letter, scope, person, now)
    insert(message)
    return message


def post_once(*, once: str, kind: str, letter: Letter, scope: str, person: str, now: datetime) -> bool:
    """The same, unless what `once` names has been told before; return whether it is told now."""
    message = _row(kind, letter, scope, person, now)
    message.once = once
    return insert_unless_there(message)


def post_all(*, kind: str, letters: Iterable[tuple[Letter, str]], scope: str, now: datetime) -> None:
    """The same for many at once, each letter with the key of its person."""
    OutboxMessage.objects.bulk_create(
        (_row(kind, letter, scope, person, now) for letter, person in letters), batch_size=500
    )


def write_down(*, message: OutboxMessage, letter: Letter) -> None:
    """Keep in a queued message what its handler has rendered, so that another attempt sends the very same."""
    message.subject = letter.subject[:200]
    message.payload = _payload(letter)
    OutboxMessage.objects.filter(pk=message.pk).update(subject=message.subject, payload=message.payload)


def _row(kind: str, letter: Letter, scope: str, person: str, now: datetime) -> OutboxMessage:
    return OutboxMessage(
        kind=kind,
        recipient=letter.recipient,
        subject=letter.subject[:200],
        payload=_payload(letter),
        scope=scope,
        person=person,
        created_at=now,
        due_at=now,
    )


def _payload(letter: Letter) -> dict[str, Any]:
    return {
        "text": letter.text,
        "html": letter.html,
        "language": letter.language,
        "keys": letter.keys,
        "headers": letter.headers,
    }


def deliver_due(*, clock: Clock, at_most: int = A_ROUND) -> int:
    """Deliver what is due, each message in a claim of its own at its own time, and return how many were tried.

    The claim is committed before the delivery starts: a worker that dies midway leaves the row `sending`, for `heal`.
    """
    tried = 0
    while tried < at_most and (message := _claim(clock())):
        _deliver(message, clock)
        tried += 1
    return tried


@transaction.atomic
def heal(*, now: datetime) -> int:
    """Mark the messages whose worker died midway, and return how many they were.

    A person decides what to do; what a machine may be told twice goes out again.
    """
    cut_off = OutboxMessage.objects.cut_off_before(now - CLAIM_LASTS)
    again = cut_off.filter(kind__in=_repeated).update(state=MessageState.QUEUED, due_at=now)
    return again + cut_off.update(state=MessageState.UNKNOWN)


@transaction.atomic
def resend(*, message: OutboxMessage, now: datetime) -> None:
    """Queue a message again that failed or was cut off.

    :raises NotResendable: if it is queued, being sent or delivered; what came back needs another address first
    """
    waiting = OutboxMessage.objects.resendable().filter(pk=message.pk)
    if not waiting.update(state=MessageState.QUEUED, due_at=now, last_error=""):
        raise NotResendable


@transaction.atomic
def _claim(now: datetime) -> OutboxMessage | None:
    message = NEXT.first(moment=now)
    if message:
        message.state, message.claimed_at, message.attempts = MessageState.SENDING, now, message.attempts + 1
        update(message, "state", "claimed_at", "attempts")
    return message


def _deliver(message: OutboxMessage, clock: Clock) -> None:
    try:
        _refuse_late(message, clock())
        _handlers[message.kind](message)
    except NotNeeded:
        _settle(message, state=MessageState.SKIPPED, last_error="", **_without_words(message))
    except RefusedForGood as refusal:
        _settle(message, state=MessageState.FAILED, last_error=str(refusal)[:200])
    except CutOff as broken:
        _settle(message, state=MessageState.UNKNOWN, last_error=str(broken)[:200])
    except Exception as error:  # noqa: BLE001 - any failure of a provider means: try again later
        wait = min(LONGEST_WAIT, timedelta(seconds=10 * 2 ** min(message.attempts, 12)))
        name = type(error).__name__
        log.warning("delivery failed", extra={"outbox": message.pk, "kind": message.kind, "error": name})
        _settle(message, state=MessageState.QUEUED, due_at=clock() + wait, last_error=name)
    else:
        _settle(message, state=MessageState.SENT, sent_at=clock(), last_error="", **_without_words(message))


def _refuse_late(message: OutboxMessage, now: datetime) -> None:
    """A mail server may have been down for a day: what made sense only before some moment is not sent after it."""
    until = message.payload.get("keys", {}).get(EXPIRES_AT)
    if until and datetime.fromisoformat(until) <= now:
        raise NotNeeded


def _without_words(message: OutboxMessage) -> dict[str, Any]:
    """What was delivered, or will never be, need not be kept: it tells of people."""
    return {} if settings.KEEP_SENT_LETTERS else {"payload": {**message.payload, "text": "", "html": ""}}


def _settle(message: OutboxMessage, **changes: Any) -> None:
    """Write how a delivery ended, also where `heal` has given it up meanwhile."""
    mine = OutboxMessage.objects.filter(pk=message.pk, state__in=[MessageState.SENDING, MessageState.UNKNOWN])
    mine.update(**changes)
