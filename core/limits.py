"""How often somebody may try the public doors: the numbers stand in `settings.RATE_LIMITS`, the counts in the cache."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import ngettext

from core import rates
from core.errors import Refused

MINUTE = 60


class TooOften(Refused):
    """Answered by 429; `seconds` says when it is worth trying again. Nothing was done."""

    code = "too_often"

    def __init__(self, seconds: int) -> None:
        super().__init__()
        self.seconds = seconds
        minutes = -(-seconds // MINUTE)
        self.message = ngettext(
            "That was tried very often from your network just now. Try again in %(minutes)s minute."
            " What you typed is still there.",
            "That was tried very often from your network just now. Try again in %(minutes)s minutes."
            " What you typed is still there.",
            minutes,
        ) % {"minutes": minutes}


def count(name: str, who: str, *, now: datetime) -> None:
    """Count one more of `name` for `who`, an address or another key.

    :raises TooOften: if there have been as many as `settings.RATE_LIMITS` allows
    """
    times, seconds = settings.RATE_LIMITS[name]
    if wait := rates.wait(f"{name}:{who}", times=times, seconds=seconds, now=now):
        raise TooOften(wait)


def refuse_if_spent(name: str, who: str, *, now: datetime) -> None:
    """Look whether `who` has used up what is allowed of `name`, and count nothing.

    :raises TooOften: if so
    """
    times, seconds = settings.RATE_LIMITS[name]
    window = rates.look(f"{name}:{who}", seconds=seconds, now=now)
    if window.used >= times:
        raise TooOften(window.seconds_left)
