"""Visitors side by side, for a while."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field


@dataclass
class Load:
    """What happened: how long each visitor's deed took, in seconds, and how long all of it took."""

    durations: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.durations) / self.seconds


async def flow(deed: Callable[[], Awaitable[float]], *, visitors: int, warm_up: float, seconds: float) -> Load:
    """Let so many visitors, who come one by one, do `deed` again and again until the time is over, and wait for them.

    What ends within the `seconds` after `warm_up` is counted, with the duration that `deed` returns.
    """
    load, started = Load(seconds=seconds), time.perf_counter()

    async def visit(number: int) -> None:
        await asyncio.sleep(warm_up * number / visitors)
        while time.perf_counter() - started < warm_up + seconds:
            duration = await deed()
            if warm_up <= time.perf_counter() - started < warm_up + seconds:
                load.durations.append(duration)

    await asyncio.gather(*(visit(number) for number in range(visitors)))
    return load


async def keep_up(deed: Callable[[int], Awaitable[object]], *, visitors: int, seconds: float) -> Load:
    """Let so many visitors do `deed` again and again. Each deed begun in time is counted, and waited for."""
    load, started = Load(), time.perf_counter()

    async def visit(number: int) -> None:
        while time.perf_counter() - started < seconds:
            before = time.perf_counter()
            await deed(number)
            load.durations.append(time.perf_counter() - before)

    await asyncio.gather(*(visit(number) for number in range(visitors)))
    load.seconds = time.perf_counter() - started
    return load
