"""The stage follows the schedule by itself; an organiser may begin a pitch early or end it."""

from datetime import datetime

from django.db import transaction

from core.services import streams
from events.enums import Status
from virtualfair import rules
from virtualfair.enums import PitchState
from virtualfair.models import FairPass, Pitch, Room
from virtualfair.services import payloads, permits


@transaction.atomic
def start(*, room: Room, by: FairPass, pitch: int, now: datetime) -> int:
    """Begin a pitch now, at least for as long as it was planned; the one that is on ends. Return the event's number.

    :raises Gone: if it has been on already, or is not of this room
    :raises NotAllowed, RoomClosed: see `permits.require`
    """
    permits.require("stage.start", room=room, by=by, now=now)
    pitches = _locked(room)
    wanted = next((each for each in pitches if each.pk == pitch and each.state == PitchState.UPCOMING), None)
    if wanted is None:
        raise permits.Gone
    for live in (each for each in pitches if each.state == PitchState.LIVE):
        _end(live, now)
    wanted.ends_at = rules.end_when_begun_by_hand(starts_at=wanted.starts_at, ends_at=wanted.ends_at, now=now)
    _begin(wanted, now)
    return _tell(room, pitches, by.key, now)


@transaction.atomic
def end(*, room: Room, by: FairPass, pitch: int, now: datetime) -> int:
    """End the pitch that is on. Return the event's number.

    :raises Gone: if it is not on
    :raises NotAllowed, RoomClosed: see `permits.require`
    """
    permits.require("stage.end", room=room, by=by, now=now)
    pitches = _locked(room)
    live = next((each for each in pitches if each.pk == pitch and each.state == PitchState.LIVE), None)
    if live is None:
        raise permits.Gone
    _end(live, now)
    return _tell(room, pitches, by.key, now)


def follow(*, now: datetime) -> int:
    """Let every stage do what its schedule says is due, and return how many changed. A duty of the worker."""
    rooms = Room.objects.filter(pitches__in=Pitch.objects.due_at(now), event__status=Status.PUBLISHED).distinct()
    return sum(_follow(room, now) for room in rooms)


@transaction.atomic
def _follow(room: Room, now: datetime) -> bool:
    pitches = _locked(room)
    over = rules.due_to_end(pitches, now)
    if over:
        _end(over, now)
    next_one = rules.due_to_begin(pitches, now)
    free = all(each.state != PitchState.LIVE for each in pitches)
    if next_one and free:
        _begin(next_one, now)
    changed = bool(over or (next_one and free))
    if changed:
        _tell(room, pitches, "", now)
    return changed


def _locked(room: Room) -> list[Pitch]:
    """The stage's pitches, which nobody else begins or ends meanwhile."""
    Room.objects.locked().get(pk=room.pk)
    return list(room.pitches.in_order())


def _begin(pitch: Pitch, now: datetime) -> None:
    pitch.began_at = now
    pitch.save(update_fields=["began_at", "ends_at"])


def _end(pitch: Pitch, now: datetime) -> None:
    pitch.ended_at = now
    pitch.save(update_fields=["ended_at"])


def _tell(room: Room, pitches: list[Pitch], actor: str, now: datetime) -> int:
    return streams.append(
        stream=room.stream, event="stage.state", payload=payloads.stage(pitches, now), actor=actor, now=now
    )
