"""Two thousand letters to a mail server on the same machine, by two workers, one of which is killed midway."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from email.parser import BytesHeaderParser

import psycopg
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from benchmarks.figures import Figure
from benchmarks.production import WORKER_NICENESS, Servers, Site, free_port

PATIENCE_SECONDS = 120
SETTLED = """
    SELECT count(*) FILTER (WHERE state = 'queued'), count(*) FILTER (WHERE state IN ('sending', 'unknown')),
           count(*) FILTER (WHERE state = 'sent')
    FROM core_outboxmessage WHERE payload -> 'keys' ->> 'letter' = 'message'
"""


class Sink:
    """Takes every letter, and remembers which were taken, and when."""

    def __init__(self) -> None:
        self.taken: Counter[str] = Counter()
        self.at: list[float] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        headers = BytesHeaderParser().parsebytes(envelope.original_content or b"", headersonly=True)
        self.taken[str(headers["Message-ID"])] += 1
        self.at.append(time.perf_counter())
        return "250 OK"


async def run(site: Site) -> list[Figure]:
    """An organiser's message to everybody who is registered for one event, each with the calendar that it needs.

    `per_s`: letters that the mail server took, from the first to the last; `doubled`: letters it took twice;
    `cut_off`: letters of which the killed worker did not say what became of them, to be resent by a person.

    :raises RuntimeError: if the servers are not ours to kill
    """
    if site.servers is None:
        raise RuntimeError("These servers were started by somebody else.")
    return await asyncio.to_thread(_run, site.servers, site.fixture["events"]["roomy"]["id"])


def _run(servers: Servers, event: int) -> list[Figure]:
    servers.kill("worker")
    begun = time.perf_counter()
    servers.manage("bench_message", "--event", str(event))
    written = time.perf_counter() - begun
    sink = Sink()
    port = free_port()
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    address = f"smtp://127.0.0.1:{port}"
    try:
        queued, _cut, _sent = _count(servers)
        for name in ("worker one", "worker two"):
            servers.launch(name, "manage.py", "worker", niceness=WORKER_NICENESS, EMAIL_URL=address)
        _wait(lambda: len(sink.at) >= queued // 2)
        servers.kill("worker one")
        servers.launch("worker three", "manage.py", "worker", niceness=WORKER_NICENESS, EMAIL_URL=address)
        _wait(lambda: _count(servers)[0] == 0 and _count(servers)[1] <= 1)
        _left, cut_off, _sent = _count(servers)
    finally:
        server.stop()
    lost = queued - len(sink.taken) - cut_off
    return [
        Figure("messages", "letters", queued, "letters"),
        Figure("messages", "written_s", round(written, 2), "s"),
        Figure("messages", "per_s", round((len(sink.at) - 1) / (sink.at[-1] - sink.at[0]), 1), "letters/s"),
        Figure("messages", "doubled", sum(number > 1 for number in sink.taken.values()), "letters"),
        Figure("messages", "cut_off", cut_off, "letters"),
        Figure("messages", "lost", max(0, lost), "letters"),
    ]


def _count(servers: Servers) -> tuple[int, int, int]:
    with psycopg.connect(servers.environment["DATABASE_URL"]) as connection:
        queued, cut_off, sent = connection.execute(SETTLED).fetchone() or (0, 0, 0)
    return queued, cut_off, sent


def _wait(done: Callable[[], bool]) -> None:
    """Look again and again until it is done.

    :raises TimeoutError: if that takes too long
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise TimeoutError("The letters do not leave.")
        time.sleep(0.1)
