"""Five hundred refunds of an event that is cancelled; the worker gets `kill -9` midway, again and again."""

import json
import time
from collections.abc import Callable
from typing import Any

import psycopg

from benchmarks.browser import UnexpectedError
from benchmarks.desk import sign_in
from benchmarks.figures import Figure
from benchmarks.production import WORKER_NICENESS, Servers, Site
from benchmarks.webhooks import paying

ORDERS, KILLS = 500, 8
PATIENCE_SECONDS, LOOK_SECONDS = 180, 0.02
A_CLAIM_IS_OVER = "6"
"""Minutes; who claims a message has five, and after that any worker's outbox heals."""
FOUND = 302
NOTE = "Kouluttaja on sairastunut."
STATES = """
    SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state = 'sending')
    FROM core_outboxmessage WHERE kind = 'refund'
"""


async def run(site: Site) -> list[Figure]:
    """A worker is killed again and again while it sends the refunds; each time another goes on, for whom the claim of
    the killed one is six minutes old already, so that its outbox heals by itself.

    `doubled`: refunds at the provider beyond one for each payment; `missing`: payments that it did not give back;
    `cut_off`: refunds that stood as being sent after a kill (one that waits for
    healing through two kills counts twice); `cancel_s`: the answer to the organiser's press.

    :raises RuntimeError: if the servers are not ours to kill
    :raises UnexpectedError: if the event is not cancelled
    """
    if site.servers is None:
        raise RuntimeError("These servers were started by somebody else.")
    servers = site.servers
    servers.kill("worker")
    event = _tell(servers)
    browser = await sign_in(site.pages, site.fixture["login"], site.fixture["staff"]["owner"])
    address = f"{site.pages}{event['desk_url']}cancel/"
    await browser.get(address)
    begun = time.perf_counter()
    answer = await browser.send(address, {"note_fi": NOTE}, follow=False)
    cancelled = time.perf_counter() - begun
    browser.close()
    if answer.status != FOUND:
        raise UnexpectedError("the event was not cancelled", answer)
    cut_off, spent = _work(servers)
    found = _tell(servers, "--event", str(event["id"]))
    return [
        Figure("refunds", "doubled", found["doubled"], "refunds"),
        Figure("refunds", "missing", found["missing"], "payments"),
        Figure("refunds", "wrong", found["wrong"], "payments, refunds, messages"),
        Figure("refunds", "money", found["money"], "cents left in the books"),
        Figure("refunds", "done", found["done"], "refunds"),
        Figure("refunds", "kills", KILLS, "kills"),
        Figure("refunds", "cut_off", cut_off, "refunds"),
        Figure("refunds", "cancel_s", round(cancelled, 2), "s, the answer to the press"),
        Figure("refunds", "whole_s", round(spent, 1), "s, with all kills and starts"),
    ]


def _work(servers: Servers) -> tuple[int, float]:
    """Let workers send all refunds. Return how many the killed ones left behind midway, and the seconds of it all."""
    begun, cut_off = time.perf_counter(), 0
    with psycopg.connect(servers.environment["DATABASE_URL"], autocommit=True) as connection:

        def left() -> tuple[int, int]:
            queued, sending = connection.execute(STATES).fetchone() or (0, 0)
            return queued, sending

        for number in range(KILLS):
            enough = ORDERS - (number + 1) * ORDERS // (KILLS + 1)
            name = f"worker of refunds {number}"
            servers.launch(name, "manage.py", "worker", niceness=WORKER_NICENESS, **paying(servers))
            _wait(lambda enough=enough: left()[0] <= enough and left()[1] == 1)  # type: ignore[misc]
            servers.kill(name)
            cut_off += left()[1]
            _tell(servers, "--minutes", A_CLAIM_IS_OVER)
        servers.launch("last worker of refunds", "manage.py", "worker", niceness=WORKER_NICENESS, **paying(servers))
        _wait(lambda: left() == (0, 0))
    return cut_off, time.perf_counter() - begun


def _tell(servers: Servers, *arguments: str) -> dict[str, Any]:
    out = servers.folder / "refunds.json"
    servers.manage("bench_refunds", "--orders", str(ORDERS), "--out", str(out), *arguments, **paying(servers))
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def _wait(done: Callable[[], bool]) -> None:
    """Look again and again until it is done.

    :raises TimeoutError: if that takes too long
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("The refunds do not leave.")
        time.sleep(LOOK_SECONDS)
