"""Questions to the stage. Asking, answering and hiding are events; votes are counted and told now and then."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.services import audit
from core.errors import Refused
from core.services import streams
from virtualfair.models import FairPass, Question, QuestionVote, Room
from virtualfair.services import payloads, permits
from virtualfair.services.rooms import SCORES


class OwnQuestion(Refused):
    code = "own_question"
    message = _("This is your own question. Others can vote for it.")


class AlreadyAnswered(Refused):
    code = "already_answered"
    message = _("This question has been answered already.")


@transaction.atomic
def ask(*, room: Room, by: FairPass, text: str, anonymous: bool, now: datetime) -> int:
    """Ask the stage; the question belongs to the pitch that is on now. Return the event's number.

    :raises NotAllowed, RoomClosed: see `permits.require`
    """
    permits.require("qa.ask", room=room, by=by, now=now)
    live = room.pitches.filter(began_at__isnull=False, ended_at=None).first()
    asked = Question.objects.create(room=room, pitch=live, author=by, text=text, anonymous=anonymous, asked_at=now)
    return streams.append(
        stream=room.stream,
        event="qa.asked",
        payload=payloads.question(asked),
        actor="" if anonymous else by.key,
        subject=asked.key,
        now=now,
    )


@transaction.atomic
def vote(*, room: Room, by: FairPass, question: int, on: bool, now: datetime) -> None:
    """Want an answer to somebody's question, or no longer. Doing it twice changes nothing.

    :raises Gone: if it is hidden or not of this room
    :raises OwnQuestion: if one votes for oneself
    :raises NotAllowed, RoomClosed: see `permits.require`
    """
    permits.require("qa.vote", room=room, by=by, now=now)
    asked = _find(room, question)
    if asked.author_id == by.pk:
        raise OwnQuestion
    if on:
        QuestionVote.objects.bulk_create([QuestionVote(question=asked, voter=by)], ignore_conflicts=True)
    else:
        QuestionVote.objects.filter(question=asked, voter=by).delete()
    streams.touch(stream=room.stream, state=SCORES)


@transaction.atomic
def answer(*, room: Room, by: FairPass, question: int, answer: str, now: datetime) -> int:
    """Mark a question as answered, on the stage or in the words of `answer`. Return the event's number.

    :raises AlreadyAnswered: the second time
    :raises Gone: if it is hidden or not of this room
    :raises NotAllowed, RoomClosed: see `permits.require`
    """
    permits.require("qa.answer", room=room, by=by, now=now)
    asked = _find(room, question)
    mine = Question.objects.shown().filter(pk=asked.pk, answered_at=None)
    if not mine.update(answered_at=now, answered_by=by, answer=answer):
        raise AlreadyAnswered
    asked.answered_at, asked.answer = now, answer
    return streams.append(
        stream=room.stream,
        event="qa.answered",
        payload={"id": asked.pk, "by": payloads.author(by), **payloads.answer(asked)},
        actor=by.key,
        subject=asked.key,
        now=now,
    )


@transaction.atomic
def hide(*, room: Room, by: FairPass, question: int, now: datetime) -> int:
    """Take a question away from everybody's eyes. It stays in the database with who hid it.

    :raises Gone: if it is hidden already or not of this room
    :raises NotAllowed, RoomClosed: see `permits.require`
    """
    permits.require("qa.hide", room=room, by=by, now=now)
    if not Question.objects.shown().filter(room=room, pk=question).update(hidden_at=now, hidden_by=by):
        raise permits.Gone
    audit.changed(
        actor=by.user, action="question.hide", subject=f"question:{question}", scope=f"event:{room.event_id}", now=now
    )
    return streams.append(
        stream=room.stream,
        event="qa.hide",
        payload={"id": question},
        actor=by.key,
        hides=f"question:{question}",
        now=now,
    )


def _find(room: Room, pk: int) -> Question:
    found = Question.objects.shown().filter(room=room, pk=pk).first()
    if found is None:
        raise permits.Gone
    return found
