"""How many seats of one event the unfinished forms of one network keep.

Each form has one of the network's slots in the cache, taken by an atomic `add` and gone by itself when the form's time
is over: nothing is counted up and down, so nothing can go astray. Without the cache nobody is kept out.
"""

import logging
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import ngettext
from redis.exceptions import RedisError

from core.limits import MINUTE, TooOften
from core.secrets import digest

log = logging.getLogger(__name__)


class TooManyForms(TooOften):
    """So many forms are being filled in this network that no further seat is kept for it now."""

    code = "too_many_forms"

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        minutes = -(-seconds // MINUTE)
        self.message = ngettext(
            "Very many forms for this event are being filled in your network. Send one of them,"
            " or try again in %(minutes)s minute.",
            "Very many forms for this event are being filled in your network. Send one of them,"
            " or try again in %(minutes)s minutes.",
            minutes,
        ) % {"minutes": minutes}


def claim(*, event_pk: int, address: str, number: int, now: datetime) -> list[str]:
    """Take a slot for each seat of a new form and return their names, or none when the cache is away.

    :raises TooManyForms: if so many are not free; `seconds` until the next is
    """
    mine: list[str] = []
    prefix = f"slot:{digest(f'{event_pk}/{address}')}"
    names = [f"{prefix}:{number}" for number in range(settings.HOLDS_PER_ADDRESS)]
    moment = int(now.timestamp())
    until = moment + _seconds()
    try:
        found = cache.get_many(names)
        taken = {name: ends for name, ends in found.items() if ends > moment}
        if len(taken) < len(found):
            cache.delete_many(found.keys() - taken.keys())
        for name in names:
            if len(mine) < number and name not in taken and cache.add(name, until, timeout=_seconds()):
                mine.append(name)
    except RedisError as error:
        _warn(error)
        return mine
    if len(mine) < number:
        give_back(slots=mine)
        raise TooManyForms(min(taken.values(), default=until) - moment)
    return mine


def bind(*, slots: list[str], token: str) -> None:
    """Remember that the form of `token` has these slots."""
    if slots:
        _quietly(lambda: cache.set(_slots_of(token), slots, timeout=_seconds()))


def give_back(*, slots: list[str]) -> None:
    """No form came of it."""
    if slots:
        _quietly(lambda: cache.delete_many(slots))


def finish(*, token: str) -> None:
    """The form of `token` has been sent or left."""

    def forget() -> None:
        if slots := cache.get(_slots_of(token)):
            cache.delete_many([*slots, _slots_of(token)])

    _quietly(forget)


def prolong(*, token: str, now: datetime) -> None:
    """The form of `token` got its whole time anew."""

    def touch() -> None:
        if slots := cache.get(_slots_of(token)):
            until = int(now.timestamp()) + _seconds()
            cache.set_many({**dict.fromkeys(slots, until), _slots_of(token): slots}, timeout=_seconds())

    _quietly(touch)


def await_click(*, token: str, key: str, now: datetime) -> None:
    """The form of `token` waits for a link in a mail to be pressed; from now on `key` finishes it too."""
    seconds = settings.CONFIRM_MINUTES * MINUTE

    def touch() -> None:
        if slots := cache.get(_slots_of(token)):
            until = int(now.timestamp()) + seconds
            named = {_slots_of(token): slots, _slots_of(key): slots}
            cache.set_many({**dict.fromkeys(slots, until), **named}, timeout=seconds)

    _quietly(touch)


def _slots_of(token: str) -> str:
    return f"slots-of:{digest(token)}"


def _seconds() -> int:
    return settings.HOLD_MINUTES * MINUTE


def _quietly(do: Callable[[], object]) -> None:
    try:
        do()
    except RedisError as error:
        _warn(error)


def _warn(error: RedisError) -> None:
    log.warning("forms without their cache", extra={"error": type(error).__name__})
