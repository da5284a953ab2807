"""Everything that can be done in a room, by socket or by a plain form: a name, the form that reads it, the service.

A command carries an id that its client made up. The same command again, however it comes, is obeyed once and answered
as the first time.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import rates
from core.errors import Refused
from core.forms import Form
from core.services import streams
from virtualfair import forms
from virtualfair.models import FairPass, Room
from virtualfair.services import questions, stage, talk


class UnknownCommand(Refused):
    code = "unknown_command"
    message = _("There is no such command.")


class SlowDown(Refused):
    """Too much at once; `retry_after` is in seconds."""

    code = "slow_down"
    message = _("That was very quick. Wait a moment and send it again.")

    def __init__(self, retry_after: int) -> None:
        super().__init__()
        self.retry_after = retry_after


class Invalid(Refused):
    """The form did not understand; it knows why, field by field."""

    code = "invalid"

    def __init__(self, form: Form) -> None:
        super().__init__()
        self.form = form
        self.message = " ".join(str(error) for errors in form.errors.values() for error in errors)


Service = Callable[..., int | None]
"""Takes `room`, `by`, `now` and what the form has cleaned; returns the number of the event it made, if it made one."""


@dataclass(frozen=True)
class Command:
    """At most `times` of it within `seconds` from one person."""

    form: type[Form]
    service: Service
    times: int
    seconds: int


COMMANDS: dict[str, Command] = {
    "chat.send": Command(forms.SayForm, talk.say, times=5, seconds=5),
    "chat.hide": Command(forms.MessageForm, talk.hide, times=20, seconds=10),
    "qa.ask": Command(forms.AskForm, questions.ask, times=1, seconds=15),
    "qa.vote": Command(forms.VoteForm, questions.vote, times=10, seconds=2),
    "qa.answer": Command(forms.AnswerForm, questions.answer, times=20, seconds=10),
    "qa.hide": Command(forms.QuestionForm, questions.hide, times=20, seconds=10),
    "stage.start": Command(forms.StagedPitchForm, stage.start, times=10, seconds=10),
    "stage.end": Command(forms.StagedPitchForm, stage.end, times=10, seconds=10),
}


def obey(
    *, name: str, command_id: UUID, data: Mapping[str, Any], room: Room, by: FairPass, now: datetime
) -> dict[str, Any]:
    """Do what `name` says, once, and return its answer: `ch` and `sq` of the event it made, if it made one.

    :raises UnknownCommand, Invalid: if it cannot be understood
    :raises SlowDown: if it comes too fast
    :raises Refused: what the service refuses
    """
    command = COMMANDS.get(name)
    if command is None:
        raise UnknownCommand
    if (earlier := streams.earlier_answer(actor=by.key, command=command_id)) is not None:
        return earlier
    form = command.form(data)
    if not form.is_valid():
        raise Invalid(form)
    if wait := rates.wait(f"{by.key}:{name}", times=command.times, seconds=command.seconds, now=now):
        raise SlowDown(wait)
    try:
        return _obey_once(command, command_id, form, room, by, now)
    except IntegrityError:
        answer = streams.earlier_answer(actor=by.key, command=command_id)
        if answer is None:
            raise
        return answer


@transaction.atomic
def _obey_once(
    command: Command, command_id: UUID, form: Form, room: Room, by: FairPass, now: datetime
) -> dict[str, Any]:
    sq = command.service(room=room, by=by, now=now, **form.cleaned_data)
    answer = {"ch": room.stream, "sq": sq} if sq else {"ch": room.stream}
    streams.keep_answer(actor=by.key, command=command_id, answer=answer, now=now)
    return answer
