"""Chat. Each function writes, announces on commit, and returns the number of its event in the room's stream."""

from datetime import datetime

from django.db import transaction

from accounts.services import audit
from core.services import streams
from virtualfair.models import ChatMessage, FairPass, Room
from virtualfair.services import payloads, permits


@transaction.atomic
def say(*, room: Room, by: FairPass, text: str, now: datetime) -> int:
    """Say something to everybody in the room.

    :raises NotAllowed, RoomClosed: see `permits.require`
    """
    permits.require("chat.send", room=room, by=by, now=now)
    said = ChatMessage.objects.create(room=room, author=by, text=text, at=now)
    return streams.append(
        stream=room.stream,
        event="chat.msg",
        payload=payloads.message(said),
        actor=by.key,
        subject=said.key,
        now=now,
    )


@transaction.atomic
def hide(*, room: Room, by: FairPass, message: int, now: datetime) -> int:
    """Take a message away from everybody's eyes. It stays in the database with who hid it.

    :raises Gone: if it is hidden already or not of this room
    :raises NotAllowed, RoomClosed: see `permits.require`
    """
    permits.require("chat.hide", room=room, by=by, now=now)
    rows = ChatMessage.objects.shown().filter(room=room, pk=message)
    if not rows.update(hidden_at=now, hidden_by=by):
        raise permits.Gone
    audit.changed(
        actor=by.user, action="chat.hide", subject=f"message:{message}", scope=f"event:{room.event_id}", now=now
    )
    return streams.append(
        stream=room.stream,
        event="chat.hide",
        payload={"id": message},
        actor=by.key,
        hides=f"message:{message}",
        now=now,
    )
