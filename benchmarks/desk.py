"""What the organiser's own pages say afterwards; the benches believe nothing else."""

import html
import re
from typing import Any

from benchmarks.browser import Browser, UnexpectedError

OK = 200
FIGURES = re.compile(r"<li><b>(\d+)</b>([^<]+)</li>")


async def sign_in(site: str, login_url: str, login: dict[str, str]) -> Browser:
    """A browser signed in by password, through the page that everybody signs in by.

    :raises UnexpectedError: if that does not lead to the desk
    """
    browser = Browser(site)
    await browser.get(login_url)
    answer = await browser.send(login_url, {"login": login["email"], "password": login["password"]})
    if answer.status != OK or "miitti_session" not in browser.cookies:
        browser.close()
        raise UnexpectedError("signing in failed", answer)
    return browser


async def counters(site: str, fixture: dict[str, Any], event: dict[str, Any]) -> dict[str, int]:
    """Confirmed, waiting, held, free and all seats, as the event's desk page shows them.

    :raises UnexpectedError: if it shows none
    """
    browser = await sign_in(site, fixture["login"], fixture["staff"]["owner"])
    found = await figures(browser, event)
    browser.close()
    return found


async def figures(browser: Browser, event: dict[str, Any]) -> dict[str, int]:
    """The same through a browser that is signed in."""
    answer = await browser.get(event["desk_url"])
    numbers = [int(number) for number, _label in FIGURES.findall(html.unescape(answer.text))]
    names = NAMES_WITH_OFFERS if len(numbers) == len(NAMES_WITH_OFFERS) else NAMES
    if len(numbers) != len(names):
        raise UnexpectedError("the desk page shows no figures", answer)
    return dict.fromkeys(NAMES_WITH_OFFERS, 0) | dict(zip(names, numbers, strict=True))


NAMES = ("confirmed", "waiting", "held", "free", "seats")
NAMES_WITH_OFFERS = ("confirmed", "waiting", "held", "offered", "free", "seats")
