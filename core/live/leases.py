"""Who is there: leases that run out by themselves, because the end of a connection may never be told.

A holder (`pass:12`) counts once, however many sockets and processes it has. In Redis when there is one, so that all
processes count together; else in the memory of the one process. Never in SQL.
"""

import threading
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

import redis
from django.conf import settings

LASTS = timedelta(seconds=50)
"""Two heartbeats and a bit."""


class Leases(Protocol):
    def renew(self, stream: str, holders: Collection[str], *, now: datetime) -> None: ...

    def drop(self, stream: str, holder: str) -> None:
        """End a lease before its time; whoever still holds it elsewhere renews it."""

    def count(self, stream: str, *, now: datetime) -> int: ...


class InMemory:
    def __init__(self) -> None:
        self._until: defaultdict[str, dict[str, datetime]] = defaultdict(dict)
        self._guard = threading.Lock()

    def renew(self, stream: str, holders: Collection[str], *, now: datetime) -> None:
        with self._guard:
            alive = {holder: until for holder, until in self._until[stream].items() if until > now}
            self._until[stream] = alive | dict.fromkeys(holders, now + LASTS)

    def drop(self, stream: str, holder: str) -> None:
        with self._guard:
            self._until[stream].pop(holder, None)

    def count(self, stream: str, *, now: datetime) -> int:
        with self._guard:
            return sum(until > now for until in self._until[stream].values())


class InRedis:
    """A sorted set per stream, scored by the moment in which each lease ends."""

    def __init__(self, url: str) -> None:
        self._redis = redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)

    def renew(self, stream: str, holders: Collection[str], *, now: datetime) -> None:
        if not holders:
            return
        key, ends = self._key(stream), (now + LASTS).timestamp()
        with self._redis.pipeline(transaction=False) as pipe:
            pipe.zremrangebyscore(key, "-inf", now.timestamp())
            pipe.zadd(key, dict.fromkeys(holders, ends))
            pipe.expire(key, LASTS * 2)
            pipe.execute()

    def drop(self, stream: str, holder: str) -> None:
        self._redis.zrem(self._key(stream), holder)

    def count(self, stream: str, *, now: datetime) -> int:
        return int(self._redis.zcount(self._key(stream), f"({now.timestamp()}", "+inf"))

    @staticmethod
    def _key(stream: str) -> str:
        return f"miitti:leases:{stream}"


@lru_cache(maxsize=1)
def leases() -> Leases:
    """This installation's leases."""
    return InRedis(settings.ENV.redis_url) if settings.ENV.redis_url else InMemory()
