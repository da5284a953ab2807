"""The rush: two hundred people press "Take a seat" at the same moment, and there are twenty seats."""

import asyncio
import time
from dataclasses import dataclass

from benchmarks import desk
from benchmarks.browser import UnexpectedError
from benchmarks.figures import Figure
from benchmarks.http import BrokenError
from benchmarks.production import Site
from benchmarks.visitor import Person, Visitor

CROWD = 200
SEATED, FULL, WRONG = "seated", "full", "wrong"


@dataclass(frozen=True)
class End:
    """How it went for one of them: when the press and the last screen were answered, and how long they typed.

    In seconds; moments are counted from the press.
    """

    what: str
    pressed: float
    done: float
    typing: float = 0.0


async def run(site: Site) -> list[Figure]:
    """Everyone has read the page; then all press. The seated finish their forms, the others are told to queue.

    `all_answered_s`: until the last one is thanked or told, without the seconds in which the seated type;
    `pressed_s`: until the last press is answered; `whole_s`: all of it by the clock; `sold` is what the desk counts.
    """
    event = site.fixture["events"]["scarce"]
    crowd = [Visitor(site.pages, event, Person(1_000_000 + number), scripts=False) for number in range(CROWD)]
    for visitor in crowd:
        await visitor.read()
        visitor.leave()  # nobody's connection stays open while they read
    started = time.perf_counter()
    ends = await asyncio.gather(*(_try(visitor, started) for visitor in crowd))
    counted = await desk.counters(site.pages, site.fixture, event)
    told = [end for end in ends if end.what == FULL]
    seated = [end for end in ends if end.what == SEATED]
    wrong = len(ends) - len(told) - len(seated) + abs(len(seated) - counted["confirmed"])
    answered = max((end.done - end.typing for end in [*told, *seated]), default=0.0)
    return [
        Figure("rush", "sold", counted["confirmed"], "registrations"),
        Figure("rush", "told_full", len(told), "visitors"),
        Figure("rush", "all_answered_s", round(answered, 2), "s"),
        Figure("rush", "pressed_s", round(max(end.pressed for end in ends), 2), "s"),
        Figure("rush", "whole_s", round(max(end.done for end in ends), 2), "s"),
        Figure("rush", "errors", wrong, "visitors"),
    ]


async def _try(visitor: Visitor, started: float) -> End:
    def since() -> float:
        return time.perf_counter() - started

    pressed = 0.0
    try:
        screen = await visitor.press()
        pressed = since()
        if screen is None:
            return End(FULL, pressed, pressed)
        await visitor.finish(screen)
    except (UnexpectedError, BrokenError):
        return End(WRONG, pressed or since(), since())
    finally:
        visitor.leave()
    return End(SEATED, pressed, since(), visitor.typing)
