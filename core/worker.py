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


_duties: dict[str, Duty] = {}


def duty(name: str, *, every_seconds: int, do: Callable[[datetime], object]) -> None:
    """Register a duty; called from an app's `ready`. It must be safe to do twice and by two workers at once."""
    _duties[name] = Duty(name, every_seconds, do)


def run(stop: threading.Event) -> None:
    """Do every duty in its rhythm until `stop` is set."""
    done_at: dict[str, datetime] = {}
    while not stop.is_set():
        more = False
        for each in _duties.values():
            now = timezone.now()
            last = done_at.get(each.name)
            if last is None or (now - last).total_seconds() >= each.every_seconds:
                done_at[each.name] = now
                if _attempt(each, now) is MORE:
                    more = True
                    del done_at[each.name]
        stop.wait(0 if more else PAUSE_SECONDS)


def _attempt(each: Duty, now: datetime) -> object:
    close_old_connections()
    try:
        return each.do(now)
    except Exception:
        log.exception("duty failed", extra={"duty": each.name})
        return None
    finally:
        close_old_connections()
