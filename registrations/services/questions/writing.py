"""Questionnaires as the desk writes them. Every change lets pages read the event's questions anew."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Refused
from events.models import LANGUAGES, Event
from registrations.enums import AnswerKind, AskedAt, AskedOf
from registrations.models import Answer, Filling, Question, Questionnaire, SurveyResponse, Wording
from registrations.rules import conditions
from registrations.rules.conditions import Condition
from registrations.rules.questions import in_order, may_see
from registrations.services.questions.changing import (
    Trace,
    changing,
    changing_one,
    refuse_faults,
    refuse_files_at_door,
    refuse_in_survey,
)
from registrations.services.questions.reading import as_asked
from registrations.services.questions.showing import roles_at


class HasAnswers(Refused):
    code = "has_answers"
    message = _("People have answered this already, so it stays. Take the questions out one by one instead.")


class GroupsOnlyAtFirst(Refused):
    code = "groups_only_at_first"
    message = _("A group can be asked once only when it registers. Choose “Each person”, or another moment.")


class NotYoursToOpen(Refused):
    code = "not_yours_to_open"
    message = _(
        "People have answered this for those who are named to read it. Only one of these can let others see it."
    )


@dataclass(frozen=True, kw_only=True)
class Put:
    """How a question is put. Texts are by language, `fi` at least; options without a key are new."""

    kind: AnswerKind
    labels: Mapping[str, str]
    helps: Mapping[str, str] = field(default_factory=dict)
    options: Sequence[Mapping[str, str]] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    required: bool = False

    def columns(self) -> dict[str, Any]:
        texts = {f"label_{code}": self.labels.get(code, "") for code in LANGUAGES}
        texts |= {f"help_{code}": self.helps.get(code, "") for code in LANGUAGES}
        plain = {"options": [dict(each) for each in self.options], "limits": dict(self.limits)}
        return {"kind": str(self.kind), "required": self.required, **texts, **plain}


@dataclass(frozen=True, kw_only=True)
class Handled:
    """What happens to the answers."""

    screen: int = 1
    sensitive: bool = False
    sees: Sequence[str] = ()
    retention_days: int | None = None

    def columns(self) -> dict[str, Any]:
        return {
            "screen": self.screen,
            "sensitive": self.sensitive,
            "sees": sorted(self.sees),
            "retention_days": self.retention_days,
        }


@transaction.atomic
def add_questionnaire(
    *, event: Event, moment: AskedAt, asked_of: AskedOf, titles: Mapping[str, str], by: User, now: datetime
) -> Questionnaire:
    """:raises GroupsOnlyAtFirst: if groups would be asked at another moment"""
    if asked_of == AskedOf.PARTY and moment != AskedAt.REGISTRATION:
        raise GroupsOnlyAtFirst
    with changing(event, action="questions.sheet", by=by, now=now):
        return Questionnaire.objects.create(
            event=event, moment=moment, asked_of=asked_of, created_at=now, **_titles(titles)
        )


@transaction.atomic
def rename_questionnaire(*, questionnaire: Questionnaire, titles: Mapping[str, str], by: User, now: datetime) -> None:
    with changing(questionnaire.event, action="questions.sheet", by=by, now=now):
        Questionnaire.objects.filter(pk=questionnaire.pk).update(**_titles(titles))


@transaction.atomic
def remove_questionnaire(*, questionnaire: Questionnaire, by: User, now: datetime) -> None:
    """:raises HasAnswers: if anybody has answered, or sent it"""
    with changing(questionnaire.event, action="questions.remove", by=by, now=now):
        answered = Answer.objects.filter(question__questionnaire=questionnaire).exists()
        answered = answered or SurveyResponse.objects.filter(survey__questionnaire=questionnaire).exists()
        if answered or Filling.objects.filter(questionnaire=questionnaire, sent_at__isnull=False).exists():
            raise HasAnswers
        questionnaire.delete()


@transaction.atomic
def ask(*, questionnaire: Questionnaire, put: Put, handled: Handled, by: User, now: datetime) -> Question:
    """Add a question at the end of its screen.

    :raises NoFilesAtDoor: if it asks there for a file
    :raises NotInSurvey: if a survey would ask for a file, or what is sensitive
    :raises NotYoursToOpen: if others than before would read what was answered, or it would be guarded less, and `by`
        may not read it
    """
    refuse_files_at_door(questionnaire, put.kind)
    refuse_in_survey(questionnaire, put.kind, sensitive=handled.sensitive)
    with changing(questionnaire.event, action="questions.add", by=by, now=now):
        last = questionnaire.questions.order_by("-position").values_list("position", flat=True).first() or 0
        made = Question.objects.create(questionnaire=questionnaire, position=last + 1, **handled.columns())
        Wording.objects.create(question=made, at=now, by=by, **put.columns())
    return made


@transaction.atomic
def change(*, question: Question, put: Put, handled: Handled, by: User, now: datetime) -> None:
    """Change how a question is put. Once it was answered, the new words are a new wording; old answers keep theirs.

    :raises WrongCondition: if a condition would not fit any more
    :raises NoFilesAtDoor: if it would ask there for a file
    :raises NotInSurvey: if a survey would ask for a file, or what is sensitive
    """
    refuse_files_at_door(question.questionnaire, put.kind)
    refuse_in_survey(question.questionnaire, put.kind, sensitive=handled.sensitive)
    trace: Trace = {}
    with changing_one(question, action="questions.change", by=by, now=now, trace=trace) as questionnaire:
        # Another may have changed it since the page was read.
        was = Question.objects.select_for_update(no_key=True).get(pk=question.pk)
        if questionnaire:
            _refuse_to_open(was, handled, questionnaire.event, by)
        trace |= _difference(was, handled)
        for name, value in handled.columns().items():
            setattr(question, name, value)
        question.save(update_fields=list(handled.columns()))
        _reword(question, put, by, now)
        if question.sensitive != was.sensitive:
            _turn_answers(question)
        if questionnaire:
            refuse_faults(questionnaire)


@transaction.atomic
def move(*, question: Question, up: bool, by: User, now: datetime) -> None:
    """Ask it one place earlier or later; at the edge of its screen it goes to the next one.

    :raises WrongCondition: if it, or another, would depend on what is asked later
    """
    with changing_one(question, action="questions.move", by=by, now=now) as questionnaire:
        assert questionnaire is not None  # noqa: S101 - a library has no order
        rows = in_order(as_asked(each) for each in questionnaire.questions.asked().with_wording())
        place = next(number for number, each in enumerate(rows) if each.pk == question.pk)
        other = place + (-1 if up else 1)
        if not 0 <= other < len(rows):
            return
        screens = [each.screen for each in rows]
        if screens[other] != screens[place]:
            screens[place] = screens[other]
        else:
            rows[place], rows[other] = rows[other], rows[place]
        for number, (each, screen) in enumerate(zip(rows, screens, strict=True)):
            Question.objects.filter(pk=each.pk).update(position=number, screen=screen)
        refuse_faults(questionnaire)


@transaction.atomic
def set_condition(*, question: Question, condition: Condition, by: User, now: datetime) -> None:
    """Say when a question is asked.

    :raises WrongCondition: if it depends on itself, on a later one or on one that depends on it, or does not fit
    """
    with changing_one(question, action="questions.change", by=by, now=now) as questionnaire:
        question.condition = conditions.written(condition)
        question.save(update_fields=["condition"])
        if questionnaire:
            refuse_faults(questionnaire)


@transaction.atomic
def take_out(*, question: Question, by: User, now: datetime) -> None:
    """Ask it no more. Without answers it goes; with answers it only is not asked.

    :raises WrongCondition: if another question depends on it
    """
    with changing_one(question, action="questions.remove", by=by, now=now) as questionnaire:
        if is_answered(question):
            question.removed_at = now
            question.save(update_fields=["removed_at"])
        else:
            question.delete()
        if questionnaire:
            refuse_faults(questionnaire)


def is_answered(question: Question) -> bool:
    """Responses to a survey name the wordings that they answer; whether this one is among them does not matter."""
    if Answer.objects.filter(question=question).exists():
        return True
    return SurveyResponse.objects.filter(survey__questionnaire=question.questionnaire_id or 0).exists()


def _refuse_to_open(was: Question, handled: Handled, event: Event, by: User) -> None:
    more = bool(was.sees) and (not handled.sees or not set(handled.sees) <= set(was.sees))
    opens = more or (was.sensitive and not handled.sensitive)
    if opens and not may_see(was.sees, roles_at(by, event), sensitive=was.sensitive) and is_answered(was):
        raise NotYoursToOpen


def _difference(was: Question, handled: Handled) -> Trace:
    """What happens otherwise to the answers, for the log."""
    after = {name: value for name, value in handled.columns().items() if getattr(was, name) != value}
    return {"before": {name: getattr(was, name) for name in after}, "after": after} if after else {}


def _reword(question: Question, put: Put, by: User, now: datetime) -> None:
    wording = Wording.objects.select_for_update().get(question=question, current=True)
    columns = put.columns()
    if all(getattr(wording, name) == value for name, value in columns.items()):
        return
    if is_answered(question):
        Wording.objects.filter(pk=wording.pk).update(current=False)
        Wording.objects.create(question=question, number=wording.number + 1, at=now, by=by, **columns)
    else:
        Wording.objects.filter(pk=wording.pk).update(**columns, at=now, by=by)


def _turn_answers(question: Question) -> None:
    """Encrypt what lay open, or the other way round; open histories of what is sensitive now go."""
    for row in Answer.objects.filter(question=question):
        value = json.loads(row.secret) if row.secret is not None else row.plain
        row.plain, row.secret = (None, json.dumps(value)) if question.sensitive else (value, None)
        row.save(update_fields=["plain", "secret"])
        if question.sensitive:
            row.changes.update(was=None)


def _titles(titles: Mapping[str, str]) -> dict[str, str]:
    return {f"title_{code}": titles.get(code, "") for code in LANGUAGES}
