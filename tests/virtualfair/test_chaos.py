"""A hundred visitors whose lines break at random, and servers that stop and die: in the end everybody knows the same."""

import asyncio
import random
import signal

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from core.models import LiveEvent
from core.services import streams
from tests.servers import Server
from tests.virtualfair import factories as fairs
from tests.virtualfair.client import Visitor
from virtualfair.models import ChatMessage

SEED, CROWD, SECONDS = 20261123, 100, 12


@pytest.mark.django_db(transaction=True)
def test_after_broken_lines_and_restarts_every_log_equals_the_databases(tmp_path):
    room = fairs.room(timezone.now(), seats=CROWD)
    cookies = [
        f"{settings.SESSION_COOKIE_NAME}={fairs.session(fairs.visitor(room, timezone.now()))}" for _i in range(CROWD)
    ]
    epoch, _sq = streams.numbers([room.stream])[room.stream]

    with (tmp_path / "servers.log").open("w") as log:
        visitors = asyncio.run(play(room, cookies, epoch, log))

    told = [(event.sq, event.type, event.payload) for event in LiveEvent.objects.order_by("sq")]
    assert len(told) > CROWD
    assert [visitor.resets for visitor in visitors] == [0] * CROWD
    assert [len(visitor.log) for visitor in visitors] == [len(told)] * CROWD
    assert [visitor.log for visitor in visitors if visitor.log != told] == []
    assert [visitor.waiting for visitor in visitors] == [{}] * CROWD
    said = list(ChatMessage.objects.values_list("text", flat=True))
    assert len(said) == len(set(said)) == sum(len(visitor.acknowledged) for visitor in visitors)
    closed = [code for visitor in visitors for code in visitor.closed_with]
    assert 4012 in closed  # told before a planned end
    assert 1006 in closed  # lines did break


async def play(room, cookies, epoch, log):
    """Let everybody talk and break for some seconds, end each server once, then let them all catch up."""
    servers = [Server(log) for _i in range(1 if settings.ON_SQLITE or not settings.ENV.redis_url else 2)]
    for server in servers:
        await asyncio.to_thread(server.begin)
    addresses = [f"ws://127.0.0.1:{server.port}/ws/fair/{room.event_id}/" for server in servers]
    visitors = [Visitor(addresses, cookie, room.stream, epoch, SEED + n) for n, cookie in enumerate(cookies)]
    lives = [asyncio.create_task(visitor.live()) for visitor in visitors]
    try:
        await asyncio.wait_for(asyncio.gather(*(visitor.subscribed.wait() for visitor in visitors)), 30)
        trouble = asyncio.create_task(stop_and_start(servers))
        await asyncio.gather(*(misbehave(n, visitor) for n, visitor in enumerate(visitors)))
        await trouble
        await asyncio.wait_for(settle(room, visitors), 45)
    finally:
        for life in lives:
            life.cancel()
        await asyncio.gather(*lives, return_exceptions=True)
        for server in servers:
            await asyncio.to_thread(server.end, signal.SIGTERM)
    return visitors


async def misbehave(number, visitor):
    chance = random.Random(SEED - number)
    ends = asyncio.get_running_loop().time() + SECONDS
    said = 0
    while asyncio.get_running_loop().time() < ends:
        await asyncio.sleep(chance.uniform(0.5, 4))
        if chance.random() < 0.6:
            said += 1
            await visitor.say(f"{number}.{said}")
        else:
            visitor.lose_the_line()


async def stop_and_start(servers):
    """One server ends as planned, and one (the same where there is one only) dies."""
    await asyncio.sleep(SECONDS / 4)
    await asyncio.to_thread(servers[0].end, signal.SIGTERM)
    await asyncio.to_thread(servers[0].begin)
    await asyncio.sleep(SECONDS / 4)
    await asyncio.to_thread(servers[-1].end, signal.SIGKILL)
    await asyncio.to_thread(servers[-1].begin)


async def settle(room, visitors):
    """Wait until nobody waits for an answer and everybody has heard the last event."""
    while True:
        await asyncio.sleep(0.5)
        sq = (await asyncio.to_thread(newest, room.stream))[1]
        if all(not visitor.waiting and visitor.last == sq for visitor in visitors):
            return


def newest(stream):
    try:
        return streams.numbers([stream])[stream]
    finally:
        connection.close()
