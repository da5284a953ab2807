"""Sockets are opened by our own pages alone: browsers send cookies with anybody's socket (RFC 6455, section 10.2)."""

from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from channels.security.websocket import WebsocketDenier

PORTS = {"http": 80, "https": 443}


class SameOrigin:
    """Refuses a handshake whose Origin is another host's. A client that is no browser sends none."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        headers = dict(scope["headers"])
        origin, host = (headers.get(name, b"").decode("latin-1") for name in (b"origin", b"host"))
        inner = self.inner if not origin or same(origin, host) else WebsocketDenier()
        await inner(scope, receive, send)


def same(origin: str, host: str) -> bool:
    """Whether `origin` (`https://miitti.fi`) is the page of `host` (`miitti.fi:443`)."""
    page = urlsplit(origin)
    if page.scheme not in PORTS or not page.hostname:
        return False
    default = PORTS[page.scheme]
    asked = urlsplit(f"//{host}")
    with suppress(ValueError):  # a port that is no number
        return (page.hostname, page.port or default) == (asked.hostname, asked.port or default)
    return False
