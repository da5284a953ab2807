"""A form of sixty questions, forty of which depend on other answers, opened again and again."""

import asyncio
import os
import time
from pathlib import Path

from benchmarks.browser import Browser, UnexpectedError
from benchmarks.figures import Figure, percentile
from benchmarks.production import Site

QUESTIONS = 60
LOOKS, WARM_UP, OK = 60, 10, 200
TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")


async def run(site: Site) -> list[Figure]:
    """Processor time of the page in the processes that answer pages, and how long a browser waits for it.

    :raises UnexpectedError: if an answer is not the form with all its questions
    """
    browser, times = Browser(site.pages), []
    for _i in range(WARM_UP):
        await _look(browser, site)
    await asyncio.sleep(0.2)
    used = _cpu_seconds(site.servers.pids[site.servers.page_server] if site.servers else 0)
    for _i in range(LOOKS):
        started = time.perf_counter()
        await _look(browser, site)
        times.append(1000 * (time.perf_counter() - started))
    spent = _cpu_seconds(site.servers.pids[site.servers.page_server] if site.servers else 0) - used
    browser.close()
    return [
        Figure("questions", "render_60_ms", round(1000 * spent / LOOKS, 1), "ms of processor"),
        Figure("questions", "wait_p50_ms", round(percentile(times, 50), 1), "ms"),
    ]


async def _look(browser: Browser, site: Site) -> None:
    answer = await browser.get(site.fixture["asking_url"])
    if answer.status != OK or answer.body.count(b"data-question=") != QUESTIONS:
        raise UnexpectedError("not the form", answer)


def _cpu_seconds(group: int) -> float:
    """What all processes of a group have used so far, in user and kernel mode (proc(5))."""
    used = 0
    for each in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = each.read_text().rpartition(")")[2].split()
        except OSError:  # it has ended meanwhile
            continue
        if int(fields[2]) == group:
            used += int(fields[11]) + int(fields[12])
    return used / TICKS_A_SECOND
