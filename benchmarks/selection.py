"""An organiser decides about five hundred applicants by one press, each with a letter."""

import html
import re
import time

from benchmarks.browser import UnexpectedError
from benchmarks.desk import figures, sign_in
from benchmarks.figures import Figure
from benchmarks.production import Site

APPLICANTS = 500
OK = 200
HIDDEN = re.compile(r'<input type="hidden" name="(nonce|seen|stage|reason)" value="([^"]*)"')


async def run(site: Site) -> list[Figure]:
    """Offer a seat to all of them: seconds of the table, of the preview with its letters, and until it is committed.

    :raises UnexpectedError: if the seats are not offered, as the event's own page counts them
    """
    event = site.fixture["events"]["applied"]
    browser = await sign_in(site.pages, site.fixture["login"], site.fixture["staff"]["owner"])
    address = f"{event['desk_url']}selection/"
    times = []
    for _i in range(5):
        started = time.perf_counter()
        await browser.get(address)
        times.append(time.perf_counter() - started)
    started = time.perf_counter()
    shown = await browser.send(f"{address}decide/", {"stage": "offered", "best": str(APPLICANTS), "basis": "score"})
    preview = time.perf_counter() - started
    fields = {name: html.unescape(value) for name, value in HIDDEN.findall(shown.text)}
    if shown.status != OK or not fields.get("seen"):
        raise UnexpectedError("there is nothing to decide", shown)
    started = time.perf_counter()
    answer = await browser.send(f"{address}decide/", fields, follow=False)
    decided = time.perf_counter() - started
    counted = await figures(browser, event)
    browser.close()
    if counted["offered"] != APPLICANTS:
        raise UnexpectedError(f"{counted['offered']} seats are offered", answer)
    return [
        Figure("selection", "decide_500_s", round(decided, 2), "s, the answer to the press"),
        Figure("selection", "preview_500_s", round(preview, 2), "s"),
        Figure("selection", "table_s", round(min(times), 2), "s, a hundred of five hundred"),
        Figure("selection", "offered", counted["offered"], "seats, with a letter each"),
    ]
