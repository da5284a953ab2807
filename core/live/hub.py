"""A process's one hub: one channel, one subscription per stream that somebody here listens to, and a slow clock.

Everything runs in the event loop except what blocks, which goes to `work`. What the channel layer loses, the clock
finds: it compares the streams' numbers with the database.
"""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from channels.layers import get_channel_layer
from django.utils import timezone

from core.live import announcing, frames
from core.live.feed import Feed, Listener, Since, Snapshot
from core.live.frames import Close
from core.live.leases import leases
from core.live.sources import source_of
from core.live.work import in_process, in_thread, ready
from core.services import streams

log = logging.getLogger(__name__)
T = TypeVar("T")

TICK_SECONDS = 0.5
"""States are told at most this often: five hundred votes in ten seconds are twenty frames to each listener."""
PRESENCE_EVERY, COMPARE_EVERY, STATES_EVERY, RENEW_EVERY = 2, 6, 30, 30
"""In ticks: 1 s, 3 s, 15 s, 15 s."""
REPAIR_AFTER_SECONDS, RETRY_SECONDS = 0.05, 1.0
STALE_EVENTS = 100
"""How old a snapshot may be, in events that are sent after it."""
SOCKETS_EACH = 5
MOST_CATCH_UPS, CATCH_UPS_WITHIN = 4, 30.0
"""Of one socket, in seconds. A client needs one when it comes, and hardly ever another."""
RETRY_AFTER_SECONDS = 8
SILENT_SECONDS = 75
"""Three heartbeats missed."""
MOST_UNSEEN = 500
PRESENCE = "presence.count"


class Hub:
    """Lives in one event loop; `here()` makes or finds it."""

    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.closing = False
        self._layer = get_channel_layer()
        self._channel = ""
        self._listeners: defaultdict[str, list[Listener]] = defaultdict(list)
        self._feeds: dict[str, Feed] = {}
        self._opening: dict[str, asyncio.Task[None]] = {}
        self._looking: dict[str, asyncio.Task[None]] = {}
        self._dirty: set[tuple[str, str]] = set()
        self._repairing: dict[str, asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[Any]] = set()
        announcing.announce_from(self.loop)
        self._started = self._spawn(self._start())

    # Listeners

    def join(self, listener: Listener) -> None:
        """Know a socket. One more than a person may have closes their oldest."""
        listener.heard_at = self.loop.time()
        mine = self._listeners[listener.holder]
        mine.append(listener)
        if len(mine) > SOCKETS_EACH:
            mine[0].close(Close.REPLACED)

    def leave(self, listener: Listener) -> None:
        """Forget a socket. Its lease ends at once if no other socket here has the same holder."""
        mine = self._listeners[listener.holder]
        mine.remove(listener)
        if not mine:
            del self._listeners[listener.holder]
        for name in listener.seen:
            if feed := self._feeds.get(name):
                feed.listeners.discard(listener)
            if not any(name in other.seen for other in mine):
                self._spawn(in_thread(leases().drop, name, listener.holder))

    def heard(self, listener: Listener, seen: dict[str, int]) -> None:
        """Take a heartbeat: the socket lives, and has everything up to the numbers in `seen`."""
        listener.heard_at = self.loop.time()
        for name, sq in seen.items():
            if name in listener.seen and name in self._feeds:
                listener.seen[name] = max(listener.seen[name], min(sq, self._feeds[name].sq))

    @property
    def everybody(self) -> list[Listener]:
        return [listener for mine in self._listeners.values() for listener in mine]

    async def subscribe(self, name: str, listener: Listener, since: Since | None) -> None:
        """Send `listener` what it misses of the stream (`sub.ok`, with events or a snapshot) and all that follows.

        :raises LiveStream.DoesNotExist: if there is no such stream
        """
        if not self._may_catch_up(listener):
            return
        feed, missed = await self._caught_up(name, since)
        mine = self._listeners.get(listener.holder, [])
        if listener not in mine:
            return  # it was closed meanwhile
        newcomer = not any(name in other.seen for other in mine)
        for frame in missed:
            listener.outbox.put(frame)
        feed.add(listener)
        if newcomer:  # whether the others are told of it must not decide whether one hears
            self._spawn(in_thread(leases().renew, name, [listener.holder], now=timezone.now()))

    async def replay(self, name: str, listener: Listener, since: Since) -> None:
        """Send `listener` what it missed: the events (`replay`), or a snapshot to begin anew from (`reset`)."""
        if not self._may_catch_up(listener):
            return
        feed = await self._feed(name)
        for frame in await self._catch_up(feed, since, ok="replay", anew="reset"):
            listener.outbox.put(frame)

    def _may_catch_up(self, listener: Listener) -> bool:
        """A replay may be a megabyte, and daphne takes all that is sent: who asks again and again is closed."""
        now = self.loop.time()
        listener.catch_ups = [at for at in listener.catch_ups if now - at < CATCH_UPS_WITHIN]
        if len(listener.catch_ups) >= MOST_CATCH_UPS:
            listener.close(Close.TOO_MANY)
            return False
        listener.catch_ups.append(now)
        return True

    async def say_goodbye(self, *, retry_after: float) -> None:
        """Tell everybody that this process ends, and close."""
        self.closing = True
        for listener in self.everybody:
            listener.outbox.put(frames.encode("bye", d={"retry_after": retry_after}))
        await asyncio.sleep(0.1)
        for listener in self.everybody:
            listener.close(Close.RESTART)
        await asyncio.sleep(0.2)

    async def stop(self) -> None:
        """End every task of the hub."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # Feeds

    async def _feed(self, name: str) -> Feed:
        await asyncio.shield(self._started)
        if name not in self._feeds and name not in self._opening:
            self._opening[name] = self._spawn(self._open(name))
            self._opening[name].add_done_callback(lambda _done: self._opening.pop(name))
        if name in self._opening:
            await asyncio.shield(self._opening[name])
        return self._feeds[name]

    async def _open(self, name: str) -> None:
        """Listen first, read then: what is announced in between waits in the feed."""
        feed = self._feeds[name] = Feed(name)
        await self._layer.group_add(announcing.group(name), self._channel)
        try:
            found = await in_thread(streams.tail, name)
        except BaseException:
            del self._feeds[name]
            await self._layer.group_discard(announcing.group(name), self._channel)
            raise
        feed.begin(found.epoch, found.sq, found.events)
        feed.forget(found.hidden)
        await self._read_states(feed, source_of(name).states)

    async def _caught_up(self, name: str, since: Since | None) -> tuple[Feed, list[str]]:
        """A feed and what somebody with `since` misses of it, in the same instant."""
        while True:
            feed = await self._feed(name)
            missed = await self._catch_up(feed, since, ok="sub.ok", anew="sub.ok")
            if self._feeds.get(name) is feed:  # not put to rest meanwhile
                return feed, missed

    async def _catch_up(self, feed: Feed, since: Since | None, *, ok: str, anew: str) -> list[str]:
        """The frames that bring somebody to where the feed stands; the last of them is made in the same instant."""
        for _look in range(2):  # somebody ahead of us was told elsewhere; the first look may have begun before that
            if since and since.epoch == feed.epoch and since.sq > feed.sq:
                await self._repair(feed)
        if since and feed.covers(since):
            first, *more = frames.in_batches(feed.after(since.sq))
            head = frames.encode_batch(ok, events=first, **self._standing(feed))
        else:
            snapshot = await self._snapshot(feed)
            first, *more = frames.in_batches(feed.after(snapshot.sq))
            head = frames.encode_batch(anew, events=first, raw={"snapshot": snapshot.text}, **self._standing(feed))
        rest = [frames.encode_batch("replay", events=batch, ch=feed.name) for batch in more]
        return [head, *rest]

    @staticmethod
    def _standing(feed: Feed) -> dict[str, Any]:
        return {"ch": feed.name, "epoch": feed.epoch, "sq": feed.sq, "states": feed.states}

    async def _snapshot(self, feed: Feed) -> Snapshot:
        """One look at the database serves all newcomers until events have moved on too far."""
        while feed.snapshot is None or feed.sq - feed.snapshot.sq > STALE_EVENTS:
            if feed.name not in self._looking:
                self._looking[feed.name] = self._spawn(self._look(feed))
                self._looking[feed.name].add_done_callback(lambda _done: self._looking.pop(feed.name))
            await asyncio.shield(self._looking[feed.name])
        return feed.snapshot

    async def _look(self, feed: Feed) -> None:
        sq, hidden = feed.sq, feed.hidden  # before the look: what it shows beyond is told again and changes nothing
        data = await in_thread(source_of(feed.name).snapshot, feed.name)
        if hidden == feed.hidden:  # else it may show what was hidden meanwhile: look again
            feed.snapshot = Snapshot(sq, frames.to_json(data))

    async def _repair(self, feed: Feed) -> None:
        """Read from the database what the channel layer has not brought; who comes meanwhile shares the look."""
        if feed.name not in self._repairing:
            self._repairing[feed.name] = self._spawn(self._read_missing(feed))
            self._repairing[feed.name].add_done_callback(lambda _done: self._repairing.pop(feed.name))
        await asyncio.shield(self._repairing[feed.name])

    async def _read_missing(self, feed: Feed) -> None:
        before = feed.sq
        found = await in_thread(streams.tail, feed.name)
        first = found.events[0][0] if found.events else found.sq + 1
        if found.epoch != feed.epoch or first > feed.sq + 1 or found.sq < before:
            await self._restart(feed, found)
            return
        feed.forget(found.hidden)
        for sq, frame in found.events:
            feed.accept(sq, frame)

    async def _restart(self, feed: Feed, found: streams.Tail) -> None:
        """Too much was missed, or the numbers are new: everybody who listens begins anew; who comes later needs not."""
        feed.begin(found.epoch, found.sq, found.events)
        listeners = list(feed.listeners)
        missed = await self._catch_up(feed, None, ok="reset", anew="reset")
        for listener in listeners:
            listener.seen[feed.name] = feed.sq
            for frame in missed:
                listener.outbox.put(frame)

    # What comes from the channel layer

    async def _start(self) -> None:
        while not self._channel:
            try:
                self._channel = await self._layer.new_channel()
            except Exception as error:  # noqa: BLE001 - Redis is away; whoever waits for a room waits for it
                log.warning("live start", extra={"error": type(error).__name__})
                await asyncio.sleep(RETRY_SECONDS)
        self._spawn(self._receive())
        self._spawn(self._clock())
        self._spawn(in_process(ready))

    async def _receive(self) -> None:
        while True:
            try:
                self._take(await self._layer.receive(self._channel))
            except Exception as error:  # noqa: BLE001 - one bad message must not make a process deaf
                log.warning("live message", extra={"error": type(error).__name__})
                await asyncio.sleep(TICK_SECONDS)

    def _take(self, message: dict[str, Any]) -> None:
        feed = self._feeds.get(message["stream"])
        if feed is None:
            return
        if message["type"] == "live.touched":
            self._dirty.add((feed.name, message["state"]))
            return
        feed.forget(message["hidden"])
        feed.accept(message["sq"], message["frame"])
        if feed.waiting:
            self._spawn(self._repair_soon(feed))

    async def _repair_soon(self, feed: Feed) -> None:
        await asyncio.sleep(REPAIR_AFTER_SECONDS)
        if feed.waiting:
            await self._repair(feed)

    # The clock

    async def _clock(self) -> None:
        duties = {
            self._drop_laggards: 1,
            self._tell_states: 1,
            self._tell_presence: PRESENCE_EVERY,
            self._compare: COMPARE_EVERY,
            self._rest: COMPARE_EVERY,
            self._renew: RENEW_EVERY,
            self._look_at_states: STATES_EVERY,
        }
        tick = 0
        while True:
            await asyncio.sleep(TICK_SECONDS)
            tick += 1
            for duty in (each for each, every in duties.items() if tick % every == 0):
                try:
                    await duty()
                except Exception as error:  # noqa: BLE001 - the database or Redis is away for a while; the clock goes on
                    log.warning("live clock", extra={"duty": duty.__name__, "error": type(error).__name__})

    async def _tell_states(self) -> None:
        dirty, self._dirty = self._dirty, set()
        for name, state in dirty:
            if feed := self._feeds.get(name):
                await self._read_states(feed, [state])

    async def _look_at_states(self) -> None:
        """Find what was touched and announced to nobody."""
        for feed in list(self._feeds.values()):
            await self._read_states(feed, source_of(feed.name).states)

    async def _tell_presence(self) -> None:
        for feed in list(self._feeds.values()):
            feed.set_state(PRESENCE, await in_thread(leases().count, feed.name, now=timezone.now()))

    async def _read_states(self, feed: Feed, names: Iterable[str]) -> None:
        for name in list(names):
            read = source_of(feed.name).states[name]
            feed.set_state(name, await in_thread(read, feed.name, timezone.now()))

    async def _compare(self) -> None:
        """Find what was announced to nobody: the last event before a silence shows no gap."""
        opened = [name for name in self._feeds if name not in self._opening]
        if not opened:
            return
        found = await in_thread(streams.numbers, opened)
        for name, (epoch, sq) in found.items():
            feed = self._feeds.get(name)
            if feed and name not in self._opening and (epoch != feed.epoch or sq != feed.sq):
                await self._repair(feed)

    async def _renew(self) -> None:
        for feed in list(self._feeds.values()):
            holders = {listener.holder for listener in feed.listeners}
            await in_thread(leases().renew, feed.name, holders, now=timezone.now())

    async def _rest(self) -> None:
        """Stop listening to streams that nobody here wants."""
        for name, feed in list(self._feeds.items()):
            if not feed.listeners and name not in self._opening:
                del self._feeds[name]
                await self._layer.group_discard(announcing.group(name), self._channel)

    async def _drop_laggards(self) -> None:
        now = self.loop.time()
        for listener in self.everybody:
            unseen = max(
                (self._feeds[name].sq - sq for name, sq in listener.seen.items() if name in self._feeds), default=0
            )
            if listener.outbox.overflown or unseen > MOST_UNSEEN or now - listener.heard_at > SILENT_SECONDS:
                listener.close(Close.TOO_SLOW)

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = self.loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)
        return task

    def _finished(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.warning("live hub", extra={"error": type(error).__name__})


_hub: Hub | None = None


def here() -> Hub:
    """The hub of this process, made when its first socket comes."""
    global _hub  # noqa: PLW0603 - a process has one event loop for its sockets, and one hub in it
    if _hub is None or _hub.loop is not asyncio.get_running_loop():
        _hub = Hub()
    return _hub


async def farewell() -> None:
    """Say goodbye to all sockets of this process, if it has any; they come back to the next one spread over seconds."""
    if _hub is not None:
        await _hub.say_goodbye(retry_after=RETRY_AFTER_SECONDS)
