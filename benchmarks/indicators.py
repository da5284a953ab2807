"""A project of 100,000 participants: its report, its lists of missing notices, and the authority's workbook."""

import asyncio
import re
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO
from zipfile import ZipFile

from benchmarks import processor
from benchmarks.browser import Browser, UnexpectedError
from benchmarks.desk import sign_in
from benchmarks.figures import Figure, percentile
from benchmarks.production import Site

PARTICIPANTS = 100_000
TIMES, WARM_UP, OK = 6, 1, 200
PATIENCE_SECONDS, LOOK_SECONDS = 600, 1.0
READY = re.compile(rb'data-file="(\d+)" data-state="READY"')


async def run(site: Site) -> list[Figure]:
    """The report's seconds, statements, rows and memory as counted in the fixture; seconds until the workbook is ready.

    The worker's memory is the most it ever held, the whole process with everything else it does.

    :raises UnexpectedError: if a figure or a row is missing, or no file comes
    """
    await processor.until_idle(site)
    browser = await sign_in(site.pages, site.fixture["login"], site.fixture["staff"]["owner"])
    report = site.fixture["report"]
    times = []
    for _i in range(TIMES):
        started = time.perf_counter()
        answer = await browser.get(report["url"])
        times.append(time.perf_counter() - started)
        if answer.status != OK or f"<strong>{report['participants']}".encode() not in answer.body:
            raise UnexpectedError("the report does not count everybody", answer)
    chase = await _chase(browser, report["url"].removesuffix("report/") + "participants/")
    before = _peak_mb(site)
    seconds, rows = await _export(browser, report["url"])
    browser.close()
    if rows != report["participants"] + 1:
        raise UnexpectedError(f"{rows} rows instead of {report['participants'] + 1}", answer)
    return [
        Figure("indicators", "report_100k_s", report["report_s"], "s, all indicators"),
        Figure("indicators", "queries", report["queries"], "queries, all indicators"),
        Figure("indicators", "rows", report["rows"], f"rows fetched ({report['few_rows']} for {report['few']} people)"),
        Figure(
            "indicators",
            "peak_kb",
            report["peak_kb"],
            f"KB of Python's objects ({report['few_peak_kb']} for {report['few']} people)",
        ),
        Figure("indicators", "page_s", round(percentile(times[WARM_UP:], 50), 2), "s, the page with its plots (p50)"),
        Figure(
            "indicators", "chase_ms", round(1000 * max(chase.values())), f"ms, the slowest list (p50 of each: {chase})"
        ),
        Figure("indicators", "export_s", round(seconds, 1), "s"),
        Figure("indicators", "export_peak_mb", _peak_mb(site), f"MB, the whole process ({before} before)"),
    ]


async def _chase(browser: Browser, address: str) -> dict[str, float]:
    """Seconds of the first page of each list of participants, by its name.

    :raises UnexpectedError: if one does not come
    """
    found = {}
    for which in ("start", "end", "quiet", "all"):
        times = []
        for _i in range(TIMES):
            started = time.perf_counter()
            answer = await browser.get(f"{address}?list={which}")
            times.append(time.perf_counter() - started)
            if answer.status != OK:
                raise UnexpectedError("a list of participants does not come", answer)
        found[which] = round(percentile(times[WARM_UP:], 50), 3)
    return found


async def _export(browser: Browser, report: str) -> tuple[float, int]:
    """Ask for the workbook, wait until it is there, and count its rows."""
    address = f"{report}files/"
    page = await browser.get(address)
    before, started = set(READY.findall(page.body)), time.perf_counter()
    await browser.send(address, {"what": "AUTHORITY-xlsx", "language": "fi"})
    found = await _until(browser, address, lambda body: set(READY.findall(body)) - before)
    seconds = time.perf_counter() - started
    book = await browser.get(f"{address}{found.pop().decode()}/")
    if book.status != OK:
        raise UnexpectedError("the file cannot be fetched", book)
    with ZipFile(BytesIO(book.body)) as parts, parts.open("xl/worksheets/sheet1.xml") as sheet:
        return seconds, _count(sheet, b"<row ")


def _count(stream: IO[bytes], word: bytes) -> int:
    """How often `word` stands in it, also where one piece ends and the next begins."""
    number, tail = 0, b""
    while piece := stream.read(1 << 20):
        number += (tail + piece).count(word)
        tail = piece[1 - len(word) :]
    return number


async def _until(browser: Browser, address: str, there: Callable[[bytes], set[bytes]]) -> set[bytes]:
    deadline = time.perf_counter() + PATIENCE_SECONDS
    while time.perf_counter() < deadline:
        page = await browser.get(address)
        if found := there(page.body):
            return found
        await asyncio.sleep(LOOK_SECONDS)
    raise UnexpectedError("no file has come", page)


def _peak_mb(site: Site) -> float:
    """The most memory that the process of the worker has held (proc(5), VmHWM)."""
    pid = site.processes.get("worker") or site.processes["serve"]
    status = Path(f"/proc/{pid}/status").read_text()
    peak = re.search(r"VmHWM:\s+(\d+) kB", status)
    return round(int(peak[1]) / 1024, 1) if peak else 0.0
