"""Questionnaires as the desk writes them. Every change lets pages read the event's questions anew."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import Event, Terms
from registrations.enums import AnswerKind, AskedOf, Moment
from registrations.models import Answer, Filling, Question, Questionnaire, Wording
from registrations.rules import conditions
from registrations.rules.conditions import Condition
from registrations.rules.questions import Asked, Fault, faults, in_order
from registrations.services.questions.reading import LANGUAGES, as_asked

LAST_SCREEN = 20


class HasAnswers(Refused):
    code = "has_answers"
    message = _("People have answered this already, so it stays. Take the questions out one by one instead.")


class GroupsOnlyAtFirst(Refused):
    code = "groups_only_at_first"
    message = _("A group can be asked once only when it registers. Choose “Each person”, or another moment.")


class NoFilesAtDoor(Refused):
    code = "no_files_at_door"
    message = _("Files cannot be asked for at the door. Ask for it before the event instead.")


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
    *, event: Event, moment: Moment, asked_of: AskedOf, titles: Mapping[str, str], by: User, now: datetime
) -> Questionnaire:
    """:raises GroupsOnlyAtFirst: if groups would be asked at another moment"""
    if asked_of == AskedOf.PARTY and moment != Moment.REGISTRATION:
        raise GroupsOnlyAtFirst
    with _changing(event, action="questions.sheet", by=by, now=now):
        return Questionnaire.objects.create(
            event=event, moment=moment, asked_of=asked_of, created_at=now, **_titles(titles)
        )


@transaction.atomic
def rename_questionnaire(*, questionnaire: Questionnaire, titles: Mapping[str, str], by: User, now: datetime) -> None:
    with _changing(questionnaire.event, action="questions.sheet", by=by, now=now):
        Questionnaire.objects.filter(pk=questionnaire.pk).update(**_titles(titles))


@transaction.atomic
def remove_questionnaire(*, questionnaire: Questionnaire, by: User, now: datetime) -> None:
    """:raises HasAnswers: if anybody has answered, or sent it"""
    with _changing(questionnaire.event, action="questions.remove", by=by, now=now):
        answered = Answer.objects.filter(question__questionnaire=questionnaire).exists()
        if answered or Filling.objects.filter(questionnaire=questionnaire, sent_at__isnull=False).exists():
            raise HasAnswers
        questionnaire.delete()


@transaction.atomic
def ask(*, questionnaire: Questionnaire, put: Put, handled: Handled, by: User, now: datetime) -> Question:
    """Add a question at the end of its screen.

    :raises NoFilesAtDoor: if it asks there for a file
    """
    _refuse_files_at_door(questionnaire, put)
    with _changing(questionnaire.event, action="questions.add", by=by, now=now):
        last = questionnaire.questions.order_by("-position").values_list("position", flat=True).first() or 0
        made = Question.objects.create(questionnaire=questionnaire, position=last + 1, **handled.columns())
        Wording.objects.create(question=made, at=now, by=by, **put.columns())
    return made


@transaction.atomic
def change(*, question: Question, put: Put, handled: Handled, by: User, now: datetime) -> None:
    """Change how a question is put. Once it was answered, the new words are a new wording; old answers keep theirs.

    :raises WrongCondition: if a condition would not fit any more
    :raises NoFilesAtDoor: if it would ask there for a file
    """
    _refuse_files_at_door(question.questionnaire, put)
    with _changing_one(question, action="questions.change", by=by, now=now) as questionnaire:
        was_sensitive = question.sensitive
        for name, value in handled.columns().items():
            setattr(question, name, value)
        question.save()
        _reword(question, put, by, now)
        if question.sensitive != was_sensitive:
            _turn_answers(question)
        if questionnaire:
            _refuse_faults(questionnaire)


@transaction.atomic
def move(*, question: Question, up: bool, by: User, now: datetime) -> None:
    """Ask it one place earlier or later; at the edge of its screen it goes to the next one.

    :raises WrongCondition: if it, or another, would depend on what is asked later
    """
    with _changing_one(question, action="questions.move", by=by, now=now) as questionnaire:
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
        _refuse_faults(questionnaire)


@transaction.atomic
def set_condition(*, question: Question, condition: Condition, by: User, now: datetime) -> None:
    """Say when a question is asked.

    :raises WrongCondition: if it depends on itself, on a later one or on one that depends on it, or does not fit
    """
    with _changing_one(question, action="questions.change", by=by, now=now) as questionnaire:
        question.condition = conditions.written(condition)
        question.save(update_fields=["condition"])
        if questionnaire:
            _refuse_faults(questionnaire)


@transaction.atomic
def take_out(*, question: Question, by: User, now: datetime) -> None:
    """Ask it no more. Without answers it goes; with answers it only is not asked.

    :raises WrongCondition: if another question depends on it
    """
    with _changing_one(question, action="questions.remove", by=by, now=now) as questionnaire:
        if Answer.objects.filter(question=question).exists():
            question.removed_at = now
            question.save(update_fields=["removed_at"])
        else:
            question.delete()
        if questionnaire:
            _refuse_faults(questionnaire)


@transaction.atomic
def put_into_library(*, question: Question, by: User, now: datetime) -> Question:
    """Keep a copy in the library of the event's organisation, for its other events; conditions stay behind."""
    assert question.questionnaire is not None  # noqa: S101 - pages offer it there
    with _changing_one(question, action="questions.library", by=by, now=now):
        made = _copy(question, now, by, organisation=question.questionnaire.event.organisation)
        question.taken_from = made
        question.save(update_fields=["taken_from"])
    return made


@transaction.atomic
def take_from_library(*, questionnaire: Questionnaire, question: Question, by: User, now: datetime) -> Question:
    """Ask a library question here too; from then on it is the event's own.

    :raises NoFilesAtDoor: if it would ask there for a file
    """
    kind = question.wordings.get(current=True).kind
    if kind == AnswerKind.FILE and questionnaire.moment == Moment.DOOR:
        raise NoFilesAtDoor
    with _changing(questionnaire.event, action="questions.add", by=by, now=now):
        last = questionnaire.questions.order_by("-position").first()
        place = {"screen": last.screen, "position": last.position + 1} if last else {}
        return _copy(question, now, by, questionnaire=questionnaire, taken_from=question, **place)


@transaction.atomic
def copy_all(*, source: Event, target: Event, by: User, now: datetime) -> None:
    """Let `target`, a copy of `source`, ask the same."""
    for sheet in Questionnaire.objects.filter(event=source).order_by("pk"):
        old = list(sheet.questions.asked().order_by("screen", "position", "pk"))
        sheet.pk, sheet.event, sheet.created_at = None, target, now
        sheet.save(force_insert=True)
        twins: dict[int, Question] = {}
        for each in old:
            place = {"screen": each.screen, "position": each.position, "taken_from_id": each.taken_from_id}
            twins[each.pk] = _copy(each, now, by, questionnaire=sheet, **place)
        for each in old:
            twins[each.pk].condition = _repointed(each.condition, twins)
            twins[each.pk].save(update_fields=["condition"])


def _repointed(condition: Any, twins: Mapping[int, Question]) -> Any:
    """The same condition on the copies of the questions that it looks at."""
    if not condition:
        return {}
    text = json.loads(json.dumps(condition))
    for group in text["groups"]:
        for test in group["tests"]:
            test["question"] = twins[test["question"]].pk if test["question"] in twins else 0
    return text


def _copy(question: Question, now: datetime, by: User, **home: Any) -> Question:
    plain = {name: getattr(question, name) for name in ("sensitive", "sees", "retention_days")}
    made = Question.objects.create(**plain, **home)
    wording = question.wordings.get(current=True)
    wording.pk, wording.question, wording.number, wording.at, wording.by = None, made, 1, now, by
    wording.save(force_insert=True)
    return made


def _reword(question: Question, put: Put, by: User, now: datetime) -> None:
    wording = Wording.objects.select_for_update().get(question=question, current=True)
    columns = put.columns()
    if all(getattr(wording, name) == value for name, value in columns.items()):
        return
    if wording.answers.exists():
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


def _refuse_files_at_door(questionnaire: Questionnaire | None, put: Put) -> None:
    if put.kind == AnswerKind.FILE and questionnaire and questionnaire.moment == Moment.DOOR:
        raise NoFilesAtDoor


def _refuse_faults(questionnaire: Questionnaire) -> None:
    """:raises WrongCondition: of the first question whose condition cannot be"""
    asked: list[Asked] = [as_asked(each) for each in questionnaire.questions.asked().with_wording()]
    for pk, fault in faults(asked).items():
        label = next(each.labels["fi"] for each in asked if each.pk == pk)
        raise WrongCondition(fault, label)


@contextmanager
def _changing_one(question: Question, *, action: str, by: User, now: datetime) -> Iterator[Questionnaire | None]:
    """The same for one question; of a library the organisation is told."""
    if question.questionnaire is not None:
        with _changing(question.questionnaire.event, action=action, by=by, now=now):
            yield question.questionnaire
        return
    yield None
    scope = f"organisation:{question.organisation_id}"
    audit.changed(actor=by, action=action, subject=scope, scope=scope, now=now)


@contextmanager
def _changing(event: Event, *, action: str, by: User, now: datetime) -> Iterator[None]:
    """Serialise changes of one event's questions, and let everybody read them anew."""
    locked = Event.objects.locked().get(pk=event.pk)
    list(Questionnaire.objects.locked().filter(event=event.pk).order_by("pk"))  # nobody answers it meanwhile
    yield
    asks = Question.objects.asked().filter(questionnaire__event=event.pk).exists()
    terms = Terms.objects.filter(event=event.pk).first() or Terms(event=locked)
    if terms.asks_questions != asks:
        terms.asks_questions = asks
        terms.save()
    locked.changed_at, locked.sequence = now, locked.sequence + 1
    locked.save(update_fields=["changed_at", "sequence"])
    scope = f"organisation:{locked.organisation_id}"
    audit.changed(actor=by, action=action, subject=locked.scope, scope=scope, now=now)


def _titles(titles: Mapping[str, str]) -> dict[str, str]:
    return {f"title_{code}": titles.get(code, "") for code in LANGUAGES}
