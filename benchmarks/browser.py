"""What a browser does between a server and a visitor: cookies, forms with their tokens, redirects, htmx's headers."""

import html
import re
import time
from collections.abc import Mapping, Sequence
from urllib.parse import urlencode, urlsplit

from benchmarks.http import Answer, Connection

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
HTMX = {"HX-Request": "true", "HX-Target": "step"}
REDIRECTS = (301, 302, 303, 307)
OFFICE = "203.0.113.1"
"""The address of those who sign in; visitors come from addresses of their own."""


class UnexpectedError(Exception):
    """A page did not say what it should; its first words are in the message."""

    def __init__(self, what: str, answer: Answer) -> None:
        title = re.search(r"<h1[^>]*>(.*?)</h1>", answer.text, re.DOTALL)
        super().__init__(f"{what}: {answer.status} {html.unescape(title[1]).strip() if title else answer.text[:200]}")


class Browser:
    """One visitor's browser, on one connection; the server is told `address` as nginx would tell it."""

    def __init__(self, site: str, *, address: str = OFFICE) -> None:
        parts = urlsplit(site)
        self.address = address
        self.times: list[float] = []
        """How long each answer took, in seconds."""
        self.origin = site
        self.connection = Connection(parts.hostname or "127.0.0.1", parts.port or 80)
        self.cookies: dict[str, str] = {}
        self.token = ""

    async def get(self, url: str) -> Answer:
        """Open a page, following redirects to it."""
        return await self._follow(await self._ask("GET", url))

    async def send(
        self, url: str, fields: Mapping[str, str | Sequence[str]], *, htmx: bool = False, follow: bool = True
    ) -> Answer:
        """Send a form of the page shown last, with that page's token."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields}, doseq=True).encode()
        answer = await self._ask("POST", url, body, HTMX if htmx else {})
        return await self._follow(answer) if follow else answer

    def close(self) -> None:
        self.connection.close()

    async def _follow(self, answer: Answer) -> Answer:
        while answer.status in REDIRECTS:
            answer = await self._ask("GET", answer.header("location"))
        return answer

    async def _ask(self, method: str, url: str, body: bytes = b"", more: Mapping[str, str] | None = None) -> Answer:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        headers = {"Accept-Language": "fi", "Accept-Encoding": "identity", "X-Forwarded-For": self.address}
        headers |= more or {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if method == "POST":
            headers |= {"Origin": self.origin, "Content-Type": "application/x-www-form-urlencoded"}
        asked = time.perf_counter()
        answer = await self.connection.ask(method, path, headers, body)
        self.times.append(time.perf_counter() - asked)
        self._remember(answer)
        return answer

    def _remember(self, answer: Answer) -> None:
        """Keep the cookies that were set, drop those that were emptied, and the token of the newest form."""
        for name, value in answer.headers:
            if name == "set-cookie":
                key, _equals, rest = value.partition("=")
                content = rest.partition(";")[0]
                if content in ("", '""'):
                    self.cookies.pop(key, None)
                else:
                    self.cookies[key] = content
        if found := TOKEN.search(answer.text):
            self.token = found[1]
