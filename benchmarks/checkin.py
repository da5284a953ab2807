"""Eight doors of one event let people in; some tickets are shown at two doors at the same moment."""

import asyncio
import html
import re
import time
from typing import Any

from benchmarks import desk
from benchmarks.browser import Browser, UnexpectedError
from benchmarks.figures import Figure, percentile
from benchmarks.http import Answer
from benchmarks.load import Load
from benchmarks.production import Site

OK, REFUSED = 200, 409
A_DOOR = 150
"""Tickets scanned at each door."""
RACED_EVERY = 10
"""One ticket in so many is shown at two doors at once."""
NONCE = re.compile(r'name="nonce" value="([^"]+)"')
PRESENT = re.compile(r'<strong class="numbers">(\d+)</strong>')


class Door:
    """A signed-in volunteer with the door's page open."""

    def __init__(self, browser: Browser, url: str, page: Answer) -> None:
        self.browser, self.url, self.page = browser, url, page

    async def scan(self, ticket: str) -> bool:
        """Send what a camera saw, as the page's script does; return whether its holder may come in.

        :raises UnexpectedError: if the answer is neither yes nor "used already"
        """
        nonce = NONCE.search(self.page.text)
        if nonce is None:
            raise UnexpectedError("the door's page has no scan form", self.page)
        fields = {"scanned": ticket, "nonce": nonce[1], "source": "camera"}
        self.page = await self.browser.send(self.url, fields, htmx=True)
        if self.page.status == OK and "result-in" in self.page.text:
            return True
        if self.page.status == REFUSED and "result-refused" in self.page.text:
            return False
        raise UnexpectedError("the door gave no answer", self.page)


async def run(site: Site) -> list[Figure]:
    """Check-ins a second over all doors, counted by the door's page itself; a race lets in one person or is wrong."""
    event, logins = site.fixture["events"]["roomy"], site.fixture["staff"]["doors"]
    doors = [await _open(site, event, login) for login in logins]
    before = _present(doors[0].page)
    seconds_doors = [await _open(site, event, login) for login in logins]
    tickets = [each["ticket"] for each in site.fixture["registrations"]]
    share = min(A_DOOR, len(tickets) // len(doors))
    counts = {"in": 0, "wrong": 0}

    async def stand_at(number: int) -> list[float]:
        durations = []
        rival = seconds_doors[(number + 1) % len(doors)]
        for index, ticket in enumerate(tickets[number * share : (number + 1) * share]):
            shown = [doors[number], rival] if index % RACED_EVERY == 0 else [doors[number]]
            begun = time.perf_counter()
            let_in = sum(await asyncio.gather(*(door.scan(ticket) for door in shown)))
            durations.append(time.perf_counter() - begun)
            counts["in"] += let_in
            counts["wrong"] += let_in != 1
        return durations

    started = time.perf_counter()
    durations = [each for door in await asyncio.gather(*map(stand_at, range(len(doors)))) for each in door]
    load = Load(durations, time.perf_counter() - started)
    last = await _open(site, event, logins[0])
    missing = abs(_present(last.page) - before - counts["in"])
    for door in [*doors, *seconds_doors, last]:
        door.browser.close()
    return [
        Figure("checkin", "per_s", round(load.per_second, 1), "people/s"),
        Figure("checkin", "p95_ms", round(1000 * percentile(load.durations, 95)), "ms"),
        Figure("checkin", "raced_wrong", counts["wrong"] + missing, "tickets"),
    ]


async def _open(site: Site, event: dict[str, Any], login: dict[str, str]) -> Door:
    browser = await desk.sign_in(site.pages, site.fixture["login"], login)
    url = f"{event['door_url']}?meeting={event['meetings'][0]}"
    return Door(browser, url, await browser.get(url))


def _present(page: Answer) -> int:
    found = PRESENT.search(html.unescape(page.text))
    if found is None:
        raise UnexpectedError("the door's page counts nobody", page)
    return int(found[1])
