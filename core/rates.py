"""How often somebody may do something: a counter per window in the shared cache."""

import hashlib
from datetime import datetime

from django.core.cache import cache


def wait(key: str, *, times: int, seconds: int, now: datetime) -> int:
    """Count one more try of `key`. Return 0 if it is allowed, else the seconds until the next window."""
    moment = int(now.timestamp())
    window = moment // seconds
    name = f"rate:{hashlib.sha256(key.encode()).hexdigest()[:32]}:{seconds}:{window}"
    cache.add(name, 0, timeout=seconds * 2)
    try:
        count = cache.incr(name)
    except ValueError:  # it ran out between the two calls
        return 0
    return 0 if count <= times else seconds - moment % seconds
