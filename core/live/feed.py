"""One stream inside one process: the newest events in memory, put in order, and the listeners they fan out to."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from core.live import frames
from core.live.frames import Close
from core.live.outbox import Outbox

REMEMBERED = 500
"""Events kept for replay. Whoever missed more begins anew from a snapshot."""


@dataclass(frozen=True)
class Since:
    """What a client has: everything of `epoch` up to `sq`."""

    epoch: str
    sq: int


@dataclass(eq=False)
class Listener:
    """One socket. `holder` is who sits behind it; `seen` what it has acknowledged of each stream."""

    outbox: Outbox
    holder: str
    close: Callable[[Close], None]
    heard_at: float = 0.0
    catch_ups: list[float] = field(default_factory=list)
    seen: dict[str, int] = field(default_factory=dict)


@dataclass
class Snapshot:
    """All that a newcomer needs, as JSON, read when the stream was at `sq`."""

    sq: int
    text: str


class Feed:
    """Accepts events in any order and passes them on in order, each once. Does no input or output of its own."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.epoch = ""
        self.sq = 0
        self.listeners: set[Listener] = set()
        self.states: dict[str, Any] = {}
        self.snapshot: Snapshot | None = None
        self.hidden: frozenset[int] = frozenset()
        self._ring: deque[tuple[int, str]] = deque(maxlen=REMEMBERED)
        self._early: dict[int, str] = {}

    def begin(self, epoch: str, sq: int, tail: Iterable[tuple[int, str]]) -> None:
        """Take up what the database holds: the stream's state and its newest events."""
        self.epoch, self.sq, self.snapshot = epoch, sq, None
        self._ring.clear()
        self._ring.extend((number, self._shown(number, frame)) for number, frame in tail)
        self._early = {number: frame for number, frame in self._early.items() if number > sq}
        self._drain()

    @property
    def waiting(self) -> bool:
        """Whether an event has come whose predecessor has not."""
        return bool(self._early)

    def accept(self, sq: int, frame: str) -> None:
        """Pass on an event, now if its turn has come, or when its predecessors have."""
        if sq > self.sq:
            self._early[sq] = frame
            self._drain()

    def forget(self, numbers: Iterable[int]) -> None:
        """Put a tombstone in the place of events whose content was hidden, also of those that are still to come."""
        hidden = self.hidden | frozenset(numbers)
        if hidden == self.hidden:
            return
        self.hidden, self.snapshot = hidden, None
        self._ring = deque(((sq, self._shown(sq, frame)) for sq, frame in self._ring), maxlen=REMEMBERED)

    def set_state(self, name: str, value: Any) -> None:
        """Tell listeners of a value of which only the newest matters, if it has changed."""
        before = self.states.get(name)
        if before != value:
            self.states[name] = value
            self._fan_out(frames.encode(name, ch=self.name, d=_difference(before, value)))

    def covers(self, since: Since) -> bool:
        """Whether what came after `since` is all remembered."""
        oldest = self._ring[0][0] if self._ring else self.sq + 1
        return since.epoch == self.epoch and oldest - 1 <= since.sq <= self.sq

    def after(self, sq: int) -> list[str]:
        return [frame for number, frame in self._ring if number > sq]

    def add(self, listener: Listener) -> None:
        self.listeners.add(listener)
        listener.seen[self.name] = self.sq

    def _drain(self) -> None:
        while (frame := self._early.pop(self.sq + 1, None)) is not None:
            self.sq += 1
            shown = self._shown(self.sq, frame)
            self._ring.append((self.sq, shown))
            self._fan_out(shown)

    def _shown(self, sq: int, frame: str) -> str:
        return frames.gone(self.name, sq) if sq in self.hidden else frame

    def _fan_out(self, frame: str) -> None:
        for listener in self.listeners:
            listener.outbox.put(frame)


def _difference(before: Any, value: Any) -> Any:
    """Of a mapping only the entries that changed; they are merged at the other end."""
    if isinstance(before, dict) and isinstance(value, dict):
        return {key: entry for key, entry in value.items() if before.get(key) != entry}
    return value
