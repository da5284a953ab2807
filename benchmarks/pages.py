"""The two pages that everybody opens: an event, and the catalogue."""

from benchmarks.browser import Browser, UnexpectedError
from benchmarks.figures import Figure
from benchmarks.load import keep_up
from benchmarks.production import Site

OK = 200
VISITORS = 8
SECONDS, WARM_UP_SECONDS = 5.0, 1.0


async def run(site: Site) -> list[Figure]:
    """Whole pages a second, to eight visitors who ask again as soon as they have an answer."""
    events = site.fixture["events"]
    pages = [
        ("event_per_s", events["roomy"]["url"], events["roomy"]["title"]),
        ("list_per_s", site.fixture["catalogue"], events["scarce"]["title"]),
    ]
    return [Figure("pages", name, await rate(site, url, words), "pages/s") for name, url, words in pages]


async def rate(site: Site, url: str, words: str) -> float:
    """:raises UnexpectedError: if an answer is not the page with these `words`"""
    browsers = [Browser(site.pages) for _i in range(VISITORS)]
    sought = words.encode()

    async def look(number: int) -> None:
        browsers[number].cookies.clear()  # every look is a new visitor's
        answer = await browsers[number].get(url)
        if answer.status != OK or sought not in answer.body:
            raise UnexpectedError(f"not the page {url}", answer)

    await keep_up(look, visitors=VISITORS, seconds=WARM_UP_SECONDS)
    load = await keep_up(look, visitors=VISITORS, seconds=SECONDS)
    for browser in browsers:
        browser.close()
    return round(load.per_second, 1)
