"""Blocking work away from the event loop.

Threads of our own, each with a database connection while it works: Channels' own helper serves all sockets of a process
with one thread, and a slow query would hold up everybody. Where processes can reach each other (through Redis), what
computes goes to a process of its own: one interpreter runs one thread at a time, and a loop that fans out to a thousand
sockets would wait for it at every write.
"""

from __future__ import annotations

import asyncio
import functools
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from typing import ParamSpec, TypeVar

import django
from django.conf import settings
from django.db import close_old_connections

P = ParamSpec("P")
T = TypeVar("T")

THREADS = 4
PARENT_CHECK_SECONDS = 0.5

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="live")
_processes: ProcessPoolExecutor | None = None


async def in_thread(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work` in one of the threads; its connection goes back to the pool afterwards."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_threads, functools.partial(_work, work, *args, **kwargs))


async def in_process(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run `work`, a function of a module, in another process, or in a thread where this process is the only one.

    :raises BrokenProcessPool: if that process died; the next call starts another
    """
    global _processes  # noqa: PLW0603 - a process has one pool of helpers
    if not settings.LIVE_PROCESSES:
        return await in_thread(work, *args, **kwargs)
    if _processes is None:
        anew = multiprocessing.get_context("spawn")  # a fork would take the event loop and its sockets along
        _processes = ProcessPoolExecutor(settings.LIVE_PROCESSES, anew, _begin, (os.getpid(),))
    loop, mine = asyncio.get_running_loop(), _processes
    try:
        return await loop.run_in_executor(mine, functools.partial(_work, work, *args, **kwargs))
    except BrokenProcessPool:
        if _processes is mine:
            _processes = None
        raise


def stop() -> None:
    """Begin no more work; what waits is dropped, and its clients ask the next process."""
    _threads.shutdown(wait=False, cancel_futures=True)
    if _processes is not None:
        _processes.shutdown(wait=False, cancel_futures=True)


def ready() -> None:
    """Nothing; asking another process for it makes sure that it has started."""


def _begin(parent: int) -> None:
    """The helper ends when its parent does, whatever that dies of; Ctrl-C in a terminal is meant for the parent."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), name="parent", daemon=True).start()
    django.setup()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(PARENT_CHECK_SECONDS)
    os._exit(0)


def _work(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    close_old_connections()
    try:
        return work(*args, **kwargs)
    finally:
        close_old_connections()
