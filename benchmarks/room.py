"""A thousand listeners in one room: ten messages a second, then as many as the server can."""

from __future__ import annotations

import asyncio
import contextlib
import time
import uuid
from dataclasses import dataclass
from pathlib import Path

from benchmarks.figures import Figure, percentile
from benchmarks.listener import HEARTBEAT_SECONDS, Listener
from benchmarks.production import Site

LISTENERS = 1000
AT_ONCE = 25
SECONDS, MESSAGES_A_SECOND = 20, 10
FLAT_OUT_SECONDS, FLAT_OUT_MESSAGES_A_SECOND = 10, 60
PATIENCE_SECONDS = 60
SPEAKERS = 100
"""Nobody says more than one message a second."""
TICKS_A_SECOND, PAGE_KB = 100, 4


@dataclass
class Said:
    """What was asked of the server, and what it used meanwhile."""

    messages: int
    seconds: float
    cpu_seconds: float


async def run(site: Site) -> list[Figure]:
    fair = site.fixture["fair"]
    pid = site.processes.get("sockets") or site.processes["serve"]
    url = f"{site.sockets.replace('http', 'ws', 1)}{fair['socket']}"
    empty = _memory_kb(pid)
    began = time.perf_counter()
    listeners = await _gather(url, fair["channel"], fair["cookies"][:LISTENERS])
    joined = time.perf_counter() - began
    each = (_memory_kb(pid) - empty) / len(listeners)
    pulse = asyncio.create_task(_pulse(listeners))
    try:
        steady = await _talk(listeners, pid, MESSAGES_A_SECOND, SECONDS)
        figures = _steady(listeners, steady)
        _forget(listeners)
        flat_out = await _talk(listeners, pid, FLAT_OUT_MESSAGES_A_SECOND, FLAT_OUT_SECONDS)
        figures += _flat_out(listeners, flat_out)
    finally:
        pulse.cancel()
        for listener in listeners:
            listener.leave()
    return [
        *figures,
        Figure("room", "kb_per_listener", round(each, 1), "kB"),
        Figure("room", "all_joined_s", round(joined, 2), "s"),
    ]


async def _gather(url: str, channel: str, cookies: list[str]) -> list[Listener]:
    """Let everybody in, some at a time."""
    door = asyncio.Semaphore(AT_ONCE)

    async def come(cookie: str) -> Listener:
        async with door:
            return await Listener.join(url, cookie, channel)

    return await asyncio.gather(*(come(cookie) for cookie in cookies))


async def _talk(listeners: list[Listener], pid: int, a_second: int, seconds: int) -> Said:
    """Let the speakers take turns, evenly spread, and wait until the last words have arrived everywhere."""
    used, began = _cpu_seconds(pid), time.perf_counter()
    for number in range(a_second * seconds):
        await asyncio.sleep(max(0.0, began + number / a_second - time.perf_counter()))
        speaker = listeners[number % SPEAKERS]
        speaker.say(str(uuid.uuid4()), f"said_at={time.perf_counter()}")
    ended = await _silence(listeners, a_second * seconds)
    return Said(a_second * seconds, ended - began, _cpu_seconds(pid) - used)


async def _silence(listeners: list[Listener], messages: int) -> float:
    """When the last words arrived: every message has its answer, and nobody hears anything for two seconds."""
    heard, ended = -1, time.perf_counter()
    gives_up = ended + PATIENCE_SECONDS
    while time.perf_counter() < gives_up:
        answered = sum(listener.answered for listener in listeners)
        now_heard = sum(len(listener.numbers) for listener in listeners)
        if now_heard == heard and answered >= messages:
            break
        if now_heard != heard:
            heard, ended = now_heard, time.perf_counter()
        await asyncio.sleep(2)
    return ended


async def _pulse(listeners: list[Listener]) -> None:
    """Heartbeats, spread as a crowd's are."""
    with contextlib.suppress(asyncio.CancelledError):
        while True:
            for listener in listeners:
                listener.beat()
                await asyncio.sleep(HEARTBEAT_SECONDS / len(listeners))


def _steady(listeners: list[Listener], said: Said) -> list[Figure]:
    delays = [delay for listener in listeners for delay in listener.delays]
    return [
        Figure("room", "listeners", len(listeners), "sockets"),
        Figure("room", "p95_ms", round(percentile(delays, 95) * 1000, 1), "ms"),
        Figure("room", "lost", _lost(listeners, said.messages), "deliveries"),
        Figure("room", "cpu_percent", round(100 * said.cpu_seconds / said.seconds), "% of a core"),
    ]


def _flat_out(listeners: list[Listener], said: Said) -> list[Figure]:
    deliveries = sum(len(listener.numbers) for listener in listeners)
    return [
        Figure("room", "deliveries_per_s", round(deliveries / said.seconds), "deliveries/s"),
        Figure("room", "deliveries_per_cpu_s", round(deliveries / said.cpu_seconds), "deliveries per CPU-second"),
        Figure("room", "flat_out_lost", _lost(listeners, said.messages), "deliveries"),
        Figure("room", "refused", sum(listener.refused for listener in listeners), "commands"),
        Figure("room", "closed", sum(each.closed_with is not None for each in listeners), "sockets"),
    ]


def _lost(listeners: list[Listener], messages: int) -> int:
    """Deliveries that did not happen: every listener should have every number once, without a hole, in order."""
    numbers = [listener.numbers for listener in listeners]
    return sum(abs(messages - len(set(heard))) + (heard != sorted(set(heard))) for heard in numbers)


def _forget(listeners: list[Listener]) -> None:
    for listener in listeners:
        listener.numbers, listener.delays, listener.answered, listener.refused = [], [], 0, 0


def _cpu_seconds(pid: int) -> float:
    """What a process has used so far, in user and kernel mode (proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_A_SECOND


def _memory_kb(pid: int) -> int:
    """Resident memory (proc(5))."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_KB
