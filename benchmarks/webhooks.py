"""A thousand notices of the payment provider, a fifth of them twice, in random order."""

import asyncio
import json
from typing import Any

from benchmarks.figures import Figure, percentile
from benchmarks.production import Servers, Site

SETTINGS = "config.benchmark.settings"


async def run(site: Site) -> list[Figure]:
    """Posted one after another to the product's own door, in a process of its own; no worker runs beside it.

    `wrong`: payments, with their orders, seats, books and receipts, that are not as they must be in the end, answers
    that are not 204, and seats counted astray; `p95_ms`: server time of a notice that changes a payment, without asking
    the provider, which `asking_p50_ms` is.

    :raises RuntimeError: if the servers are not ours to kill
    """
    if site.servers is None:
        raise RuntimeError("These servers were started by somebody else.")
    found = await asyncio.to_thread(_run, site.servers)
    settling, every, asking, working = (found[name] for name in ("settling", "every", "asking", "working"))
    return [
        Figure("webhooks", "wrong", found["wrong"], "payments, answers, seats"),
        Figure("webhooks", "p95_ms", round(percentile(settling, 95), 1), "ms, of those that settle"),
        Figure("webhooks", "p50_ms", round(percentile(settling, 50), 1), "ms, of those that settle"),
        Figure("webhooks", "cpu_p95_ms", round(percentile(working, 95), 1), "ms of processor, of those that settle"),
        Figure("webhooks", "cpu_p50_ms", round(percentile(working, 50), 1), "ms of processor, of those that settle"),
        Figure("webhooks", "every_p95_ms", round(percentile(every, 95), 1), "ms, of all"),
        Figure("webhooks", "asking_p50_ms", round(percentile(asking, 50), 1), "ms, not counted above"),
        Figure("webhooks", "asking_p95_ms", round(percentile(asking, 95), 1), "ms, not counted above"),
        Figure("webhooks", "notices", found["notices"], "notices"),
        Figure("webhooks", "settling", len(settling), "notices"),
        Figure("webhooks", "payments", found["payments"], "payments"),
    ]


def _run(servers: Servers) -> dict[str, Any]:
    if "worker" in servers.pids:
        servers.kill("worker")
    out = servers.folder / "webhooks.json"
    servers.manage("bench_webhooks", "--out", str(out), **paying(servers))
    found: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return found


def paying(servers: Servers) -> dict[str, str]:
    """The environment of processes in which people pay at the fake, whose file they share."""
    return {"DJANGO_SETTINGS_MODULE": SETTINGS, "MIITTI_BENCH_FAKE": str(servers.folder / "stripe.sqlite3")}
