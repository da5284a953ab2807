"""`kill -9` of every page server in the middle of a rush, fifty times: nothing promised is lost, or sold twice."""

import asyncio
import json
from random import Random
from typing import Any

from benchmarks import desk
from benchmarks.browser import OFFICE, UnexpectedError
from benchmarks.figures import Figure
from benchmarks.http import BrokenError, Connection
from benchmarks.production import Servers, Site
from benchmarks.visitor import Person, Visitor

KILLS, CROWD = 50, 40
"""Events, of twenty seats each, and people who want them."""
COMING_SECONDS, EARLIEST, LATEST = 1.5, 0.2, 4.0
"""In which time they come, and when the servers are killed."""
AT_THANKS = 0.5
"""How often they are killed at the first “thank you” instead."""
SEED = 9
AN_HOUR = "60"
MOST = 100
PAGE = f"?status=confirmed&limit={MOST}"


async def run(site: Site) -> list[Figure]:
    """A rush for each event; in each, at a moment of its own, all page servers are killed and started again.

    `lost`: people who were thanked and are not among the confirmed; `leaked`: seats still held when every form's time
    is over; `oversold`: confirmed beyond the seats. `abandoned`: seats whose forms the kills left behind until then.

    :raises RuntimeError: if the servers are not ours to kill
    """
    if site.servers is None:
        raise RuntimeError("These servers were started by somebody else.")
    events, chance, thanked = site.fixture["rushes"], Random(SEED), {}  # noqa: S311 - no secret
    for number, event in enumerate(events):
        thanked[event["id"]] = await _rush(site, site.servers, event, 5_000_000 + number * CROWD, chance)
    browser = await desk.sign_in(site.pages, site.fixture["login"], site.fixture["staff"]["owner"])
    abandoned = sum([(await desk.figures(browser, event))["held"] for event in events])
    site.servers.manage("bench_later", "--minutes", AN_HOUR)
    counted = {event["id"]: await desk.figures(browser, event) for event in events}
    confirmed = {event["id"]: await _confirmed(site, event) for event in events}
    browser.close()
    astray = sum(abs(counted[key]["confirmed"] - len(confirmed[key])) for key in counted)
    return [
        Figure("kill", "kills", len(events), "kills"),
        Figure("kill", "thanked", sum(len(found) for found in thanked.values()), "visitors"),
        Figure("kill", "lost", sum(len(thanked[key] - confirmed[key]) for key in thanked), "registrations"),
        Figure("kill", "abandoned", abandoned, "seats"),
        Figure("kill", "leaked", sum(found["held"] for found in counted.values()), "seats"),
        Figure("kill", "oversold", sum(_beyond(found) for found in counted.values()), "seats"),
        Figure("kill", "miscounted", astray + sum(_astray(found) for found in counted.values()), "seats"),
    ]


async def _rush(site: Site, servers: Servers, event: dict[str, Any], first: int, chance: Random) -> set[str]:
    """Return the addresses of those who were thanked."""
    comers = [(chance.random() * COMING_SECONDS, Person(first + number)) for number in range(CROWD)]
    visits = [asyncio.create_task(_come(Visitor(site.pages, event, who, scripts=False), at)) for at, who in comers]
    moment = chance.uniform(EARLIEST, LATEST)
    if chance.random() < AT_THANKS:
        await _first_thanked(visits)
    else:
        await asyncio.sleep(moment)
    servers.kill_pages()
    await asyncio.to_thread(servers.pages_again)
    return {email for email in await asyncio.gather(*visits) if email}


async def _first_thanked(visits: list[asyncio.Task[str]]) -> None:
    """Wait until somebody is thanked, or nobody is left who could be, however long a slow machine takes."""
    left = set(visits)
    while left:
        done, left = await asyncio.wait(left, return_when=asyncio.FIRST_COMPLETED)
        if any(visit.result() for visit in done):
            return


async def _come(visitor: Visitor, at: float) -> str:
    """The address of somebody who is thanked; nothing for those who are told to queue, or get no answer."""
    await asyncio.sleep(at)
    try:
        await visitor.read()
        screen = await visitor.press()
        if screen is None:
            return ""
        await visitor.finish(screen)
    except (UnexpectedError, BrokenError):
        return ""
    finally:
        visitor.leave()
    return visitor.person.email


async def _confirmed(site: Site, event: dict[str, Any]) -> set[str]:
    """The addresses of the confirmed, as the API lists them to the organiser.

    :raises UnexpectedError: if it does not, or there are more than a page of them
    """
    api = site.fixture["api"]
    host, port = site.pages.removeprefix("http://").split(":")
    connection = Connection(host, int(port))
    path = f"/api/v1/events/{event['id']}/registrations{PAGE}"
    headers = {"Authorization": f"Bearer {api['token']}", "X-Forwarded-For": OFFICE}
    answer = await connection.ask("GET", path, headers)
    connection.close()
    listed = json.loads(answer.text)
    if "items" not in listed or listed["next"]:
        raise UnexpectedError("not the list of the confirmed", answer)
    return {item["email"] for item in listed["items"]}


def _beyond(counted: dict[str, int]) -> int:
    return max(0, counted["confirmed"] + counted["offered"] - counted["seats"])


def _astray(counted: dict[str, int]) -> int:
    """Seats that are neither free nor anybody's."""
    return abs(counted["seats"] - counted["confirmed"] - counted["held"] - counted["offered"] - counted["free"])
