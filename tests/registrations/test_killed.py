"""`kill -9` of the server in the middle of a rush: whoever was thanked has a seat, and no seat is held for nobody."""

import asyncio
import datetime as dt
import signal
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


async def arrive(site, event, number, delay):
    """The number of a visitor who was thanked; None for one who was told to queue, or whose server died."""
    await asyncio.sleep(delay)
    visitor = Visitor(site, event, Person(number), scripts=False)
    try:
        await visitor.read()
        screen = await visitor.press()
        if screen is None:
            return None
        await visitor.finish(screen)
    except LOST:
        return None
    finally:
        visitor.leave()
    return number


async def rush(server, event, chance):
    """Everybody presses within a second, and the server dies while they fill their forms."""
    site = f"http://127.0.0.1:{server.port}"
    crowd = [asyncio.create_task(arrive(site, event, number, chance.random())) for number in range(CROWD)]
    await asyncio.sleep(chance.uniform(0.6, 2.0))
    await asyncio.to_thread(server.end, signal.SIGKILL)
    return {number for number in await asyncio.gather(*crowd) if number is not None}


@pytest.mark.parametrize("seed", range(3))
def test_after_a_kill_no_confirmed_seat_is_lost_and_no_hold_leaks(seed, tmp_path, counters):
    event = make.counting_event(seats=SEATS, first=timezone.now() + dt.timedelta(days=7))
    make.municipality()
    addresses = {"url": f"/events/{event.slug}/", "take_url": f"/events/{event.slug}/seat/"}

    with (tmp_path / "server.log").open("w") as log:
        server = Server(log)
        server.begin()
        thanked = asyncio.run(rush(server, addresses, Random(seed)))

    rows = {row.email: row for row in Registration.objects.confirmed().filter(event=event)}
    assert {f"kavija{number}@people.bench.example" for number in thanked} <= set(rows)
    assert Hold.objects.filter(finished_at__isnull=False).count() == len(rows)
    mailed = OutboxMessage.objects.filter(recipient__in=rows).values_list("recipient", flat=True)
    assert sorted(mailed) == sorted(rows)
    counters(event)

    seats.sweep(now=timezone.now() + dt.timedelta(hours=1))
    pool = Event.objects.get(pk=event.pk).seats
    assert (pool.held, pool.taken, pool.free) == (0, len(rows), SEATS - len(rows))
