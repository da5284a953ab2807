"""The socket, frame by frame, through the whole of the product's ASGI application."""

import asyncio
import json
import uuid

import pytest
import pytest_asyncio
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.utils import timezone

from config.sockets import application
from core.live import frames, hub, work
from core.services import streams
from registrations.services import seats
from tests.virtualfair import factories as fairs
from virtualfair import consumers
from virtualfair.models import ChatMessage
from virtualfair.services import questions, talk

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

PATIENCE = 15


class Browser:
    """One socket, and what it has heard."""

    def __init__(self, path, session="", subprotocols=("vf1",), headers=()):
        cookie = f"{settings.SESSION_COOKIE_NAME}={session}".encode()
        self.socket = WebsocketCommunicator(
            application, path, [(b"host", b"testserver"), (b"cookie", cookie), *headers], list(subprotocols)
        )

    async def open(self):
        """Come in, and wait for the first word: only then the server knows who it is."""
        self.accepted, self.answer = await self.socket.connect(PATIENCE)
        for _try in range(PATIENCE * 200):
            if not self.accepted or not self.socket.output_queue.empty():
                break
            await asyncio.sleep(0.005)
        return self

    async def say(self, **frame):
        await self.socket.send_to(text_data=json.dumps(frame))

    async def send_text(self, text):
        await self.socket.send_to(text_data=text)

    async def hear(self, *kinds):
        """The next frame, of the wanted kinds if some are given."""
        while True:
            frame = await self.socket.receive_json_from(PATIENCE)
            if not kinds or frame["t"] in kinds:
                return frame

    async def closed(self):
        """The code with which the socket was closed, whatever is said before."""
        while True:
            output = await self.socket.receive_output(PATIENCE)
            if output["type"] == "websocket.close":
                return output.get("code")

    async def sub(self, room, since=None):
        await self.say(t="sub", ch=room.stream, since=since)
        return await self.hear("sub.ok")

    async def leave(self):
        await self.socket.disconnect()


@pytest.fixture
def room():
    return fairs.room(timezone.now())


@pytest.fixture
def aino(room):
    return fairs.visitor(room, timezone.now(), first_name="Aino")


@pytest_asyncio.fixture
async def enter(room):
    """Open sockets for passes; afterwards nothing of them is left running."""
    opened = []

    async def go(holder, **kwargs):
        session = await work.in_thread(fairs.session, holder)
        browser = Browser(f"/ws/fair/{room.event_id}/", session, **kwargs)
        opened.append(browser)
        return await browser.open()

    yield go
    for browser in opened:
        await browser.leave()
    if hub._hub:
        await hub._hub.stop()
    consumers.watch.__init__()


async def say_in_thread(room, holder, text):
    return await work.in_thread(talk.say, room=room, by=holder, text=text, now=timezone.now())


async def test_hello_tells_who_one_is_and_what_the_server_can(enter, aino):
    browser = await enter(aino)
    hello = await browser.hear()
    assert (browser.accepted, browser.answer) == (True, "vf1")
    assert hello["t"] == "hello"
    assert hello["d"]["you"] == {"id": aino.pk, "name": "Aino", "role": "jobseeker"}
    assert (hello["d"]["features"], hello["d"]["heartbeat"]) == (["chat", "qa", "stage"], 20)


async def test_a_newcomer_gets_a_snapshot_and_then_what_is_said(enter, room, aino):
    await say_in_thread(room, aino, "Ennen")
    browser = await enter(aino)
    start = await browser.sub(room)
    assert [each["text"] for each in start["snapshot"]["messages"]] == ["Ennen"]
    assert (start["sq"], start["snapshot"]["questions"], start["states"]["qa.score"]) == (1, [], {})

    await say_in_thread(room, aino, "Jälkeen")
    heard = await browser.hear("chat.msg")
    assert (heard["sq"], heard["ch"], heard["d"]["text"]) == (2, room.stream, "Jälkeen")


async def test_who_comes_back_gets_what_was_missed_and_nothing_twice(enter, room, aino):
    first = await enter(aino)
    start = await first.sub(room)
    await first.leave()
    for text in ("a", "b", "c"):
        await say_in_thread(room, aino, text)

    again = await (await enter(aino)).sub(room, since={"epoch": start["epoch"], "sq": 1})

    assert "snapshot" not in again
    assert [(each["sq"], each["d"]["text"]) for each in again["events"]] == [(2, "b"), (3, "c")]


async def test_who_comes_from_another_epoch_begins_anew(enter, room, aino):
    await say_in_thread(room, aino, "a")
    again = await (await enter(aino)).sub(room, since={"epoch": "older", "sq": 1})
    assert [each["text"] for each in again["snapshot"]["messages"]] == ["a"]


async def test_a_gap_is_filled_on_demand(enter, room, aino):
    browser = await enter(aino)
    start = await browser.sub(room)
    for text in ("a", "b"):
        await say_in_thread(room, aino, text)
        await browser.hear("chat.msg")
    await browser.say(t="gap", ch=room.stream, since={"epoch": start["epoch"], "sq": 0})
    replay = await browser.hear("replay")
    assert [each["d"]["text"] for each in replay["events"]] == ["a", "b"]


async def test_an_announcement_that_was_lost_is_found_by_the_clock(enter, room, aino, monkeypatch):
    browser = await enter(aino)
    await browser.sub(room)
    with monkeypatch.context() as patch:
        patch.setattr(streams.announcing, "announce", lambda *_args: None)
        await say_in_thread(room, aino, "Kadonnut")
    heard = await asyncio.wait_for(browser.hear("chat.msg"), 2 * hub.COMPARE_EVERY * hub.TICK_SECONDS)
    assert heard["d"]["text"] == "Kadonnut"


async def test_an_announcement_lost_before_another_is_read_from_the_database(enter, room, aino, monkeypatch):
    browser = await enter(aino)
    await browser.sub(room)
    with monkeypatch.context() as patch:
        patch.setattr(streams.announcing, "announce", lambda *_args: None)
        await say_in_thread(room, aino, "a")
    await say_in_thread(room, aino, "b")
    assert [(await browser.hear("chat.msg"))["d"]["text"] for _i in range(2)] == ["a", "b"]


async def test_who_heard_more_elsewhere_goes_on_and_does_not_begin_anew(enter, room, aino, monkeypatch):
    start = await (await enter(aino)).sub(room)
    monkeypatch.setattr(streams.announcing, "announce", lambda *_args: None)  # this process hears of nothing by itself
    for sq in (1, 2):  # one right after the other
        await say_in_thread(room, aino, "told by another process")
        others = [await enter(await work.in_thread(fairs.visitor, room, timezone.now())) for _i in range(2)]
        answers = await asyncio.gather(*(each.sub(room, {"epoch": start["epoch"], "sq": sq}) for each in others))
        assert [("snapshot" in answer, answer["sq"], answer["events"]) for answer in answers] == [(False, sq, [])] * 2


def hide_in_thread(room, moderator, said):
    return work.in_thread(talk.hide, room=room, by=moderator, message=said.pk, now=timezone.now())


async def test_what_was_hidden_leaves_nobody_any_more_also_when_the_announcement_was_lost(
    enter, room, aino, monkeypatch
):
    listening = await enter(aino)
    start = await listening.sub(room)
    await say_in_thread(room, aino, "Salaista")
    await listening.hear("chat.msg")
    with monkeypatch.context() as patch:
        patch.setattr(streams.announcing, "announce", lambda *_args: None)
        await hide_in_thread(
            room, await work.in_thread(fairs.moderator, room), await work.in_thread(ChatMessage.objects.get)
        )
    assert (await listening.hear("chat.hide"))["sq"] == 2

    again = await (await enter(aino)).sub(room, since={"epoch": start["epoch"], "sq": 0})
    anew = await (await enter(aino)).sub(room)
    assert [each["t"] for each in again["events"]] == ["gone", "chat.hide"]
    assert "Salaista" not in json.dumps([again, anew])


async def test_a_socket_that_ends_while_it_subscribes_leaves_no_ghost(enter, room, aino, monkeypatch):
    browser = await enter(aino)
    await browser.hear("hello")
    live = hub.here()
    [listener] = live.everybody
    held = asyncio.Event()
    original = live._caught_up

    async def slowly(*args):
        await held.wait()
        return await original(*args)

    monkeypatch.setattr(live, "_caught_up", slowly)
    await browser.say(t="sub", ch=room.stream)
    await asyncio.sleep(0.1)
    listener.close(frames.Close.TOO_SLOW)
    assert await browser.closed() == 4408
    held.set()
    await asyncio.sleep(0.2)
    assert (live.everybody, live._feeds[room.stream].listeners) == ([], set())


async def test_a_process_whose_redis_comes_late_begins_to_hear(enter, room, aino, monkeypatch):
    monkeypatch.setattr(hub, "RETRY_SECONDS", 0.1)
    layer, tries = get_channel_layer(), []
    original = layer.new_channel

    async def refuses_twice(*args):
        tries.append(args)
        if len(tries) < 3:
            raise ConnectionError
        return await original(*args)

    monkeypatch.setattr(layer, "new_channel", refuses_twice, raising=False)
    browser = await enter(aino)
    await browser.sub(room)
    await say_in_thread(room, aino, "Hei")
    assert (await browser.hear("chat.msg"))["d"]["text"] == "Hei"


async def test_renewed_epochs_make_everybody_begin_anew(enter, room, aino):
    browser = await enter(aino)
    start = await browser.sub(room)
    await work.in_thread(streams.renew_epochs)
    reset = await browser.hear("reset")
    assert reset["epoch"] != start["epoch"]


async def test_the_clock_leaves_a_stream_alone_that_is_only_being_opened(enter, room, aino, monkeypatch):
    browser = await enter(aino)
    await browser.hear("hello")
    live, layer = hub.here(), get_channel_layer()
    begun, go_on = asyncio.Event(), asyncio.Event()
    original = layer.group_add

    async def slowly(*args):
        begun.set()
        await go_on.wait()
        return await original(*args)

    monkeypatch.setattr(layer, "group_add", slowly, raising=False)
    await browser.say(t="sub", ch=room.stream)
    await asyncio.wait_for(begun.wait(), PATIENCE)
    await live._compare()
    assert live._feeds[room.stream].epoch == ""
    go_on.set()
    assert (await browser.hear("sub.ok"))["sq"] == 0


async def test_who_comes_while_everybody_begins_anew_does_not_begin_twice(enter, room, aino, monkeypatch):
    early = await enter(aino)
    start = await early.sub(room)
    live = hub.here()
    looking, go_on = asyncio.Event(), asyncio.Event()
    original = live._snapshot

    async def slowly(feed):
        looking.set()
        await go_on.wait()
        return await original(feed)

    monkeypatch.setattr(live, "_snapshot", slowly)
    await work.in_thread(streams.renew_epochs)
    await asyncio.wait_for(looking.wait(), PATIENCE)
    [(epoch, _sq)] = (await work.in_thread(streams.numbers, [room.stream])).values()
    late = await enter(await work.in_thread(fairs.visitor, room, timezone.now()))
    assert epoch != start["epoch"]
    assert "snapshot" not in await late.sub(room, {"epoch": epoch, "sq": 0})
    go_on.set()
    assert (await early.hear("reset"))["epoch"] == epoch

    await say_in_thread(room, aino, "Hei")
    assert (await late.hear("reset", "chat.msg"))["t"] == "chat.msg"


async def test_an_organiser_whose_role_ended_no_longer_moderates(enter, room, aino):
    moderator = await work.in_thread(fairs.moderator, room)
    await say_in_thread(room, aino, "Hei")
    said = await work.in_thread(ChatMessage.objects.get)
    session = await work.in_thread(fairs.signed_in, moderator.user)
    browser = await Browser(f"/ws/fair/{room.event_id}/", session).open()
    await browser.hear("hello")
    await work.in_thread(moderator.user.grants.all().delete)
    await browser.say(t="chat.hide", id=str(uuid.uuid4()), ch=room.stream, d={"message": said.pk})
    assert (await browser.hear("nack"))["d"]["code"] == "not_allowed"
    await browser.leave()


async def test_a_command_is_acknowledged_once_durable_and_heard_by_all(enter, room, aino):
    both = [await enter(aino), await enter(await work.in_thread(fairs.visitor, room, timezone.now()))]
    for browser in both:
        await browser.sub(room)
    command = str(uuid.uuid4())
    await both[0].say(t="chat.send", id=command, ch=room.stream, d={"text": "Hei"})

    ack = await both[0].hear("ack")
    assert ack == {"t": "ack", "id": command, "ch": room.stream, "sq": 1}
    assert await work.in_thread(ChatMessage.objects.count) == 1
    assert (await both[1].hear("chat.msg"))["d"]["by"]["name"] == "Aino"


async def test_a_command_sent_again_after_a_reconnect_is_answered_as_the_first_time(enter, room, aino):
    command = {"t": "chat.send", "id": str(uuid.uuid4()), "ch": room.stream, "d": {"text": "Hei"}}
    answers = []
    for _i in range(2):
        browser = await enter(aino)
        await browser.say(**command)
        answers.append(await browser.hear("ack"))
        await browser.leave()
    assert answers[0] == answers[1]
    assert await work.in_thread(ChatMessage.objects.count) == 1


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"t": "chat.shout", "d": {}}, "unknown_command"),
        ({"t": "chat.send", "d": {"text": ""}}, "invalid"),
        ({"t": "chat.send", "d": {"text": "x"}, "ch": "room:999999"}, "gone"),
        ({"t": "chat.hide", "d": {"message": 1}}, "not_allowed"),
        ({"t": "chat.send", "d": {"text": "x"}, "id": None}, "id_missing"),
        ({"t": "chat.send", "d": {"text": "x"}, "id": "1"}, "id_missing"),
        ({"t": "chat.send", "d": "text"}, "malformed"),
        ({"t": "chat.send", "d": {"text": ["x"]}}, "malformed"),
        ({"t": "chat.send", "d": {"text": "\ud800"}}, "malformed"),
        ({"t": "chat.send", "d": {}, "x": "\ud800"}, "malformed"),
        ({"t": 7}, "malformed"),
        ({"t": "sub", "ch": "room:999999"}, "unknown_channel"),
        ({"t": "sub", "ch": ["x"]}, "unknown_channel"),
        ({"t": "gap", "ch": None}, "malformed"),
        ({"t": "hb", "seen": 3}, "malformed"),
    ],
)
async def test_what_cannot_be_done_is_refused_with_its_reason(enter, room, aino, frame, code):
    browser = await enter(aino)
    await browser.say(**{"id": str(uuid.uuid4()), "ch": room.stream} | frame)
    refusal = await browser.hear("nack")
    assert refusal["d"]["code"] == code
    assert await work.in_thread(ChatMessage.objects.count) == 0


@pytest.mark.parametrize("text", [" ", "{", "[]", '"t"', "null", "{}", "[" * 5000])
async def test_what_is_no_frame_is_refused_and_the_socket_lives(enter, room, aino, text):
    browser = await enter(aino)
    await browser.send_text(text)
    assert (await browser.hear("nack"))["d"]["code"] == "malformed"
    assert (await browser.sub(room))["t"] == "sub.ok"


async def test_a_refusal_speaks_the_pages_language(room, aino, enter):
    session = await work.in_thread(fairs.session, aino)
    said = []
    for language in ("en", "fi"):
        browser = await Browser(f"/ws/fair/{room.event_id}/?lang={language}", session).open()
        await browser.say(t="chat.shout", id=str(uuid.uuid4()), ch=room.stream)
        said.append((await browser.hear("nack"))["d"]["message"])
        await browser.leave()
    assert said[0] == "There is no such command."
    assert said[1] != said[0]


async def test_an_oversized_frame_closes_with_4009(enter, aino):
    browser = await enter(aino)
    await browser.send_text("x" * 65_537)
    assert await browser.closed() == 4009


async def test_bytes_close_with_4009(enter, aino):
    browser = await enter(aino)
    await browser.socket.send_to(bytes_data=b"x")
    assert await browser.closed() == 4009


async def test_who_asks_for_replays_again_and_again_is_closed_with_4429(enter, room, aino):
    browser = await enter(aino)
    start = await browser.sub(room)
    for _i in range(hub.MOST_CATCH_UPS):
        await browser.say(t="gap", ch=room.stream, since={"epoch": start["epoch"], "sq": 0})
    assert await browser.closed() == 4429


async def test_a_flood_of_frames_closes_with_4429(enter, aino):
    browser = await enter(aino)
    for _i in range(2 * consumers.MOST_FRAMES + 2):
        await browser.say(t="hb", seen={})
    assert await browser.closed() == 4429


async def test_an_old_client_is_told_to_reload(enter, aino):
    browser = await enter(aino, subprotocols=())
    assert await browser.closed() == 4426


async def test_a_stranger_is_told_to_come_in_first(room):
    for session in ("", "x" * 32):
        browser = await Browser(f"/ws/fair/{room.event_id}/", session).open()
        assert await browser.closed() == 4401


async def test_a_pass_opens_its_own_fair_alone(enter, aino):
    elsewhere = await work.in_thread(fairs.room, timezone.now())
    session = await work.in_thread(fairs.session, aino)
    browser = await Browser(f"/ws/fair/{elsewhere.event_id}/", session).open()
    assert await browser.closed() == 4401


async def test_another_sites_page_is_refused_at_the_handshake(enter, aino):
    for origin in (b"https://evil.example", b"null"):
        browser = await enter(aino, headers=[(b"origin", origin)])
        assert not browser.accepted
    assert (await enter(aino, headers=[(b"origin", b"http://testserver")])).accepted


async def test_an_address_that_does_not_exist_is_refused():
    browser = await Browser("/ws/elsewhere/").open()
    assert not browser.accepted


async def test_a_sixth_window_closes_the_first(enter, aino):
    browsers = [await enter(aino) for _i in range(6)]
    assert await browsers[0].closed() == 4409


async def test_whoever_loses_the_seat_is_shown_out(enter, room, aino):
    browser = await enter(aino)
    await work.in_thread(seats.cancel, registration=aino.registration, by=None, now=timezone.now())
    await consumers.watch.look()
    assert await browser.closed() == 4403


async def test_whose_session_ends_is_shown_out_and_the_others_stay(enter, room, aino):
    browser = await enter(aino)
    other = await enter(await work.in_thread(fairs.visitor, room, timezone.now()))
    key = dict(browser.socket.scope["headers"])[b"cookie"].decode().partition("=")[2]
    await work.in_thread(Session.objects.filter(pk=key).delete)
    await consumers.watch.look()
    assert await browser.closed() == 4403
    assert (await other.sub(room))["t"] == "sub.ok"


async def test_who_falls_too_far_behind_is_closed_with_4408(enter, room, aino, monkeypatch):
    monkeypatch.setattr(hub, "MOST_UNSEEN", 3)
    slow, quick = await enter(aino), await enter(await work.in_thread(fairs.visitor, room, timezone.now()))
    for browser in (slow, quick):
        await browser.sub(room)
    for number in range(5):
        sq = await say_in_thread(room, aino, str(number))
        await quick.hear("chat.msg")
        await quick.say(t="hb", seen={room.stream: sq})
    assert await slow.closed() == 4408
    assert (await quick.sub(room))["sq"] == 5


async def test_who_gives_no_sign_of_life_is_closed_with_4408(enter, aino, monkeypatch):
    browser = await enter(aino)
    monkeypatch.setattr(hub, "SILENT_SECONDS", 0)
    assert await browser.closed() == 4408


async def test_votes_are_told_together_and_not_one_by_one(enter, room, aino):
    now = timezone.now()
    browser = await enter(aino)
    await browser.sub(room)

    def vote():
        questions.ask(room=room, by=aino, text="Palkka?", anonymous=False, now=now)
        asked = room.questions.get()
        for _i in range(20):
            questions.vote(room=room, by=fairs.visitor(room, now), question=asked.pk, on=True, now=now)
        return asked.pk

    pk = await work.in_thread(vote)
    told = []
    while not told or told[-1]["d"][str(pk)] < 20:
        told.append(await browser.hear("qa.score"))
    assert len(told) <= 6


async def test_presence_counts_people_and_not_their_windows(enter, room, aino):
    other = await work.in_thread(fairs.visitor, room, timezone.now())
    browsers = [await enter(holder) for holder in (aino, aino, other)]
    for browser in browsers:
        await browser.sub(room)
    counts = []
    while counts[-1:] != [2]:
        counts.append((await browsers[0].hear("presence.count"))["d"])
    await browsers[2].leave()
    while counts[-1:] != [1]:
        counts.append((await browsers[0].hear("presence.count"))["d"])
    assert max(counts) == 2


async def test_a_server_that_stops_says_goodbye_first(enter, aino):
    browser = await enter(aino)
    await browser.hear("hello")
    await hub.farewell()
    assert (await browser.hear("bye"))["d"] == {"retry_after": hub.RETRY_AFTER_SECONDS}
    assert await browser.closed() == 4012


async def test_any_number_of_listeners_costs_one_look_at_the_log(enter, room, aino, monkeypatch):
    looks = []
    original = streams.tail
    monkeypatch.setattr(streams, "tail", lambda name: looks.append(name) or original(name))
    browsers = [await enter(await work.in_thread(fairs.visitor, room, timezone.now())) for _i in range(10)]
    await asyncio.gather(*(browser.sub(room) for browser in browsers))
    await say_in_thread(room, aino, "Hei")
    for browser in browsers:
        await browser.hear("chat.msg")
    assert looks == [room.stream]
