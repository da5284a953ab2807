"""Blocking work away from the event loop: threads of our own, each with a database connection while it works.

Channels' own helper serves all sockets of a process with one thread; a slow query would hold up everybody.
"""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections

P = ParamSpec("P")
T = TypeVar("T")

WORKERS = 4

_executor = ThreadPoolExecutor(WORKERS, thread_name_prefix="live")


async def in_thread(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in one of the threads; its connection goes back to the pool afterwards."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_executor, functools.partial(_work, work, *args, **kwargs))


def _work(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    close_old_connections()
    try:
        return work(*args, **kwargs)
    finally:
        close_old_connections()
