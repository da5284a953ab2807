"""A lean HTTP/1.1 client over asyncio streams: the load client shares the processors with what it measures."""

import asyncio
from dataclasses import dataclass
from functools import cached_property


class BrokenError(Exception):
    """The server's answer could not be read."""


@dataclass(frozen=True)
class Answer:
    status: int
    headers: list[tuple[str, str]]
    body: bytes

    @cached_property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


class Connection:
    """One connection to the server, kept alive while the server keeps it and opened anew when not."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self.streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> Answer:
        """Send one request and read its answer.

        :raises BrokenError: if there is none, or not a whole one
        """
        length = f"Content-Length: {len(body)}\r\n" if method == "POST" else ""
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        request = f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n{length}{lines}\r\n".encode() + body
        kept = self.streams is not None
        try:
            return await self._attempt(request)
        except (asyncio.IncompleteReadError, OSError) as broken:
            self.close()
            nothing_came = not isinstance(broken, asyncio.IncompleteReadError) or not broken.partial
            if not (kept and nothing_came):
                raise BrokenError(f"{method} {path}: {type(broken).__name__}") from broken
        return await self._anew(method, path, request)

    def close(self) -> None:
        if self.streams:
            self.streams[1].close()
            self.streams = None

    async def _anew(self, method: str, path: str, request: bytes) -> Answer:
        """Once more: the server had closed a kept connection before it saw the request."""
        try:
            return await self._attempt(request)
        except (asyncio.IncompleteReadError, OSError) as broken:
            self.close()
            raise BrokenError(f"{method} {path}: {type(broken).__name__}") from broken

    async def _attempt(self, request: bytes) -> Answer:
        if self.streams is None:
            self.streams = await asyncio.open_connection(self.host, self.port)
        reader, writer = self.streams
        writer.write(request)
        answer = await _read(reader)
        if answer.header("connection").lower() == "close":
            self.close()
        return answer


async def _read(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    status_line, *lines = head[:-4].split("\r\n")
    headers = [(name.lower(), value.strip()) for name, _colon, value in (line.partition(":") for line in lines)]
    answer = Answer(int(status_line.split(" ", 2)[1]), headers, b"")
    length = answer.header("content-length")
    if not length:
        raise BrokenError(f"an answer without its length: {status_line}")
    return Answer(answer.status, headers, await reader.readexactly(int(length)))
