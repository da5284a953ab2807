"""The demo's virtual fair: open whenever the demo runs, with a pitch on, and with visitors who talk to who comes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from accounts.models import Organisation, User
from config.demo.content import read, translated
from core.live.leases import leases
from core.models import LiveReceipt, LiveStream
from core.models.live import new_epoch
from events.models import Event
from registrations.models import Registration
from virtualfair.enums import FairRole, StageState
from virtualfair.models import ChatMessage, FairPass, Pitch, Question, QuestionVote, Room
from virtualfair.rules import stage as stage_of
from virtualfair.services import admission, questions, rooms, talk

FROM_START_TO_START = timedelta(minutes=15)
LASTS = timedelta(hours=4)
SILENCE, LONG_SILENCE = timedelta(seconds=8), timedelta(seconds=60)
JOBSEEKERS = 7


@transaction.atomic
def open_now(*, now: datetime) -> bool:
    """Open the fair anew, with its second pitch on, unless it is on already. Return whether it had to be opened."""
    data = read("pitches")
    event = Event.objects.filter(slug=data["event"]).first()
    if event is None:
        return False
    room = rooms.stage_of(event=event)
    if _is_on(room, now):
        return False
    first = _five_minutes(now) - FROM_START_TO_START
    event.meetings.update(starts_at=first - FROM_START_TO_START, ends_at=first - FROM_START_TO_START + LASTS)
    Event.objects.filter(pk=event.pk).update(sequence=F("sequence") + 1)  # pages that are kept show the old hours
    room = Room.objects.get(pk=room.pk)  # with the fair's new hours
    _empty(room)
    _lay_out(room, data["pitch"], first)
    _name_representatives(room, now)
    for line in read("chatter")["before"]:
        _do(room, line, now - timedelta(minutes=2))
    return True


def chatter(*, now: datetime) -> bool:
    """Let somebody say the next thing if a visitor is there and nobody has spoken for a while. A duty of the worker."""
    open_now(now=now)
    room = Room.objects.filter(event__slug=read("pitches")["event"]).first()
    if room is None or not leases().count(room.stream, now=now):
        return False
    lines = read("chatter")["loop"]
    said = room.messages.count() + room.questions.count() + room.questions.exclude(answered_at=None).count()
    newest = room.messages.order_by("-pk").first()
    if newest and newest.at > now - (SILENCE if said < 2 * len(lines) else LONG_SILENCE):
        return False
    talk_only = [line for line in lines if line["does"] == "say"]  # an answer said twice would answer something else
    chosen = lines if said < 2 * len(lines) else talk_only
    _do(room, chosen[said % len(chosen)], now)
    return True


def doors(event: Event) -> list[FairPass]:
    """One jobseeker and one employer, as whom a visitor of the demo may come in."""
    passes = FairPass.objects.filter(event=event, user=None).select_related("registration", "organisation")
    roles = (FairRole.JOBSEEKER, FairRole.EMPLOYER)
    return [found for role in roles if (found := passes.filter(role=role).order_by("pk").last())]


def _is_on(room: Room, now: datetime) -> bool:
    stage = stage_of(list(room.pitches.in_order()), now)
    ends_at = room.event.ends_at
    soon = stage.state == StageState.LIVE or (stage.turns_at and stage.turns_at < now + FROM_START_TO_START)
    return bool(soon and ends_at and ends_at > now)


def _five_minutes(now: datetime) -> datetime:
    local = timezone.localtime(now)
    return local.replace(minute=local.minute // 5 * 5, second=0, microsecond=0)


def _empty(room: Room) -> None:
    """Yesterday's talk goes; whoever still listens begins anew."""
    QuestionVote.objects.filter(question__room=room).delete()
    Question.objects.filter(room=room).delete()
    ChatMessage.objects.filter(room=room).delete()
    LiveReceipt.objects.all().delete()
    room.pitches.all().delete()
    stream = LiveStream.objects.locked().get(name=room.stream)
    stream.events.all().delete()
    stream.epoch = new_epoch()
    stream.save(update_fields=["epoch"])


def _lay_out(room: Room, rows: list[dict[str, Any]], first: datetime) -> None:
    for number, row in enumerate(rows):
        starts_at = first + number * FROM_START_TO_START
        ends_at = starts_at + timedelta(minutes=row["minutes"])
        Pitch.objects.create(
            room=room,
            organisation=Organisation.objects.get(business_id=_business_id(row["organisation"])),
            starts_at=starts_at,
            ends_at=ends_at,
            began_at=starts_at if number < 2 else None,  # noqa: PLR2004 - one is over, one is on
            ended_at=ends_at if number == 0 else None,
            **translated(row, "title"),
        )


def _business_id(key: str) -> str:
    rows: list[dict[str, str]] = read("organisations")["organisation"]
    return next(row["business_id"] for row in rows if row["key"] == key)


def _name_representatives(room: Room, now: datetime) -> None:
    """The first registered speak for the employers, the next ones are the jobseekers who talk."""
    registered = list(Registration.objects.confirmed().filter(event=room.event).order_by("pk").select_related("event"))
    by = User.objects.get(email="mika.tolvanen@demo.example")
    for registration, pitch in zip(registered, room.pitches.in_order(), strict=False):
        admission.name_representative(registration=registration, organisation=pitch.organisation, by=by, now=now)
    for registration in registered[room.pitches.count() :][:JOBSEEKERS]:
        admission.enter(registration=registration, now=now)


def _do(room: Room, line: dict[str, Any], now: datetime) -> None:
    by = _speaker(room, line["who"], now)
    if line["does"] == "say":
        talk.say(room=room, by=by, text=line["text"], now=now)
    elif line["does"] == "answer":
        _answer(room, by, line["text"], now)
    else:
        questions.ask(room=room, by=by, text=line["text"], anonymous=line.get("anonymous", False), now=now)
        asked = room.questions.latest("pk")
        for who in line["votes"]:
            questions.vote(room=room, by=_speaker(room, who, now), question=asked.pk, on=True, now=now)


def _answer(room: Room, by: FairPass, text: str, now: datetime) -> None:
    oldest = room.questions.shown().filter(answered_at=None).order_by("pk").first()
    if oldest:
        questions.answer(room=room, by=by, question=oldest.pk, answer=text, now=now)
    else:
        talk.say(room=room, by=by, text=text, now=now)


def _speaker(room: Room, who: int | str, now: datetime) -> FairPass:
    passes = FairPass.objects.filter(event=room.event).select_related("organisation").order_by("pk")
    if who != "employer":
        jobseekers = list(passes.filter(role=FairRole.JOBSEEKER, user=None)[:JOBSEEKERS])
        return jobseekers[int(who) % len(jobseekers)]
    stage = stage_of(list(room.pitches.in_order()), now)
    pitch = stage.pitch or stage.following
    return passes.get(role=FairRole.EMPLOYER, organisation=pitch.organisation if pitch else None)
