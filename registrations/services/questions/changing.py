"""What every change of an event's questions has in common: its locks, its trace, and what it may not leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import Event, Terms
from registrations.enums import AnswerKind, AskedAt
from registrations.models import Question, Questionnaire
from registrations.rules.questions import Asked, Fault, faults
from registrations.services.questions.reading import as_asked

Trace = dict[str, dict[str, Any]]
"""Under `before` and `after`: values by name."""


class NoFilesAtDoor(Refused):
    code = "no_files_at_door"
    message = _("Files cannot be asked for at the door. Ask for it before the event instead.")


class NotInSurvey(Refused):
    code = "not_in_survey"
    message = _("An anonymous survey has no place for files or sensitive answers. Ask for them when people register.")


CHANGING = ("screen", "position", "sensitive", "sees", "retention_days", "condition", "removed_at")
"""What a change may have written to a question."""
WORDS: dict[Fault, Promise] = {
    Fault.ITSELF: _("A question cannot depend on its own answer."),
    Fault.LATER: _("A question can depend only on questions that are asked before it."),
    Fault.LOOP: _("These questions would depend on each other in a circle, so neither would ever be asked."),
    Fault.GONE: _("A condition depends on a question that is not there. Remove the condition first."),
    Fault.UNFIT: _("A condition does not fit the kind or the choices of the question that it depends on."),
    Fault.TOO_MANY: _("There are too many conditions. Make them simpler."),
}


class WrongCondition(Refused):
    """Of which question, and why; nothing was changed."""

    code = "wrong_condition"

    def __init__(self, fault: Fault, label: str) -> None:
        super().__init__()
        self.fault = fault
        self.message = _("“%(question)s”: %(why)s") % {"question": label, "why": WORDS[fault]}


def refuse_files_at_door(questionnaire: Questionnaire | None, kind: AnswerKind) -> None:
    """:raises NoFilesAtDoor: if a file would be asked for there"""
    if kind == AnswerKind.FILE and questionnaire and questionnaire.moment == AskedAt.DOOR:
        raise NoFilesAtDoor


def refuse_in_survey(questionnaire: Questionnaire | None, kind: AnswerKind, *, sensitive: bool) -> None:
    """:raises NotInSurvey: if a survey would ask for what can name somebody or must be guarded one by one"""
    if questionnaire and questionnaire.moment == AskedAt.SURVEY and (sensitive or kind == AnswerKind.FILE):
        raise NotInSurvey


def refuse_faults(questionnaire: Questionnaire) -> None:
    """:raises WrongCondition: of the first question whose condition cannot be"""
    asked: list[Asked] = [as_asked(each) for each in questionnaire.questions.asked().with_wording()]
    for pk, fault in faults(asked).items():
        label = next(each.labels["fi"] for each in asked if each.pk == pk)
        raise WrongCondition(fault, label)


@contextmanager
def changing_one(
    question: Question, *, action: str, by: User, now: datetime, trace: Trace | None = None
) -> Iterator[Questionnaire | None]:
    """The same for one question; of a library the organisation is told."""
    if question.questionnaire is not None:
        with changing(question.questionnaire.event, action=action, by=by, now=now, trace=trace):
            _read_anew(question)
            yield question.questionnaire
        return
    _read_anew(question)
    yield None
    scope = f"organisation:{question.organisation_id}"
    audit.changed(actor=by, action=action, subject=scope, scope=scope, now=now, **trace or {})


def _read_anew(question: Question) -> None:
    """Somebody else may have changed it before the lock was got: what they made sensitive stays encrypted."""
    fresh = Question.objects.select_for_update().filter(pk=question.pk).values(*CHANGING).first() or {}
    for name, value in fresh.items():
        setattr(question, name, value)


@contextmanager
def changing(event: Event, *, action: str, by: User, now: datetime, trace: Trace | None = None) -> Iterator[None]:
    """Serialise changes of one event's questions, and let everybody read them anew.

    :param trace: what the log says beside the action; may be filled in meanwhile
    """
    locked = Event.objects.locked().get(pk=event.pk)
    list(Questionnaire.objects.locked().filter(event=event.pk).order_by("pk"))  # nobody answers it meanwhile
    yield
    mine = Question.objects.asked().filter(questionnaire__event=event.pk)
    asks = mine.exclude(questionnaire__moment=AskedAt.SURVEY).exists()
    terms = Terms.objects.filter(event=event.pk).first() or Terms(event=locked)
    if terms.asks_questions != asks:
        terms.asks_questions = asks
        terms.save()
    locked.changed_at, locked.sequence = now, locked.sequence + 1
    locked.save(update_fields=["changed_at", "sequence"])
    scope = f"organisation:{locked.organisation_id}"
    audit.changed(actor=by, action=action, subject=locked.scope, scope=scope, now=now, **trace or {})
