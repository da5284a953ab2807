"""Whose work a bench is: processor time by process, from proc(5). Linux only; elsewhere nothing is told."""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.production import Site

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
PATIENCE_SECONDS, LOOK_SECONDS, IDLE_MS = 300, 3.0, 150
"""A worker with nothing to do looks at its duties now and then."""
NAME, PARENT, USER, SYSTEM = 1, 3, 13, 14
"""Fields of /proc/<pid>/stat, from nought; the name stands in brackets and may hold spaces."""


def spent(site: Site) -> dict[str, float]:
    """Milliseconds of processor so far: of each of the product's processes with its children, the database, us."""
    stats = dict(_stats())
    found = {name: sum(stats[pid][2] for pid in _family(stats, root)) for name, root in site.processes.items()}
    found["database"] = sum(ms for name, _parent, ms in stats.values() if name == "postgres")
    return found | {"client": stats[os.getpid()][2]} if stats else {}


def between(before: dict[str, float], after: dict[str, float], deeds: int) -> dict[str, float]:
    """What each has spent on one deed, in milliseconds."""
    return {name: round((after[name] - before[name]) / max(deeds, 1), 1) for name in after}


async def until_idle(site: Site) -> None:
    """Wait until the worker has sent what the fixture left in its outbox: that is another bench's work."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    before = spent(site).get("worker")
    while before is not None and time.monotonic() < deadline:
        await asyncio.sleep(LOOK_SECONDS)
        now = spent(site)["worker"]
        if now - before < IDLE_MS:
            return
        before = now


def _stats() -> Iterator[tuple[int, tuple[str, int, float]]]:
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            before, _bracket, rest = path.read_text().rpartition(")")
        except OSError:
            continue  # it has ended meanwhile
        name = before.partition("(")[2]
        fields = ["", "", *rest.split()]
        yield int(path.parent.name), (name, int(fields[PARENT]), (int(fields[USER]) + int(fields[SYSTEM])) * TICK_MS)


def _family(stats: dict[int, tuple[str, int, float]], root: int) -> Iterable[int]:
    """A process and all that descend from it."""
    if root in stats:
        yield root
        for pid, (_name, parent, _ms) in stats.items():
            if parent == root:
                yield from _family(stats, pid)
