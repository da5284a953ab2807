"""Somebody gives up a seat for which five hundred wait; and what a seat costs at a small and at a big event."""

from statistics import median

from benchmarks import desk
from benchmarks.browser import Browser, UnexpectedError
from benchmarks.figures import Figure, percentile
from benchmarks.production import Site
from benchmarks.visitor import Person, Visitor

WAITING, CANCELS = 500, 100
"""So many still wait after the last of so many cancellations."""
BIG, ROUNDS = 20_000, 40
FOUND = 302


async def run(site: Site) -> list[Figure]:
    """Cancellations by personal link, one after another; each seat is offered to the head of the queue.

    `p95_ms` is what the answer to the POST takes. `flat_ratio` is the median time of a hold, a registration and a
    cancellation together at the big event, divided by that at the small one, taken in turns.

    :raises UnexpectedError: if a cancellation is not taken
    """
    event, links = site.fixture["events"]["queued"], site.fixture["links"]["queued"][:CANCELS]
    before = await desk.counters(site.pages, site.fixture, event)
    times = [await _cancel(site, link) for link in links]
    after = await desk.counters(site.pages, site.fixture, event)
    small, big = await _in_turns(site, ROUNDS)
    queries = site.fixture["seat_queries"]
    return [
        Figure("cancel", "p95_ms", round(1000 * percentile(times, 95), 1), "ms"),
        Figure("cancel", "p50_ms", round(1000 * percentile(times, 50), 1), "ms"),
        Figure("cancel", "offered", after["offered"] - before["offered"], "seats"),
        Figure("cancel", "still_waiting", after["waiting"], "people"),
        Figure("cancel", "flat_ratio", round(big / small, 2), "times"),
        Figure("cancel", "small_ms", round(1000 * small, 1), "ms"),
        Figure("cancel", "big_ms", round(1000 * big, 1), "ms"),
        Figure("cancel", "small_queries", queries["small"], "queries"),
        Figure("cancel", "big_queries", queries["big"], "queries"),
    ]


async def _cancel(site: Site, link: str) -> float:
    """Open the link's page, press, and return how long the answer to the press took, in seconds.

    :raises UnexpectedError: if it is not taken
    """
    browser, address = Browser(site.pages), f"{link}cancel/"
    await browser.get(address)
    answer = await browser.send(address, {}, follow=False)
    browser.close()
    if answer.status != FOUND:
        raise UnexpectedError("the cancellation was not taken", answer)
    return browser.times[-1]


async def _in_turns(site: Site, rounds: int) -> tuple[float, float]:
    """The sum of the medians of the three, at the small and at the big event, in seconds."""
    names, steps = ("small", "big"), {name: ([], [], []) for name in ("small", "big")}  # type: ignore[var-annotated]
    begun = []
    for number in range(rounds):
        for index, name in enumerate(names):
            who = Person(4_000_000 + 2 * number + index)
            visitor = Visitor(site.pages, site.fixture["events"][name], who, scripts=False)
            await visitor.read()
            screen = await visitor.press()
            if screen is None:
                raise RuntimeError(f"The {name} event is full.")
            steps[name][0].append(visitor.browser.times[-2])
            begun.append((name, visitor, screen))
    for name, visitor, screen in begun:
        await visitor.finish(screen)
        visitor.leave()
        steps[name][1].append(visitor.browser.times[-2])
    for number in range(rounds):
        for name in names:
            steps[name][2].append(await _cancel(site, site.fixture["links"][name][number]))
    small, big = (sum(median(times) for times in steps[name]) for name in names)
    return small, big
