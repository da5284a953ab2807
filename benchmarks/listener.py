"""The lean end of a socket: speaks just enough of RFC 6455 and vf1 to sit in a room by the thousand."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
import time
from typing import Any
from urllib.parse import urlsplit

HEARTBEAT_SECONDS = 20
ACK_EVERY = 100
TEXT, CLOSE, PING, PONG = 0x1, 0x8, 0x9, 0xA


class Listener(asyncio.Protocol):
    """One visitor. Notes the number and the delay of every chat message; `said_at` stands in the message's text."""

    def __init__(self, url: str, cookie: str, channel: str) -> None:
        self.url, self.cookie, self.channel = urlsplit(url), cookie, channel
        self.numbers: list[int] = []
        self.delays: list[float] = []
        self.answered = 0
        self.refused = 0
        self.closed_with: int | None = None
        self.newest = 0
        self.subscribed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._buffer = b""
        self._upgraded = False
        self._transport: asyncio.Transport

    @classmethod
    async def join(cls, url: str, cookie: str, channel: str) -> Listener:
        """Connect, come in and subscribe."""
        listener = cls(url, cookie, channel)
        await asyncio.get_running_loop().create_connection(
            lambda: listener, listener.url.hostname or "", listener.url.port or 80
        )
        await asyncio.wait_for(listener.subscribed, 60)
        return listener

    def say(self, command: str, text: str) -> None:
        self.send({"t": "chat.send", "id": command, "ch": self.channel, "d": {"text": text}})

    def beat(self) -> None:
        self.send({"t": "hb", "seen": {self.channel: self.newest}})

    def send(self, frame: dict[str, Any]) -> None:
        self._put(TEXT, json.dumps(frame, separators=(",", ":")).encode())

    def leave(self) -> None:
        self._transport.abort()

    # asyncio's side

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - TCP gives no other
        self._transport = transport
        key = base64.b64encode(os.urandom(16)).decode()
        target = f"{self.url.path}?{self.url.query}" if self.url.query else self.url.path
        lines = [
            f"GET {target} HTTP/1.1",
            f"Host: {self.url.netloc}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: vf1",
            f"Cookie: {self.cookie}",
        ]
        transport.write("\r\n".join([*lines, "", ""]).encode())

    def data_received(self, data: bytes) -> None:
        data = self._buffer + data if self._buffer else data
        if not self._upgraded:
            data = self._shake_hands(data)
        position, end = 0, len(data)
        while end - position >= 2:  # noqa: PLR2004 - a frame's shortest head
            length, start = data[position + 1] & 0x7F, position + 2
            if length == 126:  # noqa: PLR2004 - two more bytes tell the length
                length, start = int.from_bytes(data[start : start + 2], "big"), start + 2
            elif length == 127:  # noqa: PLR2004 - eight more bytes tell it
                length, start = int.from_bytes(data[start : start + 8], "big"), start + 8
            if start + length > end:
                break
            self._hear(data[position] & 0x0F, data[start : start + length])
            position = start + length
        self._buffer = data[position:]

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.subscribed.done():
            self.subscribed.set_exception(ConnectionError(f"closed with {self.closed_with}"))

    # Frames

    def _shake_hands(self, data: bytes) -> bytes:
        head, _blank, rest = data.partition(b"\r\n\r\n")
        if _blank:
            if not head.startswith(b"HTTP/1.1 101"):
                self._transport.abort()
            self._upgraded = True
            return rest
        return data

    def _hear(self, kind: int, body: bytes) -> None:
        if kind == PING:
            self._put(PONG, body)
        elif kind == CLOSE:
            self.closed_with = int.from_bytes(body[:2], "big")
            self._transport.close()
        elif body.startswith(b'{"t":"chat.msg"'):
            self._note(body)
        elif body.startswith(b'{"t":"ack"'):
            self.answered += 1
        elif body.startswith(b'{"t":"nack"'):
            self.answered += 1
            self.refused += 1
        elif body.startswith(b'{"t":"hello"'):
            self.send({"t": "sub", "ch": self.channel})
        elif body.startswith(b'{"t":"sub.ok"'):
            self.newest = json.loads(body)["sq"]
            self.subscribed.set_result(None)

    def _note(self, body: bytes) -> None:
        """Read the number and the time out of a message without parsing the whole of it: the client is to be cheap."""
        after = body.index(b'"sq":') + 5
        self.newest = int(body[after : body.index(b",", after)])
        self.numbers.append(self.newest)
        at = body.find(b"said_at=")
        if at > 0:
            self.delays.append(time.perf_counter() - float(body[at + 8 : body.index(b'"', at)]))
        if len(self.numbers) % ACK_EVERY == 0:
            self.beat()

    def _put(self, kind: int, body: bytes) -> None:
        """One masked frame; the mask is zero, which a server cannot tell from a random one."""
        head = bytes([0x80 | kind])
        size = len(body)
        head += bytes([0x80 | size]) if size < 126 else struct.pack("!BH", 0x80 | 126, size)  # noqa: PLR2004
        self._transport.write(head + bytes(4) + body)
