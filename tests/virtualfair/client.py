"""A simulated visitor who speaks vf1 as docs/vf1.md says, and whose line breaks."""

import asyncio
import json
import random
import uuid
from contextlib import suppress

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

LOST = (ConnectionClosed, InvalidHandshake, OSError, EOFError, TimeoutError)


class Visitor:
    """Keeps a log of every durable event it was told, in the order in which it applied them."""

    def __init__(self, addresses, cookie, channel, epoch, seed):
        self.addresses, self.cookie, self.channel = addresses, cookie, channel
        self.chance = random.Random(seed)
        self.epoch, self.last = epoch, 0
        self.log, self.resets, self.closed_with = [], 0, []
        self.waiting, self.acknowledged = {}, {}
        self.socket = None
        self.subscribed = asyncio.Event()

    async def live(self):
        """Stay connected for ever, whatever happens."""
        while True:
            with suppress(*LOST):
                await self._connection()
            self.subscribed.clear()
            await asyncio.sleep(self.chance.uniform(0.05, 0.5))

    async def say(self, text):
        command = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        self.waiting[command] = {"t": "chat.send", "id": command, "ch": self.channel, "d": {"text": text}}
        await self._put(self.waiting[command])

    def lose_the_line(self):
        """As when a phone goes into a tunnel: no goodbye in either direction."""
        if self.socket:
            self.socket.transport.abort()

    async def _connection(self):
        address = self.chance.choice(self.addresses)
        headers = {"Cookie": self.cookie}
        async with connect(
            address, subprotocols=["vf1"], additional_headers=headers, open_timeout=5, close_timeout=1
        ) as self.socket:
            try:
                async for text in self.socket:
                    await self._hear(json.loads(text))
            finally:
                self.closed_with.append(self.socket.close_code)

    async def _hear(self, frame):
        hearing = {
            "hello": self._welcomed,
            "sub.ok": self._subscribed,
            "replay": self._replayed,
            "reset": self._reset,
            "ack": self._acknowledged,
            "nack": self._refused,
        }
        if frame["t"] in hearing:
            await hearing[frame["t"]](frame)
        elif "sq" in frame:
            await self._event(frame)

    async def _welcomed(self, _frame):
        await self._put({"t": "sub", "ch": self.channel, "since": {"epoch": self.epoch, "sq": self.last}})

    async def _subscribed(self, frame):
        if "snapshot" in frame:
            self.resets += 1
        await self._replayed(frame)
        self.subscribed.set()
        for unsent in list(self.waiting.values()):
            await self._put(unsent)

    async def _replayed(self, frame):
        for event in frame["events"]:
            await self._event(event)

    async def _reset(self, _frame):
        self.resets += 1

    async def _acknowledged(self, frame):
        self.waiting.pop(frame["id"], None)
        self.acknowledged[frame["id"]] = frame["sq"]

    async def _refused(self, frame):
        await asyncio.sleep(frame["d"]["retry_after"])
        await self._put(self.waiting[frame["id"]])

    async def _event(self, frame):
        if frame["sq"] <= self.last:
            return
        if frame["sq"] > self.last + 1:
            await self._put({"t": "gap", "ch": self.channel, "since": {"epoch": self.epoch, "sq": self.last}})
            return
        self.last = frame["sq"]
        self.log.append((frame["sq"], frame["t"], frame.get("d", {})))

    async def _put(self, frame):
        with suppress(*LOST):
            if self.socket:
                await self.socket.send(json.dumps(frame))
