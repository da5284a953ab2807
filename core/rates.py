"""How often somebody may do something, counted in fixed windows of time in the shared cache."""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import cache
from redis.exceptions import RedisError

from core.secrets import digest

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Window:
    """How often it has been done in the window of now, this time included, and the seconds until the next window."""

    used: int
    seconds_left: int


def wait(key: str, *, times: int, seconds: int, now: datetime) -> int:
    """Count one more for `key` and return 0, or the seconds to wait when there were `times` in these `seconds`."""
    window = count(key, seconds=seconds, now=now)
    return window.seconds_left if window.used > times else 0


def count(key: str, *, seconds: int, now: datetime) -> Window:
    """Count one more for `key`. The cache sees only a digest of it, because a key may hold somebody's address."""
    number, second = divmod(int(now.timestamp()), seconds)
    return Window(used=_raise(_name(key, number, seconds), seconds), seconds_left=seconds - second)


def look(key: str, *, seconds: int, now: datetime) -> Window:
    """What `count` would have told of the times before, without counting this one."""
    number, second = divmod(int(now.timestamp()), seconds)
    return Window(used=_used(_name(key, number, seconds)), seconds_left=seconds - second)


def once(key: str, *, seconds: int, now: datetime) -> bool:
    """Whether nobody has asked for `key` in the last so many seconds; from now on somebody has.

    Unlike a window it has no edge at which two times may stand close together.
    """
    name, moment = f"once:{seconds}:{digest(key)}", now.timestamp()
    try:
        if cache.add(name, moment, timeout=seconds):
            return True
        if moment - cache.get(name, moment) < seconds:
            return False
        cache.set(name, moment, timeout=seconds)  # over by the caller's clock, though not yet by the cache's
    except RedisError as error:
        _warn(error)
    return True


def _name(key: str, number: int, seconds: int) -> str:
    return f"rate:{seconds}:{number}:{digest(key)}"


def _raise(key: str, seconds: int) -> int:
    """Without the shared cache nobody is counted and nobody kept out: a limit is no lock."""
    try:
        with suppress(ValueError):  # raised for the first of a window
            return cache.incr(key)
        return 1 if cache.add(key, 1, timeout=seconds) else cache.incr(key)
    except ValueError:  # the cache threw it out between the lines
        return 1
    except RedisError as error:
        _warn(error)
        return 1


def _used(key: str) -> int:
    try:
        return cache.get(key) or 0
    except RedisError as error:
        _warn(error)
        return 0


def _warn(error: RedisError) -> None:
    log.warning("rates without their cache", extra={"error": type(error).__name__})
