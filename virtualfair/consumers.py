"""The fair's socket, protocol vf1: authenticates, subscribes, hands commands on. It holds no rule. See docs/vf1.md."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.utils import timezone, translation

from core.errors import Refused
from core.kept import kept
from core.live import frames, hub
from core.live.feed import Listener, Since
from core.live.frames import Close
from core.live.outbox import Outbox
from core.live.work import in_process, in_thread
from virtualfair import commands
from virtualfair.http import holder_of, still_open
from virtualfair.models import FairPass, Room
from virtualfair.services import admission, permits

log = logging.getLogger(__name__)

FEATURES = ["chat", "qa", "stage"]
MOST_FRAMES, WITHIN_SECONDS = 100, 10
"""A person cannot; whoever sends more is closed 4429."""
ROOM_SECONDS = 5
CHECK_SECONDS = 30
"""How long a cancelled registration or a closed session may go on listening."""

TRY_AGAIN: dict[str, Any] = {"t": "nack", "d": {"code": "try_again", "retry_after": 2}}

Handler = Callable[[dict[str, Any]], Awaitable[None]]


class FairConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One browser in one fair."""

    channel_layer_alias = "none: the process's hub listens for all its sockets"

    listener: Listener | None = None

    async def __call__(self, *asgi: Any) -> None:
        """Serve one socket, and leave nothing of it behind, however it ends."""
        try:
            await super().__call__(*asgi)
        finally:
            self._leave()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Handle an ASGI message. No ORM is used here, so there is no connection to look after."""
        handler = {
            "websocket.connect": self.websocket_connect,
            "websocket.receive": self.websocket_receive,
            "websocket.disconnect": self.websocket_disconnect,
        }[message["type"]]
        await handler(message)

    async def connect(self) -> None:
        if frames.SUBPROTOCOL not in self.scope["subprotocols"]:
            await self.accept()  # before the handshake a browser would be told no reason
            await self.close(Close.TOO_OLD.value)
            return
        await self.accept(subprotocol=frames.SUBPROTOCOL)
        self.session_key = self.scope["cookies"].get(settings.SESSION_COOKIE_NAME, "")
        fair = self.scope["url_route"]["kwargs"]["event_pk"]
        holder, self.streams = await in_thread(_open, self.session_key, fair)
        if holder is None:
            await self.close(Close.SIGN_IN.value)
            return
        self.holder = holder
        self.language = _language(self.scope["query_string"])
        self._received = self._window = 0
        self._handlers: dict[str, Handler] = {"sub": self._sub, "gap": self._gap, "hb": self._heartbeat}
        self._hub = hub.here()
        if self._hub.closing:
            await self.close(Close.RESTART.value)
            return
        outbox = Outbox(self._send)
        self.listener = Listener(outbox, holder.key, self._end_soon)
        self._writer = asyncio.create_task(outbox.run())
        outbox.put(self._hello(holder))
        self._hub.join(self.listener)
        watch.add(self)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.listener is None:
            return
        if bytes_data is not None or len((text_data or "").encode()) > frames.LARGEST_FRAME:
            await self.end(Close.TOO_BIG)
        elif self._floods():
            await self.end(Close.TOO_MANY)
        else:
            await self._understand(text_data or "")

    async def end(self, why: Close) -> None:
        """Close with a reason, and hear no more."""
        self._leave()
        await self.close(why.value)

    def _end_soon(self, why: Close) -> None:
        self._ending = asyncio.get_running_loop().create_task(self.end(why))

    def _leave(self) -> None:
        if self.listener:
            self._hub.leave(self.listener)
            self.listener = None
            self._writer.cancel()
            watch.discard(self)

    # Frames from the client

    async def _understand(self, text: str) -> None:
        frame = _read(text)
        if frame is None:
            self._put(frames.encode("nack", d={"code": "malformed"}))
            return
        kind = frame["t"]
        await self._handlers.get(kind, self._command)(frame)

    async def _sub(self, frame: dict[str, Any]) -> None:
        name = frame.get("ch")
        if not isinstance(name, str) or name not in self.streams:
            self._nack(frame, "unknown_channel")
        elif self.listener:
            await self._hub.subscribe(name, self.listener, _since(frame.get("since")))

    async def _gap(self, frame: dict[str, Any]) -> None:
        since, name = _since(frame.get("since")), frame.get("ch")
        if since and isinstance(name, str) and self.listener and name in self.listener.seen:
            await self._hub.replay(name, self.listener, since)
        else:
            self._nack(frame, "malformed")

    async def _heartbeat(self, frame: dict[str, Any]) -> None:
        seen = frame.get("seen", {})
        if not isinstance(seen, dict) or not all(isinstance(sq, int) for sq in seen.values()):
            self._nack(frame, "malformed")
        elif self.listener:
            self._hub.heard(self.listener, seen)
            self._put(frames.encode("hb", ts=timezone.now().isoformat()))

    async def _command(self, frame: dict[str, Any]) -> None:
        try:
            UUID(frame.get("id"))
        except (ValueError, TypeError, AttributeError):
            self._nack(frame, "id_missing" if frame["t"] in commands.COMMANDS else "unknown_command")
            return
        try:
            answer = await in_process(obeyed, self._order(frame))
        except BrokenProcessPool:
            answer = TRY_AGAIN | {"id": frame["id"]}
        self._put(frames.encode(**answer))

    def _order(self, frame: dict[str, Any]) -> Order:
        return Order(frame["t"], frame["id"], frame.get("ch"), frame.get("d", {}), self.holder.pk, self.language)

    # Frames to the client

    def _hello(self, holder: FairPass) -> str:
        return frames.encode(
            "hello",
            ts=timezone.now().isoformat(),
            d={
                "features": FEATURES,
                "heartbeat": frames.HEARTBEAT_SECONDS,
                "limits": {"frame": frames.LARGEST_FRAME, "frames": [MOST_FRAMES, WITHIN_SECONDS]},
                "you": {"id": holder.pk, "name": holder.name, "role": holder.role},
            },
        )

    def _nack(self, frame: dict[str, Any], code: str) -> None:
        self._put(frames.encode("nack", id=_text(frame.get("id")), d={"code": code}))

    def _put(self, frame: str) -> None:
        if self.listener:
            self.listener.outbox.put(frame)

    async def _send(self, frame: str) -> None:
        await self.base_send({"type": "websocket.send", "text": frame})

    def _floods(self) -> bool:
        window = int(asyncio.get_running_loop().time()) // WITHIN_SECONDS
        self._received = self._received + 1 if window == self._window else 1
        self._window = window
        return self._received > MOST_FRAMES


@dataclass(frozen=True)
class Order:
    """A command on its way to where it is obeyed."""

    name: str
    id: str
    channel: Any
    data: dict[str, Any]
    holder: int
    language: str


def obeyed(order: Order) -> dict[str, Any]:
    """Do as told, and return the answer's frame in the language of the socket. Needs no event loop."""
    with translation.override(order.language):
        try:
            answer = _obey(order)
        except Refused as refusal:
            said = {"code": refusal.code, "message": str(refusal)}
            if retry_after := getattr(refusal, "retry_after", None):
                said["retry_after"] = retry_after
            return {"t": "nack", "id": order.id, "d": said}
        except Exception:
            log.exception("command failed", extra={"command": order.name})
            return TRY_AGAIN | {"id": order.id}
    return {"t": "ack", "id": order.id, **answer}


def _obey(order: Order) -> dict[str, Any]:
    holder = FairPass.objects.admitted().select_related("organisation").filter(pk=order.holder).first()
    if holder is None or (holder.user_id and holder.pk not in admission.still_admitted([holder.pk])):
        raise permits.NotAllowed
    if not isinstance(order.channel, str):
        raise permits.Gone
    return commands.obey(
        name=order.name,
        command_id=UUID(order.id),
        data=order.data,
        room=_room(holder.event_id, order.channel),
        by=holder,
        now=timezone.now(),
    )


class Watch:
    """Lets nobody stay whose registration was cancelled or whose session has ended; one look for all sockets."""

    def __init__(self) -> None:
        self._sockets: set[FairConsumer] = set()
        self._task: asyncio.Task[None] | None = None

    def add(self, socket: FairConsumer) -> None:
        self._sockets.add(socket)
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._keep_looking())

    def discard(self, socket: FairConsumer) -> None:
        self._sockets.discard(socket)

    async def look(self) -> None:
        sockets = list(self._sockets)
        holders, sessions = {socket.holder.pk for socket in sockets}, {socket.session_key for socket in sockets}
        admitted, awake = await in_thread(_look, holders, sessions)
        for socket in sockets:
            if socket.holder.pk not in admitted or socket.session_key not in awake:
                await socket.end(Close.NOT_ALLOWED)

    async def _keep_looking(self) -> None:
        while self._sockets:
            await asyncio.sleep(CHECK_SECONDS)
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001 - the database is away for a while; look again later
                log.warning("watch", extra={"error": type(error).__name__})


watch = Watch()


def _open(session_key: str, event_pk: int) -> tuple[FairPass | None, frozenset[str]]:
    """Whose socket this is, and what it may listen to."""
    rooms = Room.objects.filter(event=event_pk)
    return holder_of(session_key, event_pk, timezone.now()), frozenset(room.stream for room in rooms)


def _look(holders: set[int], sessions: set[str]) -> tuple[frozenset[int], frozenset[str]]:
    return admission.still_admitted(holders), still_open(sessions, timezone.now())


@kept(seconds=ROOM_SECONDS)
def _room(event_pk: int, stream: str) -> Room:
    """The fair's room that streams under this name, with the fair's hours of some seconds ago.

    :raises Gone: if there is none
    """
    rooms = Room.objects.filter(event=event_pk).select_related("event").prefetch_related("event__meetings")
    found = next((room for room in rooms if room.stream == stream), None)
    if found is None:
        raise permits.Gone
    return found


def _language(query: bytes) -> str:
    """The page's language, for what a refusal says."""
    wanted = query.decode("latin-1").removeprefix("lang=")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _read(text: str) -> dict[str, Any] | None:
    """A frame, if it is one: flat content, and text that can be written again (JSON allows half characters)."""
    try:
        frame = json.loads(text)
        json.dumps(frame, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        return None
    if not isinstance(frame, dict) or not isinstance(frame.get("t"), str):
        return None
    content = frame.get("d", {})
    flat = isinstance(content, dict) and all(isinstance(value, str | int | bool) for value in content.values())
    return frame if flat else None


def _since(value: Any) -> Since | None:
    if not isinstance(value, dict):
        return None
    epoch, sq = value.get("epoch"), value.get("sq")
    return Since(epoch, sq) if isinstance(epoch, str) and isinstance(sq, int) else None


def _text(value: Any) -> str | None:
    """A client's own id, as far as it is one."""
    return value[:64] if isinstance(value, str) else None
