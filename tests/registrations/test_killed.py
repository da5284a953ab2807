"""`kill -9` of the server in the middle of a rush: whoever was thanked has a seat, and no seat is held for nobody."""

import asyncio
import datetime as dt
from random import Random

import pytest
from django.utils import timezone

from benchmarks.browser import UnexpectedError
from benchmarks.http import BrokenError
from benchmarks.visitor import Person, Visitor
from core.models import OutboxMessage
from events.models import Event
from registrations.models import Hold, Registration
from registrations.services import seats
from tests import factories as make
from tests.servers import Server

pytestmark = pytest.mark.django_db(transaction=True)

CROWD, SEATS = 40, 20
LOST = (UnexpectedError, BrokenError, OSError, EOFError, asyncio.IncompleteReadError)


async def arrive(site, event, number, delay, thanked, enough):
    """Register, and note down the number when the page says thank you. Who is told to queue, or whose server dies, is not."""
    await asyncio.sleep(delay)
    visitor = Visitor(site, event, Person(number), scripts=False)
    try:
        await visitor.read()
        screen = await visitor.press()
        if screen is not None:
            await visitor.finish(screen)
            thanked.add(number)
            enough.release()
    except LOST:
        pass
    finally:
        visitor.leave()


async def rush(server, event, enough):
    """Everybody comes within seconds; when `enough` have been thanked, the server dies under the others' forms."""
    site, chance = f"http://127.0.0.1:{server.port}", Random(enough)
    thanked, thanks = set(), asyncio.Semaphore(0)
    crowd = [arrive(site, event, number, 4 * chance.random(), thanked, thanks) for number in range(CROWD)]
    async with asyncio.TaskGroup() as visitors, asyncio.timeout(90):
        for visitor in crowd:
            visitors.create_task(visitor)
        for _one in range(enough):
            await thanks.acquire()
        server.process.kill()
    return thanked


@pytest.mark.parametrize("enough", [1, 5, 10])
def test_after_a_kill_no_confirmed_seat_is_lost_and_no_hold_leaks(enough, tmp_path, counters):
    event = make.counting_event(seats=SEATS, first=timezone.now() + dt.timedelta(days=7))
    make.municipality()
    addresses = {"url": f"/events/{event.slug}/", "take_url": f"/events/{event.slug}/seat/"}

    with (tmp_path / "server.log").open("w") as log:
        server = Server(log, "serve")
        server.begin()
        thanked = asyncio.run(rush(server, addresses, enough))
        server.process.wait(20)

    assert len(thanked) >= enough
    rows = {row.email: row for row in Registration.objects.confirmed().filter(event=event)}
    assert {f"kavija{number}@people.bench.example" for number in thanked} <= set(rows)
    assert Hold.objects.filter(finished_at__isnull=False).count() == len(rows)
    mailed = OutboxMessage.objects.filter(recipient__in=rows).values_list("recipient", flat=True)
    assert sorted(mailed) == sorted(rows)
    counters(event)

    seats.sweep(now=timezone.now() + dt.timedelta(hours=1))
    pool = Event.objects.get(pk=event.pk).seats
    assert (pool.held, pool.taken, pool.free) == (0, len(rows), SEATS - len(rows))
