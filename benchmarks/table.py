"""The organiser's table of two thousand people: until it is on the screen, and until its file is there."""

import time
from io import BytesIO
from zipfile import ZipFile

from benchmarks.browser import Browser, UnexpectedError
from benchmarks.desk import sign_in
from benchmarks.figures import Figure, percentile
from benchmarks.production import Site

OK = 200
TIMES, WARM_UP = 25, 5
ANSWERS = (
    "birth_date", "gender", "municipality_code", "labour_status_start", "unemployment_duration",
    "employer_business_id", "education_level", "citizenship_group", "foreign_background", "street_address",
    "postal_code", "post_office",
)  # fmt: skip
"""Twelve, of the background form."""


async def desk(site: Site) -> list[Figure]:
    """Milliseconds until the event's desk with its table is there, from the client's side; statements as counted."""
    browser, address = await _signed_in(site), site.fixture["events"]["roomy"]["desk_url"]
    times = []
    for _i in range(TIMES):
        started = time.perf_counter()
        answer = await browser.get(address)
        times.append(1000 * (time.perf_counter() - started))
        if answer.status != OK or b"data-rows" not in answer.body:
            raise UnexpectedError("the desk shows no table", answer)
    browser.close()
    times = times[WARM_UP:]
    return [
        Figure("desk", "first_paint_ms", round(percentile(times, 95), 1), "ms (p95)"),
        Figure("desk", "first_paint_p50_ms", round(percentile(times, 50), 1), "ms"),
        Figure("desk", "page_kb", round(len(answer.body) / 1000, 1), "kB"),
        Figure("desk", "queries", site.fixture["desk_queries"], "queries"),
    ]


async def export(site: Site) -> list[Figure]:
    """Seconds until the XLSX of everybody with twelve answers each is there; its rows are counted.

    :raises UnexpectedError: if a row is missing
    """
    browser, event = await _signed_in(site), site.fixture["events"]["roomy"]
    await browser.get(event["desk_url"])
    times = []
    for _i in range(3):
        started = time.perf_counter()
        answer = await browser.send(f"{event['desk_url']}people.xlsx", {"columns": ANSWERS})
        times.append(time.perf_counter() - started)
    browser.close()
    rows = _rows(answer.body) if answer.status == OK else 0
    if rows != event["taken"] + 1:
        raise UnexpectedError(f"{rows} rows instead of {event['taken'] + 1}", answer)
    return [Figure("export", "xlsx_2000_s", round(max(times), 2), f"s, the slowest of {len(times)}")]


async def _signed_in(site: Site) -> Browser:
    return await sign_in(site.pages, site.fixture["login"], site.fixture["staff"]["owner"])


def _rows(book: bytes) -> int:
    with ZipFile(BytesIO(book)) as parts:
        return parts.read("xl/worksheets/sheet1.xml").count(b"<row ")
