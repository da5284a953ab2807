"""What runs beside the pages: a list of duties, each done every so often, none stopping another."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import close_old_connections
from django.utils import timezone

log = logging.getLogger(__name__)

PAUSE_SECONDS = 1.0
MORE = object()
"""What a duty returns that has more to do at once."""


@dataclass(frozen=True)
class Duty:
    name: str
    every_seconds: int
    do: Callable[[datetime], object]
    aside: bool


_duties: dict[str, Duty] = {}


def duty(name: str, *, every_seconds: int, do: Callable[[datetime], object], aside: bool = False) -> None:
    """Register a duty; called from an app's `ready`. It must be safe to do twice and by two workers at once.

    :param aside: it may take long, and is done in a thread of its own, one at a time, while the others go on; it is cut
        off when the worker ends
    """
    _duties[name] = Duty(name, every_seconds, do, aside)


def run(stop: threading.Event) -> None:
    """Do every duty in its rhythm until `stop` is set."""
    done_at: dict[str, datetime] = {}
    beside: dict[str, threading.Thread] = {}
    while not stop.is_set():
        more = False
        for each in _duties.values():
            now = timezone.now()
            last = done_at.get(each.name)
            if last is None or (now - last).total_seconds() >= each.every_seconds:
                done_at[each.name] = now
                if each.aside:
                    _begin_aside(each, now, beside)
                elif _attempt(each, now) is MORE:
                    more = True
                    del done_at[each.name]
        stop.wait(0 if more else PAUSE_SECONDS)


def _begin_aside(each: Duty, now: datetime, beside: dict[str, threading.Thread]) -> None:
    """Nothing, while the last time still goes on."""
    last = beside.get(each.name)
    if last is None or not last.is_alive():
        beside[each.name] = threading.Thread(target=_attempt, args=(each, now), name=each.name, daemon=True)
        beside[each.name].start()


def _attempt(each: Duty, now: datetime) -> object:
    close_old_connections()
    try:
        return each.do(now)
    except Exception:
        log.exception("duty failed", extra={"duty": each.name})
        return None
    finally:
        close_old_connections()
