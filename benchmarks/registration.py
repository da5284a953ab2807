"""Whole registrations: from the event's page to "thank you", with the twelve answers of the background form.

Without scripts nine requests: the event's page; the press and the first screen; the contact screen sent and the next
one read; the background screen sent and the summary read; the summary sent and "thank you" read. Through htmx the two
screens answer with the next one, so there are seven.
"""

import asyncio
from itertools import count

from benchmarks import desk, processor
from benchmarks.figures import Figure, percentile
from benchmarks.load import Load, flow
from benchmarks.production import Site
from benchmarks.visitor import Person, register

VISITORS, AT_ONCE = 128, 8
"""So many are on their way, and so many of them wait for an answer; the others type, which holds nobody up."""
SECONDS, WARM_UP_SECONDS = 10.0, 4.0


class LostError(Exception):
    """The desk counts other registrations than the visitors were thanked for."""


async def run(site: Site) -> list[Figure]:
    """Visitors without scripts, one registration after another; then the same through htmx.

    `per_s` counts those thanked within the time; `p95_ms` is what one waits for all answers together, without typing.

    :raises LostError: if the event's desk page has counted anything else
    """
    event = site.fixture["events"]["roomy"]
    people = (Person(number) for number in count(1))
    before = (await desk.counters(site.pages, site.fixture, event))["confirmed"]
    thanked = 0

    async def load(*, scripts: bool) -> Load:
        at_once = asyncio.Semaphore(AT_ONCE)

        async def once() -> float:
            nonlocal thanked
            seconds = await register(site.pages, event, next(people), scripts=scripts, at_once=at_once)
            thanked += 1
            return seconds

        return await flow(once, visitors=VISITORS, warm_up=WARM_UP_SECONDS, seconds=SECONDS)

    spent = processor.spent(site)
    plain = await load(scripts=False)
    each = processor.between(spent, processor.spent(site), thanked)
    htmx = await load(scripts=True)
    counted = (await desk.counters(site.pages, site.fixture, event))["confirmed"] - before
    if counted != thanked:
        raise LostError(f"{thanked} were thanked, the desk counts {counted}.")
    return [
        Figure("registration", "per_s", round(plain.per_second, 1), "registrations/s"),
        Figure("registration", "p95_ms", round(1000 * percentile(plain.durations, 95)), "ms"),
        Figure("registration", "cpu_ms", round(sum(each.values()), 1), f"ms of processor for each: {each}"),
        Figure("registration", "htmx_per_s", round(htmx.per_second, 1), "registrations/s"),
        Figure("registration", "htmx_p95_ms", round(1000 * percentile(htmx.durations, 95)), "ms"),
    ]
