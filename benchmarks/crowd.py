"""The crowd: two thousand people want a hundred seats, and come within one minute."""

import asyncio
from random import Random

from benchmarks import desk
from benchmarks.browser import UnexpectedError
from benchmarks.figures import Figure, percentile
from benchmarks.http import BrokenError
from benchmarks.production import Site
from benchmarks.visitor import Person, Visitor

CROWD, SEATS = 2_000, 100
MINUTE = 60.0
SEED = 6
SEATED, FULL, WRONG = "seated", "full", "wrong"


async def run(site: Site) -> list[Figure]:
    """Each reads the page and presses; who holds a seat finishes the form, the others see that they can queue.

    `p95_ms` and `slowest_ms` are of every answer that anybody got; `sold` is what the desk counts. All press for a
    seat, also those whose page offers the queue by then, as if they had opened it earlier: that costs the server more.
    """
    event, chance, times = site.fixture["events"]["popular"], Random(SEED), list[float]()  # noqa: S311 - no secret
    comers = [(chance.random() * MINUTE, Person(3_000_000 + number)) for number in range(CROWD)]
    ends = await asyncio.gather(
        *(_come(Visitor(site.pages, event, who, scripts=False), at, times) for at, who in comers)
    )
    counted = await desk.counters(site.pages, site.fixture, event)
    return [
        Figure("crowd", "sold", counted["confirmed"], "registrations"),
        Figure("crowd", "told_full", ends.count(FULL), "visitors"),
        Figure("crowd", "errors", ends.count(WRONG) + abs(ends.count(SEATED) - counted["confirmed"]), "visitors"),
        Figure("crowd", "p95_ms", round(1000 * percentile(times, 95)), "ms"),
        Figure("crowd", "slowest_ms", round(1000 * max(times)), "ms"),
        Figure("crowd", "answers", len(times), "answers"),
    ]


async def _come(visitor: Visitor, at: float, times: list[float]) -> str:
    await asyncio.sleep(at)
    try:
        await visitor.look()
        screen = await visitor.press()
        if screen is None:
            return FULL
        await visitor.finish(screen)
    except (UnexpectedError, BrokenError):
        return WRONG
    finally:
        visitor.leave()
        times += visitor.browser.times
    return SEATED
