"""Frames on their way to one socket: bounded, in order, and one slow reader slows nobody else."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

LIMIT = 256
"""Frames that may wait, for a server that lets us feel its reader's pace. under daphne `hub` looks at what was seen."""

Send = Callable[[str], Awaitable[None]]


class Outbox:
    """`put` never waits; `run` sends until it is cancelled. `overflown` is set when the limit is passed."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._frames: deque[str] = deque()
        self._waker: asyncio.Future[None] | None = None
        self.overflown = False

    def put(self, frame: str) -> None:
        if len(self._frames) >= LIMIT:
            self.overflown = True
            return
        self._frames.append(frame)
        if self._waker is not None:
            self._waker.set_result(None)
            self._waker = None

    async def run(self) -> None:
        while True:
            while self._frames:
                await self._send(self._frames.popleft())
            self._waker = asyncio.get_running_loop().create_future()
            try:
                await self._waker
            finally:
                self._waker = None
