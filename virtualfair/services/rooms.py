"""Rooms of a fair, and what is going on in one, as a whole."""

from typing import Any

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from core.services import streams
from events.models import Event
from virtualfair import groups
from virtualfair.enums import RoomKind
from virtualfair.models import ChatMessage, Question, Room
from virtualfair.services import payloads

MESSAGES_SHOWN = 50
SCORES = "qa.score"


def stage_of(*, event: Event) -> Room:
    """The fair's stage, made when it is first wanted. One query where it is there."""
    return event.rooms.filter(kind=RoomKind.STAGE).first() or _make_stage(event)


@transaction.atomic
def _make_stage(event: Event) -> Room:
    room, _new = event.rooms.get_or_create(kind=RoomKind.STAGE)
    streams.open_stream(name=room.stream)
    return room


def snapshot(stream: str) -> dict[str, Any]:
    """All that a newcomer to a room needs. Four queries."""
    pk = groups.pk_of(stream)
    room = Room.objects.get(pk=pk)
    return {
        "stage": payloads.stage(list(room.pitches.in_order()), timezone.now()),
        "messages": [payloads.message(said) for said in ChatMessage.objects.filter(room=room).newest(MESSAGES_SHOWN)],
        "questions": [payloads.question(asked) for asked in _questions(room.pk)],
    }


def scores(stream: str) -> dict[str, int]:
    """Votes of each open question of a room. One query."""
    rows = Question.objects.filter(room=groups.pk_of(stream)).shown().annotate(score=Count("votes"))
    return {str(pk): score for pk, score in rows.values_list("pk", "score")}


def _questions(room_pk: int) -> list[Question]:
    return list(Question.objects.filter(room=room_pk).shown().in_order().select_related("author__organisation"))
