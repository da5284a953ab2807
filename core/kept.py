"""Reference data that every request needs and hardly anything changes, kept in the process for some seconds.

Nothing here may be a seat, a right or a person: what is kept can be old by as many seconds as it says.
"""

import time
from collections.abc import Callable, Hashable
from functools import wraps
from typing import ParamSpec, TypeVar

Arguments = ParamSpec("Arguments")
Value = TypeVar("Value")

AT_MOST = 500
"""Entries of one function; beyond that it begins anew."""

_stores: list[dict[Hashable, tuple[float, object]]] = []


def kept(*, seconds: float) -> Callable[[Callable[Arguments, Value]], Callable[Arguments, Value]]:
    """Call the function again only when its answer for the same arguments is older than `seconds`.

    The answer is shared between threads, so it must be something that nobody changes.
    """

    def decorate(function: Callable[Arguments, Value]) -> Callable[Arguments, Value]:
        store: dict[Hashable, tuple[float, Value]] = {}
        _stores.append(store)  # type: ignore[arg-type]

        @wraps(function)
        def remembering(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Value:
            key = (args, tuple(sorted(kwargs.items())))
            found = store.get(key)
            if found is None or time.monotonic() - found[0] > seconds:
                if len(store) >= AT_MOST:
                    store.clear()
                found = store[key] = (time.monotonic(), function(*args, **kwargs))
            return found[1]

        return remembering

    return decorate


def forget() -> None:
    """Forget everything, for tests and after reference data have been loaded."""
    for store in _stores:
        store.clear()
