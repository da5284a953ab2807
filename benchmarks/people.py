"""Looking for somebody among a hundred thousand people, with and without slips."""

import time

from benchmarks.browser import UnexpectedError
from benchmarks.desk import sign_in
from benchmarks.figures import Figure, percentile
from benchmarks.production import Site

MULTITUDE = 100_000
ROUNDS, OK = 6, 200


async def run(site: Site) -> list[Figure]:
    """Milliseconds of each search after the first round, from the client's side, one at a time.

    :raises UnexpectedError: if an answer is not the page of the search
    """
    browser = await sign_in(site.pages, site.fixture["login"], site.fixture["staff"]["owner"])
    address, times = site.fixture["people_url"], []
    await browser.get(address)
    for number in range(ROUNDS):
        for words in site.fixture["people_words"]:
            started = time.perf_counter()
            answer = await browser.send(address, {"words": words})
            if number:
                times.append(1000 * (time.perf_counter() - started))
            if answer.status != OK or b'name="words"' not in answer.body:
                raise UnexpectedError("not the search", answer)
    browser.close()
    return [
        Figure("people", "search_p50_ms", round(percentile(times, 50), 1), "ms"),
        Figure("people", "search_p95_ms", round(percentile(times, 95), 1), "ms"),
    ]
