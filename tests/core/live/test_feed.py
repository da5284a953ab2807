"""The order of events inside one process, without any input or output."""

import asyncio
import json
import random

import pytest

from core.live.feed import REMEMBERED, Feed, Listener, Since
from core.live.outbox import LIMIT, Outbox


class Ear:
    """A listener whose outbox is read by hand."""

    def __init__(self, feed):
        self.listener = Listener(Outbox(self._never), "pass:1", lambda why: None)
        feed.add(self.listener)

    async def _never(self, frame):
        raise AssertionError

    @property
    def heard(self):
        return list(self.listener.outbox._frames)


def frame(sq):
    return json.dumps({"sq": sq})


def feed_at(sq, tail=()):
    feed = Feed("room:1")
    feed.begin("epoch", sq, [(each, frame(each)) for each in tail])
    return feed


def test_events_are_passed_on_in_order_whatever_order_they_come_in():
    feed = feed_at(0)
    ear = Ear(feed)
    order = list(range(1, 51))
    random.Random(7).shuffle(order)

    for sq in order:
        feed.accept(sq, frame(sq))

    assert ear.heard == [frame(sq) for sq in range(1, 51)]
    assert not feed.waiting


def test_an_event_that_comes_twice_is_passed_on_once():
    feed = feed_at(3)
    ear = Ear(feed)
    for sq in (4, 4, 3, 4):
        feed.accept(sq, frame(sq))
    assert ear.heard == [frame(4)]


def test_an_event_whose_predecessor_is_missing_waits_for_it():
    feed = feed_at(3)
    ear = Ear(feed)
    feed.accept(5, frame(5))
    assert (ear.heard, feed.waiting) == ([], True)
    feed.accept(4, frame(4))
    assert (ear.heard, feed.waiting) == ([frame(4), frame(5)], False)


def test_what_was_announced_before_the_database_was_read_is_neither_lost_nor_doubled():
    feed = Feed("room:1")
    feed.accept(9, frame(9))
    feed.accept(11, frame(11))
    feed.begin("epoch", 10, [(9, frame(9)), (10, frame(10))])
    assert (feed.sq, feed.after(8)) == (11, [frame(9), frame(10), frame(11)])


@pytest.mark.parametrize(
    ("since", "covered"),
    [
        (Since("epoch", 10), True),
        (Since("epoch", 7), True),
        (Since("epoch", 6), False),
        (Since("epoch", 11), False),
        (Since("older", 10), False),
    ],
)
def test_a_replay_needs_the_same_epoch_and_nothing_forgotten(since, covered):
    assert feed_at(10, tail=(8, 9, 10)).covers(since) is covered


def test_only_so_many_events_are_remembered():
    feed = feed_at(0)
    for sq in range(1, REMEMBERED + 11):
        feed.accept(sq, frame(sq))
    assert feed.covers(Since("epoch", 10))
    assert not feed.covers(Since("epoch", 9))


def test_a_hidden_event_leaves_a_tombstone_with_its_number():
    feed = feed_at(2, tail=(1, 2))
    feed.forget([1])
    assert feed.after(0) == ['{"t":"gone","ch":"room:1","sq":1}', frame(2)]


def test_what_is_hidden_before_it_has_come_comes_as_a_tombstone():
    feed = feed_at(1, tail=(1,))
    ear = Ear(feed)
    feed.forget([2])
    for sq in (3, 2):
        feed.accept(sq, frame(sq))
    assert ear.heard == ['{"t":"gone","ch":"room:1","sq":2}', frame(3)]


def test_what_was_hidden_while_the_database_was_read_stays_hidden():
    feed = Feed("room:1")
    feed.forget([1])
    feed.begin("epoch", 2, [(1, frame(1)), (2, frame(2))])
    assert feed.after(0) == ['{"t":"gone","ch":"room:1","sq":1}', frame(2)]


def test_a_state_is_told_when_it_changes_and_of_a_mapping_only_what_changed():
    feed = feed_at(0)
    ear = Ear(feed)
    for value in (5, 5, 6):
        feed.set_state("presence.count", value)
    for scores in ({"1": 2, "2": 1}, {"1": 2, "2": 3}):
        feed.set_state("qa.score", scores)
    assert [json.loads(each)["d"] for each in ear.heard] == [5, 6, {"1": 2, "2": 1}, {"2": 3}]


def test_an_outbox_is_bounded_and_says_so():
    box = Outbox(None)
    for sq in range(LIMIT):
        box.put(frame(sq))
    assert not box.overflown
    box.put(frame(LIMIT))
    assert (box.overflown, len(box._frames)) == (True, LIMIT)


def test_an_outbox_sends_in_order_and_sleeps_in_between():
    async def play():
        sent = []

        async def send(frame):
            await asyncio.sleep(0)
            sent.append(frame)

        box = Outbox(send)
        runner = asyncio.create_task(box.run())
        for part in ("ab", "cd"):
            for each in part:
                box.put(each)
            await asyncio.sleep(0.01)
        runner.cancel()
        await asyncio.gather(runner, return_exceptions=True)
        box.put("after the end, harmless")
        return sent

    assert asyncio.run(play()) == list("abcd")
