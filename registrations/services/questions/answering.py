"""Answers are kept: with the registration they came with, or later by the personal link or at the door."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from registrations.enums import AnswerKind, AskedAt, Status
from registrations.models import Answer, AnswerChange, AnswerFile, Filling, Hold, Party, Questionnaire, Registration
from registrations.rules import questions as rules
from registrations.rules.conditions import Value
from registrations.rules.questions import Asked
from registrations.services.questions import reading
from registrations.services.questions.reading import Sheet
from registrations.services.questions.telling import value_of

Answers = Mapping[int, Value]
"""By the keys of questions. A file is answered by its key."""


class QuestionsClosed(Refused):
    code = "questions_closed"
    message = _("These questions can no longer be answered here. Ask the organiser.")


class Unanswered(Refused):
    code = "unanswered"
    message = _("Something that must be answered is missing, or the questions have changed meanwhile. Look again.")


@dataclass(frozen=True)
class Filled:
    """A questionnaire with what one person, or one group, has answered."""

    sheet: Sheet
    answers: Answers


def checked(sheet: Sheet, answers: Answers) -> dict[int, Value]:
    """The answers to what is asked; of hidden questions none is kept.

    :raises Unanswered: if one is missing or cannot be an answer
    """
    kept = rules.kept(sheet.asked, answers)
    by_pk = {each.pk: each for each in sheet.asked}
    if rules.missing(sheet.asked, kept) or not all(rules.is_answer(by_pk[pk], value) for pk, value in kept.items()):
        raise Unanswered
    return kept


def write_first(
    *,
    filled: Sequence[Filled],
    hold: Hold,
    now: datetime,
    registration: Registration | None = None,
    party: Party | None = None,
) -> None:
    """Keep what came with a new registration, or a new group, in its transaction. Nothing costs nothing.

    :raises Unanswered: if an answer is missing or cannot be one
    """
    for each in filled:
        refuse_changed(each.sheet)
        kept = checked(each.sheet, each.answers)
        whose: dict[str, Any] = {"registration": registration, "party": party}
        Filling.objects.create(questionnaire_id=each.sheet.pk, saved_at=now, sent_at=now, **whose)
        rows = [_row(asked, kept[asked.pk], now, **whose) for asked in each.sheet.asked if asked.pk in kept]
        Answer.objects.bulk_create(rows)
        for row in rows:
            if (asked := each.sheet.question(row.question_id)) and asked.kind == AnswerKind.FILE:
                _hang_up(str(kept[row.question_id]), row, hold=hold)


@transaction.atomic
def save_draft(
    *, registration: Registration, sheet: Sheet, screen: int, typed: dict[str, Any], now: datetime
) -> Filling:
    """Keep what was typed on one screen, right or wrong, until it is sent.

    :raises QuestionsClosed: if it is not the time for it
    """
    _locked(registration, sheet, by=None, now=now)
    filling = filling_of(registration, sheet) or Filling(registration=registration, questionnaire_id=sheet.pk)
    draft = draft_of(filling) | {str(screen): typed}
    filling.draft, filling.saved_at = json.dumps(draft), now
    filling.save()
    return filling


def filling_of(registration: Registration, sheet: Sheet) -> Filling | None:
    return Filling.objects.filter(registration=registration, questionnaire=sheet.pk).first()


def draft_of(filling: Filling | None) -> dict[str, Any]:
    """What was typed, by the number of the screen."""
    found: dict[str, Any] = json.loads(filling.draft) if filling and filling.draft else {}
    return found


@transaction.atomic
def send(*, registration: Registration, sheet: Sheet, answers: Answers, by: User | None, now: datetime) -> None:
    """Keep a person's answers, for the first time or anew; what an answer was before stays beside it.

    :param by: who asks at the door; None: the person, by their link
    :raises QuestionsClosed: if it is not the time for it
    :raises Unanswered: if an answer is missing or cannot be one
    """
    registration = _locked(registration, sheet, by=by, now=now)
    refuse_changed(sheet)
    kept = checked(sheet, answers)
    filling, _fresh = Filling.objects.get_or_create(
        registration=registration, questionnaire_id=sheet.pk, defaults={"saved_at": now}
    )
    changed = _keep_changes(registration, sheet, kept, filling, by, now)
    again = filling.sent_at is not None
    filling.draft, filling.sent_at, filling.saved_at = None, filling.sent_at or now, now
    filling.save(update_fields=["draft", "sent_at", "saved_at"])
    filling.files.all().delete()
    if again and not changed:
        return
    audit.changed(
        actor=by,
        action="answers.change" if again else "answers.send",
        subject=registration.key,
        scope=f"event:{registration.event_id}",
        now=now,
        after={"questionnaire": sheet.pk, "changed": changed},
    )


def values_of(
    sheet: Sheet, *, registration: Registration | None = None, party: Party | None = None
) -> dict[int, Value]:
    """What has been answered to the questions of `sheet`."""
    rows = Answer.objects.whole().filter(question__in=[each.pk for each in sheet.asked])
    return {row.question_id: _as_answered(row) for row in rows.filter(registration=registration, party=party)}


def refuse_changed(sheet: Sheet) -> None:
    """Lock the questionnaire, last of all locks: it is answered as it is asked, or not at all.

    :raises Unanswered: if it is not the one that was shown
    """
    row = Questionnaire.objects.locked().filter(pk=sheet.pk).first()
    if row is None or reading.sheet(row, row.questions.asked().with_wording()).asked != sheet.asked:
        raise Unanswered


def _as_answered(row: Answer) -> Value:
    if row.wording.kind == AnswerKind.FILE and hasattr(row, "file"):
        return row.file.key.hex
    found: Value = value_of(row)
    return found


def _keep_changes(
    registration: Registration, sheet: Sheet, kept: Answers, filling: Filling, by: User | None, now: datetime
) -> int:
    """Return how many answers are other than they were."""
    rows = Answer.objects.whole().filter(registration=registration, question__in=[each.pk for each in sheet.asked])
    there = {row.question_id: row for row in rows}
    changed = 0
    for asked in sheet.asked:
        old, new = there.get(asked.pk), kept.get(asked.pk)
        if old is not None and new is not None and _as_answered(old) == new:
            continue
        if old is None and new is None:
            continue
        changed += 1
        if new is None:
            old.delete()  # type: ignore[union-attr]  # one of them is there
        else:
            _keep_one(registration, asked, old, new, filling, by, now)
    return changed


def _keep_one(
    registration: Registration,
    asked: Asked,
    old: Answer | None,
    new: Value,
    filling: Filling,
    by: User | None,
    now: datetime,
) -> None:
    row = _row(asked, new, now, registration=registration, party=None)
    if old is not None:
        AnswerChange.objects.create(answer=old, wording_id=old.wording_id, was=old.plain, at=now, by=by)
        row.pk = old.pk
        AnswerFile.objects.filter(answer=old).delete()
    row.save(force_update=old is not None)
    if asked.kind == AnswerKind.FILE:
        _hang_up(str(new), row, filling=filling)


def _row(
    asked: Asked, value: Value, now: datetime, *, registration: Registration | None, party: Party | None
) -> Answer:
    """The row of an answer, unsaved. The value of a file is that there is one."""
    stored: Value = True if asked.kind == AnswerKind.FILE else value
    return Answer(
        question_id=asked.pk,
        wording_id=asked.wording,
        registration=registration,
        party=party,
        plain=None if asked.sensitive else stored,
        secret=json.dumps(stored) if asked.sensitive else None,
        at=now,
    )


def _hang_up(key: str, row: Answer, *, hold: Hold | None = None, filling: Filling | None = None) -> None:
    """Let a file of the form belong to the answer.

    :raises Unanswered: if there is no such file in this form
    """
    mine = AnswerFile.objects.filter(question=row.question_id, hold=hold, filling=filling, answer=None)
    if not mine.filter(key=as_key(key) or UUID(int=0)).update(answer=row.pk, hold=None, filling=None, who=0):
        raise Unanswered


def as_key(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None


def _locked(registration: Registration, sheet: Sheet, *, by: User | None, now: datetime) -> Registration:
    found = Registration.objects.locked().select_related("event__own_terms").get(pk=registration.pk)
    if by is not None:
        if sheet.moment != AskedAt.DOOR or found.status != Status.CONFIRMED:
            raise QuestionsClosed
        return found
    if not may_answer(found, sheet, now):
        raise QuestionsClosed
    return found


def may_answer(registration: Registration, sheet: Sheet, now: datetime) -> bool:
    """Whether the person may answer or correct it by their own link at this moment."""
    event = registration.event
    return rules.is_open(
        sheet.moment,
        status=registration.status,
        now=now,
        begins=event.starts_at,
        ends=registration.ends_at,
        closes=registration.changes_close_at,
    )
