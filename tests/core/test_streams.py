"""The numbered log: no number twice, none left out, also when many write at once."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction

from core.models import LiveEvent, LiveReceipt, LiveStream
from core.models.live import LiveStreamQuerySet
from core.services import streams
from tests.factories import NOW

STREAM = "room:1"
on_postgresql = pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")


def append(**fields):
    return streams.append(**{"stream": STREAM, "event": "chat.msg", "payload": {"text": "hei"}, "now": NOW} | fields)


def keep(actor, command, now=NOW):
    streams.keep_answer(actor=actor, command=command, answer={}, now=now)


def write_at_once(count):
    """Append from many threads; return the numbers they were given, or the name of what went wrong."""

    def write(number):
        try:
            return append(payload={"n": number})
        except Exception as error:  # noqa: BLE001 - an exception is an answer too, a wrong one
            return type(error).__name__
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=20) as crowd:
        return list(crowd.map(write, range(count)))


@pytest.mark.django_db(transaction=True)
def test_many_who_write_at_once_get_numbers_without_a_hole():
    streams.open_stream(name=STREAM)
    assert sorted(write_at_once(100)) == list(range(1, 101))
    assert list(LiveEvent.objects.order_by("sq").values_list("sq", flat=True)) == list(range(1, 101))


@on_postgresql
@pytest.mark.django_db(transaction=True)
def test_without_the_streams_lock_numbers_collide(monkeypatch):
    streams.open_stream(name=STREAM)
    monkeypatch.setattr(LiveStreamQuerySet, "locked", lambda self: self.all())
    assert "IntegrityError" in write_at_once(100)


@pytest.mark.django_db
def test_an_event_that_is_rolled_back_takes_its_number_with_it():
    streams.open_stream(name=STREAM)
    with suppress(RuntimeError), transaction.atomic():
        append()
        raise RuntimeError
    assert append() == 1


@pytest.mark.django_db
def test_the_tail_gives_the_newest_events_as_frames():
    streams.open_stream(name=STREAM)
    append(), append(event="qa.asked", payload={"id": 4})

    tail = streams.tail(STREAM)

    assert (tail.sq, [sq for sq, _frame in tail.events]) == (2, [1, 2])
    assert tail.events[1][1] == ('{"t":"qa.asked","ch":"room:1","sq":2,"ts":"2026-11-23T12:00:00+00:00","d":{"id":4}}')
    assert streams.numbers([STREAM, "room:2"]) == {STREAM: (tail.epoch, 2)}


@pytest.mark.django_db
def test_hiding_a_subject_empties_its_events_and_keeps_their_numbers():
    streams.open_stream(name=STREAM)
    append(subject="message:7")
    append(subject="message:8")
    append(event="chat.hide", payload={"id": 7}, hides="message:7")

    assert [(event.sq, event.type, event.payload) for event in LiveEvent.objects.order_by("sq")] == [
        (1, "gone", {}),
        (2, "chat.msg", {"text": "hei"}),
        (3, "chat.hide", {"id": 7}),
    ]
    assert streams.tail(STREAM).events[0][1] == '{"t":"gone","ch":"room:1","sq":1}'


@pytest.mark.django_db
def test_the_database_refuses_a_number_twice_and_a_receipt_twice():
    streams.open_stream(name=STREAM)
    append()
    with pytest.raises(IntegrityError), transaction.atomic():
        LiveEvent.objects.create(stream=LiveStream.objects.get(), sq=1, type="x", at=NOW)
    command = uuid.uuid4()
    keep("pass:1", command)
    keep("pass:2", command)
    with pytest.raises(IntegrityError), transaction.atomic():
        keep("pass:1", command)


@pytest.mark.django_db
def test_receipts_are_forgotten_after_a_day():
    for age in (streams.RECEIPTS_LIVE / 2, streams.RECEIPTS_LIVE * 2):
        keep("pass:1", uuid.uuid4(), now=NOW - age)
    assert streams.forget_receipts(now=NOW) == 1
    assert LiveReceipt.objects.count() == 1
