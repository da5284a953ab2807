"""The log behind what is streamed: numbered in the transaction of what it tells, announced once that is durable."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction

from core.live import announcing, frames
from core.live.feed import REMEMBERED
from core.models import LiveEvent, LiveReceipt, LiveStream
from core.models.live import new_epoch

RECEIPTS_LIVE = timedelta(days=1)
GONE = "gone"


@dataclass(frozen=True)
class Tail:
    """A stream's state, with its newest events as encoded frames by number, and which of them were hidden."""

    epoch: str
    sq: int
    events: list[tuple[int, str]]
    hidden: frozenset[int]


@transaction.atomic
def open_stream(*, name: str) -> None:
    """Make the stream `name` if there is none."""
    LiveStream.objects.get_or_create(name=name)


@transaction.atomic(savepoint=False)
def append(
    *,
    stream: str,
    event: str,
    payload: dict[str, Any],
    now: datetime,
    actor: str = "",
    subject: str = "",
    hides: str = "",
) -> int:
    """Write the next event of `stream`, announce it on commit, and return its number.

    The stream's row is locked until then; it is the last lock that a transaction takes. `hides` names a subject whose
    earlier events lose their content.
    """
    row = LiveStream.objects.locked().get(name=stream)
    hidden = _hide(row, hides) if hides else []
    row.sq += 1
    row.save(update_fields=["sq"])
    made = LiveEvent.objects.create(
        stream=row, sq=row.sq, type=event, payload=payload, actor=actor, subject=subject, at=now
    )
    message = announcing.event(stream=stream, sq=row.sq, frame=_frame(stream, made), hidden=hidden)
    transaction.on_commit(partial(announcing.announce, stream, message), robust=True)
    return row.sq


def touch(*, stream: str, state: str) -> None:
    """Say, once the transaction is durable, that a state of `stream` has a newer value; each process reads it."""
    transaction.on_commit(partial(announcing.announce, stream, announcing.touched(stream, state)), robust=True)


def tail(name: str) -> Tail:
    """Where `name` stands, and its newest events.

    :raises LiveStream.DoesNotExist: if there is no such stream
    """
    row = LiveStream.objects.get(name=name)
    newest = list(reversed(row.events.filter(sq__lte=row.sq).order_by("-sq")[:REMEMBERED]))
    return Tail(
        epoch=row.epoch,
        sq=row.sq,
        events=[(event.sq, _frame(name, event)) for event in newest],
        hidden=frozenset(event.sq for event in newest if event.type == GONE),
    )


def numbers(names: Sequence[str]) -> dict[str, tuple[str, int]]:
    """Epoch and newest number of each stream. One query."""
    rows = LiveStream.objects.filter(name__in=names).values_list("name", "epoch", "sq")
    return {name: (epoch, sq) for name, epoch, sq in rows}


def earlier_answer(*, actor: str, command: UUID) -> dict[str, Any] | None:
    """What `actor`'s command was answered before, or None."""
    return LiveReceipt.objects.filter(actor=actor, command=command).values_list("answer", flat=True).first()


@transaction.atomic(savepoint=False)
def keep_answer(*, actor: str, command: UUID, answer: dict[str, Any], now: datetime) -> None:
    """Give the receipt of a command, in the transaction that obeyed it. The same command at the same time waits here.

    :raises IntegrityError: if it has been obeyed meanwhile; the caller's transaction is undone
    """
    LiveReceipt.objects.create(actor=actor, command=command, answer=answer, at=now)


@transaction.atomic
def forget_receipts(*, now: datetime) -> int:
    """Delete receipts that no client can still ask for, and return how many they were."""
    deleted, _by_model = LiveReceipt.objects.filter(at__lt=now - RECEIPTS_LIVE).delete()
    return deleted


def _hide(row: LiveStream, subject: str) -> list[int]:
    """Take the content out of a subject's events; their numbers stay, so that nobody sees a gap."""
    events = row.events.about(subject).exclude(type=GONE)
    hidden = list(events.values_list("sq", flat=True))
    events.update(type=GONE, payload={})
    return hidden


def _frame(stream: str, event: LiveEvent) -> str:
    if event.type == GONE:
        return frames.gone(stream, event.sq)
    return frames.encode_event(t=event.type, ch=stream, sq=event.sq, at=event.at, d=event.payload)


@transaction.atomic
def renew_epochs() -> int:
    """Make every client begin anew, after a backup was restored; return how many streams there are."""
    rows = list(LiveStream.objects.locked())
    for row in rows:
        row.epoch = new_epoch()
        row.save(update_fields=["epoch"])
    return len(rows)
