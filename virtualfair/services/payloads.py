"""What clients receive of each thing, the same for everybody in a room; docs/vf1.md lists the fields."""

from datetime import datetime
from typing import Any

from django.utils import translation

from virtualfair import rules
from virtualfair.models import ChatMessage, FairPass, Pitch, Question


def author(who: FairPass) -> dict[str, Any]:
    return {"id": who.pk, "name": who.name, "role": who.role, "employer": _company(who)}


def message(said: ChatMessage) -> dict[str, Any]:
    return {"id": said.pk, "by": author(said.author), "at": said.at.isoformat(), "text": said.text}


def question(asked: Question) -> dict[str, Any]:
    """An anonymous question leaves without its author."""
    return {
        "id": asked.pk,
        "by": None if asked.anonymous else author(asked.author),
        "at": asked.asked_at.isoformat(),
        "text": asked.text,
        "pitch": asked.pitch_id,
        **answer(asked),
    }


def answer(asked: Question) -> dict[str, Any]:
    return {"answered": asked.answered_at is not None, "answer": asked.answer}


def stage(pitches: list[Pitch], now: datetime) -> dict[str, Any]:
    """The stage, and the state of every pitch by its key."""
    seen = rules.stage(pitches, now)
    return {
        "state": seen.state,
        "pitch": seen.pitch.pk if seen.pitch else None,
        "following": seen.following.pk if seen.following else None,
        "turns_at": seen.turns_at.isoformat() if seen.turns_at else None,
        "pitches": {str(pitch.pk): pitch.state for pitch in pitches},
    }


def _company(who: FairPass) -> str | None:
    """Companies have one name; in which language a worker happens to run must not show."""
    with translation.override("fi"):
        return who.organisation.name if who.organisation else None
