"""Whole registrations: from the event's page to "thank you", with the twelve answers of the background form."""

from itertools import count

from benchmarks import desk
from benchmarks.figures import Figure, percentile
from benchmarks.load import Load, keep_up
from benchmarks.production import Site
from benchmarks.visitor import Person, register

VISITORS = 8
SECONDS, WARM_UP_SECONDS = 10.0, 2.0


class LostError(Exception):
    """The desk counts other registrations than the visitors were thanked for."""


async def run(site: Site) -> list[Figure]:
    """Eight visitors without scripts, one registration after another; then the same through htmx.

    :raises LostError: if the event's desk page has counted anything else
    """
    event = site.fixture["events"]["roomy"]
    people = (Person(number) for number in count(1))
    before = (await desk.counters(site.pages, site.fixture, event))["confirmed"]
    thanked = 0

    async def load(seconds: float, *, scripts: bool) -> Load:
        nonlocal thanked
        done = await keep_up(
            lambda _number: register(site.pages, event, next(people), scripts=scripts),
            visitors=VISITORS,
            seconds=seconds,
        )
        thanked += len(done.durations)
        return done

    await load(WARM_UP_SECONDS, scripts=False)
    plain, htmx = await load(SECONDS, scripts=False), await load(SECONDS, scripts=True)
    counted = (await desk.counters(site.pages, site.fixture, event))["confirmed"] - before
    if counted != thanked:
        raise LostError(f"{thanked} were thanked, the desk counts {counted}.")
    return [
        Figure("registration", "per_s", round(plain.per_second, 1), "registrations/s"),
        Figure("registration", "p95_ms", round(1000 * percentile(plain.durations, 95)), "ms"),
        Figure("registration", "htmx_per_s", round(htmx.per_second, 1), "registrations/s"),
        Figure("registration", "htmx_p95_ms", round(1000 * percentile(htmx.durations, 95)), "ms"),
    ]
