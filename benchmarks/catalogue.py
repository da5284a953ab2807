"""Searching ten thousand events, and the two pages that everybody opens while they are there."""

import time

from benchmarks.browser import Browser, UnexpectedError
from benchmarks.figures import Figure, percentile
from benchmarks.pages import OK, rate
from benchmarks.production import Site

EVENTS = 10_000
WARM_UP = 40


async def run(site: Site) -> list[Figure]:
    """Filtered searches one at a time, as their client sees them; then pages a second, with all those events there."""
    times = await _searches(site)
    events = site.fixture["events"]
    return [
        Figure("catalogue", "search_p50_ms", round(percentile(times, 50), 1), "ms"),
        Figure("catalogue", "search_p95_ms", round(percentile(times, 95), 1), "ms"),
        Figure("catalogue", "search_queries", site.fixture["search_queries"], "queries at most"),
        Figure(
            "catalogue", "list_per_s", await rate(site, site.fixture["catalogue"], events["scarce"]["title"]), "pages/s"
        ),
        Figure(
            "catalogue", "event_per_s", await rate(site, events["roomy"]["url"], events["roomy"]["title"]), "pages/s"
        ),
    ]


async def _searches(site: Site) -> list[float]:
    """Milliseconds of each search after the first few: the server's time with the way there and back.

    :raises UnexpectedError: if an answer is not the catalogue
    """
    browser, times = Browser(site.pages), []
    for address in site.fixture["searches"]:
        started = time.perf_counter()
        answer = await browser.get(address)
        times.append(1000 * (time.perf_counter() - started))
        if answer.status != OK or b'id="results-title"' not in answer.body:
            raise UnexpectedError(f"not a search: {address}", answer)
    browser.close()
    return times[WARM_UP:]
