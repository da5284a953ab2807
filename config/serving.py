"""daphne with a farewell: at the end of the process every socket is told to come back, before it is closed."""

import asyncio
import gc
import signal
import sys

from daphne.server import Server
from django.conf import settings
from django.utils.module_loading import import_string
from twisted.internet import reactor

from core.live import hub, work

SWITCH_SECONDS = 0.0005
"""How long a computing thread may keep the event loop waiting after each of its writes (Python's default: 0.005)."""


def serve(endpoint: str) -> None:
    """Serve pages and sockets at a Twisted endpoint (`tcp:port=8000:interface=127.0.0.1`) until SIGTERM or SIGINT."""
    server = Server(
        import_string(settings.ASGI_APPLICATION),
        endpoints=[endpoint],
        signal_handlers=False,
        server_name="miitti",
    )
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()  # what is loaded by now lives as long as the process
    gc.set_threshold(50_000, 20, 100)  # a look at a thousand sockets' objects stops them all: seldom
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: reactor.callFromThread(_leave))
    server.run()


def _leave() -> None:
    goodbye = asyncio.ensure_future(hub.farewell())
    goodbye.add_done_callback(_stop)


def _stop(_done: asyncio.Future[None]) -> None:
    work.stop()
    if reactor.running:
        reactor.stop()  # type: ignore[misc]
