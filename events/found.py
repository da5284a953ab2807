"""Which events a catalogue's choice finds, in order, kept in the process for those choices that many make.

Kept are keys of events alone, until the next change of what can be found (`search.turn`) and for `KEEP_SECONDS` at
most. Texts, states and seats are read at each request: what is not listed any more falls out of the page even if its
key is here.
Typed words are asked anew each time, and so is "seats free".
"""

from array import array
from collections.abc import Sequence
from datetime import datetime

from core.kept import kept
from events import shelf
from events.models import Event
from events.services import search
from events.services.search import Wanted

KEEP_SECONDS = 30


def keys(wanted: Wanted, now: datetime) -> Sequence[int]:
    """Keys of the events that are `wanted`, the next first."""
    if wanted.words or wanted.free:
        return list(search.ordered(wanted=wanted, now=now))
    return _kept(search.turn(), wanted, now.replace(second=0, microsecond=0))


def read(keys: Sequence[int]) -> list[Event]:
    """The events of these keys, in this order, as pages show them."""
    if not keys:
        return []
    events = {event.pk: event for event in shelf.listed(keys)}
    return [events[key] for key in keys if key in events]


@kept(seconds=KEEP_SECONDS)
def _kept(turn: int, wanted: Wanted, minute: datetime) -> Sequence[int]:
    return array("q", search.ordered(wanted=wanted, now=minute))
