"""A person who registers: reads the event, takes a seat, fills each screen as the pages ask, and sees "thank you"."""

import asyncio
import re
import time
from dataclasses import dataclass
from typing import Any

from benchmarks.browser import Browser, UnexpectedError
from benchmarks.http import Answer

OK, FULL = 200, 409
STEP = re.compile(r'name="step" value="(\w+)"')
FORM = re.compile(r'<form method="post" action="([^"]+)"')
TYPING_SECONDS = 2.1
"""Spent on the first screen; what comes back within two seconds is taken for a machine's."""
SUMMARY = "summary"
QUEUE = 'name="kind" value="queue"'
SEAT = 'name="kind" value="seat"'


@dataclass(frozen=True)
class Person:
    """Somebody invented, told apart by a number."""

    number: int

    @property
    def address(self) -> str:
        """Of their network, which is nobody else's."""
        return f"10.{self.number >> 16 & 255}.{self.number >> 8 & 255}.{self.number & 255}"

    @property
    def email(self) -> str:
        return f"kavija{self.number}@people.bench.example"

    def answers(self, step: str) -> dict[str, str]:
        """What they type into one screen; the background form's twelve questions are all answered."""
        contact = {
            "first_name": "Kuormitus",
            "last_name": f"Kävijä {_letters(self.number)}",
            "email": self.email,
            "phone": "040 123 4567",
            "language": "fi",
            "support_needs": "",
        }
        background = {
            "birth_date": f"{1 + self.number % 28}.{1 + self.number % 12}.{1960 + self.number % 45}",
            "gender": "F" if self.number % 2 else "M",
            "municipality_code": "081",
            "labour_status_start": "EMPLOYED" if self.number % 3 else "UNEMPLOYED",
            "unemployment_duration": "" if self.number % 3 else "M6_12",
            "employer_business_id": "0165116-3" if self.number % 3 else "",
            "education_level": "ISCED3",
            "street_address": "Koetie 1",
            "postal_code": "19600",
            "post_office": "Hartola",
            "citizenship_group": "FI",
            "foreign_background": "NO",
        }
        return {"contact": contact, "background": background, SUMMARY: {}}[step]


class Visitor:
    """One person at one browser. With `scripts` the screens come through htmx, without them by redirects."""

    def __init__(self, site: str, event: dict[str, Any], person: Person, *, scripts: bool) -> None:
        self.browser = Browser(site, address=person.address)
        self.event, self.person, self.scripts = event, person, scripts
        self.typed_at = 0.0
        self.typing = 0.0
        """How many seconds were spent on typing."""

    async def read(self) -> None:
        """Open the event's page, where a seat is offered.

        :raises UnexpectedError: if none is
        """
        if not await self.look():
            raise UnexpectedError("only the queue is offered", Answer(OK, [], b""))

    async def look(self) -> bool:
        """Open the event's page, and return whether a seat is offered there, rather than the queue.

        :raises UnexpectedError: if neither is
        """
        answer = await self.browser.get(self.event["url"])
        if answer.status != OK or not (SEAT in answer.text or QUEUE in answer.text):
            raise UnexpectedError("nothing is offered", answer)
        return SEAT in answer.text

    async def press(self) -> Answer | None:
        """Press "Take a seat". Return the first screen, or None after being told that it is full, with the queue open.

        :raises UnexpectedError: at any other answer
        """
        answer = await self.browser.send(self.event["take_url"], {"kind": "seat"})
        if answer.status == FULL and QUEUE in answer.text:
            return None
        if answer.status != OK or not STEP.search(answer.text):
            raise UnexpectedError("the form did not open", answer)
        self.typed_at = time.perf_counter() + TYPING_SECONDS
        return answer

    async def type(self) -> None:
        """Wait as long as people need for the first screen."""
        begun = time.perf_counter()
        await asyncio.sleep(max(0.0, self.typed_at - begun))
        self.typing += time.perf_counter() - begun

    async def finish(self, screen: Answer) -> None:
        """Fill and send every screen, the first one not before it is typed.

        :raises UnexpectedError: if a screen is not taken, or the last page does not say where the ticket goes
        """
        await self.type()
        url = _address(screen)
        while asked := STEP.search(screen.text):
            step = asked[1]
            by_htmx = self.scripts and step != SUMMARY
            screen = await self.browser.send(url, {"step": step, **self.person.answers(step)}, htmx=by_htmx)
            if screen.status != OK:
                raise UnexpectedError(f"the screen {step} was not taken", screen)
        if "note-success" not in screen.text or self.person.email not in screen.text:
            raise UnexpectedError("the last page is no thank you", screen)

    def leave(self) -> None:
        self.browser.close()


async def register(
    site: str, event: dict[str, Any], person: Person, *, scripts: bool, at_once: asyncio.Semaphore
) -> float:
    """The whole way of somebody who gets a seat; return how many seconds they waited for answers.

    :param at_once: how many may wait for an answer at the same time; who types lets others go first
    :raises UnexpectedError: if they get none
    """
    visitor = Visitor(site, event, person, scripts=scripts)
    try:
        async with at_once:
            await visitor.read()
            screen = await visitor.press()
        if screen is None:
            raise RuntimeError(f"{event['slug']} is full.")
        await visitor.type()
        async with at_once:
            await visitor.finish(screen)
    finally:
        visitor.leave()
    return sum(visitor.browser.times)


def _address(screen: Answer) -> str:
    """Where the form's screens are sent."""
    found = FORM.findall(screen.text)
    return str(next(url for url in found if "/registration/" in url))


def _letters(number: int) -> str:
    """A number as letters, since a name holds no digits."""
    return "".join("abcdefghij"[int(digit)] for digit in str(number))
