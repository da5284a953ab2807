"""From a durable change to every process that has listeners: at most once, fast, and never in a request's way.

Losing an announcement loses nothing: its number shows the gap, and hubs compare numbers with the database anyway.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from concurrent.futures import Future
from functools import lru_cache
from typing import Any

from channels.layers import InMemoryChannelLayer, get_channel_layer

log = logging.getLogger(__name__)

_home: asyncio.AbstractEventLoop | None = None


def event(*, stream: str, sq: int, frame: str, hidden: list[int]) -> dict[str, Any]:
    return {"type": "live.event", "stream": stream, "sq": sq, "frame": frame, "hidden": hidden}


def touched(stream: str, state: str) -> dict[str, Any]:
    return {"type": "live.touched", "stream": stream, "state": state}


def group(stream: str) -> str:
    """The channel layer's name for a stream; colons are not allowed there."""
    return f"live.{stream.replace(':', '.')}"


def announce_from(loop: asyncio.AbstractEventLoop) -> None:
    """Use the loop in which this process's hub lives."""
    global _home  # noqa: PLW0603 - a process has one hub
    _home = loop


def announce(stream: str, message: dict[str, Any]) -> None:
    """Send `message` to the processes that listen to `stream`, without waiting; called from threads."""
    layer = get_channel_layer()
    at_home = _home is not None and _home.is_running()
    if isinstance(layer, InMemoryChannelLayer) and not at_home:
        return  # this process is the only one, and nobody listens
    loop = _home if at_home and _home else _own_loop()
    asyncio.run_coroutine_threadsafe(layer.group_send(group(stream), message), loop).add_done_callback(_report)


def _report(sent: Future[None]) -> None:
    if not sent.cancelled() and (error := sent.exception()):
        log.warning("announcement lost", extra={"error": type(error).__name__})


@lru_cache(maxsize=1)
def _own_loop() -> asyncio.AbstractEventLoop:
    """A loop for processes without sockets, such as web workers: it keeps their one connection to Redis."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="announcing", daemon=True).start()
    return loop
