"""What a fair's room allows, decided without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from virtualfair.enums import FairRole, PitchState, StageState
from virtualfair.models import Pitch

OPENS_BEFORE = timedelta(minutes=30)
CLOSES_AFTER = timedelta(minutes=60)

MAY: dict[str, frozenset[FairRole]] = {
    "chat.send": frozenset(FairRole),
    "chat.hide": frozenset({FairRole.MODERATOR}),
    "qa.ask": frozenset(FairRole),
    "qa.vote": frozenset(FairRole),
    "qa.answer": frozenset({FairRole.EMPLOYER, FairRole.MODERATOR}),
    "qa.hide": frozenset({FairRole.MODERATOR}),
    "stage.start": frozenset({FairRole.MODERATOR}),
    "stage.end": frozenset({FairRole.MODERATOR}),
}
"""Who may give which command."""


@dataclass(frozen=True, kw_only=True)
class Stage:
    """What is on, and what comes next. `turns_at` is when this changes by the schedule, None if nothing more comes."""

    state: StageState
    pitch: Pitch | None
    following: Pitch | None
    turns_at: datetime | None


def room_is_open(*, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """People may talk from half an hour before the fair until an hour after it."""
    return starts_at - OPENS_BEFORE <= now <= ends_at + CLOSES_AFTER


def stage(pitches: Sequence[Pitch], now: datetime) -> Stage:
    """The stage as the pitches, in the order of the schedule, say."""
    live = next((pitch for pitch in pitches if pitch.state == PitchState.LIVE), None)
    ahead = (pitch for pitch in pitches if pitch.state == PitchState.UPCOMING and pitch.ends_at > now)
    following = next(ahead, None)
    if live:
        return Stage(state=StageState.LIVE, pitch=live, following=following, turns_at=live.ends_at)
    if not pitches:
        return Stage(state=StageState.EMPTY, pitch=None, following=None, turns_at=None)
    if following is None:
        return Stage(state=StageState.OVER, pitch=None, following=None, turns_at=None)
    begun = any(pitch.state == PitchState.OVER for pitch in pitches)
    state = StageState.BREAK if begun else StageState.UPCOMING
    return Stage(state=state, pitch=None, following=following, turns_at=following.starts_at)


def due_to_end(pitches: Sequence[Pitch], now: datetime) -> Pitch | None:
    """The live pitch whose time is up."""
    return next((pitch for pitch in pitches if pitch.state == PitchState.LIVE and pitch.ends_at <= now), None)


def due_to_begin(pitches: Sequence[Pitch], now: datetime) -> Pitch | None:
    """The pitch whose slot is now and that nobody has begun. One whose slot has passed is not caught up."""
    slot = (pitch for pitch in pitches if pitch.starts_at <= now < pitch.ends_at)
    return next((pitch for pitch in slot if pitch.state == PitchState.UPCOMING), None)


def end_when_begun_by_hand(*, starts_at: datetime, ends_at: datetime, now: datetime) -> datetime:
    """One that begins late gets its whole time; one that begins long before its slot may last until the slot's end."""
    whole = now + (ends_at - starts_at)
    return whole if whole > starts_at else ends_at
