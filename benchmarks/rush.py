"""The rush: two hundred people press "Take a seat" at the same moment, and there are twenty seats."""

import asyncio
import time

from benchmarks import desk
from benchmarks.browser import UnexpectedError
from benchmarks.figures import Figure
from benchmarks.http import BrokenError
from benchmarks.production import Site
from benchmarks.visitor import Person, Visitor

CROWD = 200
SEATED, FULL, WRONG = "seated", "full", "wrong"


async def run(site: Site) -> list[Figure]:
    """Everyone has read the page; then all press. The seated finish their forms, the others are told to queue.

    `all_answered_s` runs from the press until the last one is thanked or told; `sold` is what the desk counts.
    """
    event = site.fixture["events"]["scarce"]
    crowd = [Visitor(site.pages, event, Person(1_000_000 + number), scripts=False) for number in range(CROWD)]
    for visitor in crowd:
        await visitor.read()
        visitor.leave()  # nobody's connection stays open while they read
    started = time.perf_counter()
    ends = await asyncio.gather(*(_try(visitor) for visitor in crowd))
    seconds = time.perf_counter() - started
    counted = await desk.counters(site.pages, site.fixture, event)
    wrong = ends.count(WRONG) + abs(ends.count(SEATED) - counted["confirmed"])
    return [
        Figure("rush", "sold", counted["confirmed"], "registrations"),
        Figure("rush", "told_full", ends.count(FULL), "visitors"),
        Figure("rush", "all_answered_s", round(seconds, 2), "s"),
        Figure("rush", "errors", wrong, "visitors"),
    ]


async def _try(visitor: Visitor) -> str:
    try:
        screen = await visitor.press()
        if screen is None:
            return FULL
        await visitor.finish(screen)
    except (UnexpectedError, BrokenError):
        return WRONG
    finally:
        visitor.leave()
    return SEATED
