"""Questions that an organisation's events have in common, and those of an event that is a copy of another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from events.models import Event
from registrations.enums import AnswerKind, AskedAt
from registrations.models import Question, Questionnaire
from registrations.services.questions.changing import changing, changing_one, refuse_files_at_door, refuse_in_survey


@transaction.atomic
def put_into_library(*, question: Question, by: User, now: datetime) -> Question:
    """Keep a copy in the library of the event's organisation, for its other events; conditions stay behind."""
    assert question.questionnaire is not None  # noqa: S101 - pages offer it there
    with changing_one(question, action="questions.library", by=by, now=now):
        made = _copy(question, now, by, organisation=question.questionnaire.event.organisation)
        question.taken_from = made
        question.save(update_fields=["taken_from"])
    return made


@transaction.atomic
def take_from_library(*, questionnaire: Questionnaire, question: Question, by: User, now: datetime) -> Question:
    """Ask a library question here too; from then on it is the event's own.

    :raises NoFilesAtDoor: if it would ask there for a file
    :raises NotInSurvey: if a survey would ask for a file, or what is sensitive
    """
    kind = AnswerKind(question.wordings.get(current=True).kind)
    refuse_files_at_door(questionnaire, kind)
    refuse_in_survey(questionnaire, kind, sensitive=question.sensitive)
    with changing(questionnaire.event, action="questions.add", by=by, now=now):
        last = questionnaire.questions.order_by("-position").first()
        place = {"screen": last.screen, "position": last.position + 1} if last else {}
        return _copy(question, now, by, questionnaire=questionnaire, taken_from=question, **place)


@transaction.atomic
def copy_all(*, source: Event, target: Event, by: User, now: datetime) -> None:
    """Let `target`, a copy of `source`, ask the same; `surveys.copying` does it for surveys."""
    for sheet in Questionnaire.objects.filter(event=source).exclude(moment=AskedAt.SURVEY).order_by("pk"):
        copy_sheet(sheet, target, by, now)


def copy_sheet(sheet: Questionnaire, target: Event, by: User, now: datetime) -> Questionnaire:
    """The same questionnaire at `target`, with copies of its questions and their conditions."""
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
    return sheet


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
