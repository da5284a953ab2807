"""Answers and files whose time is over are deleted by the worker."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from accounts.services import audit
from registrations.models import Answer, Filling, Question
from registrations.rules import questions as rules

log = logging.getLogger(__name__)

DRAFTS_LIVE = timedelta(days=30)
AT_ONCE = 500


def forget_due(*, now: datetime) -> int:
    """Delete answers past their question's days, and drafts that nobody went on with; return how many answers."""
    Filling.objects.filter(sent_at=None, saved_at__lt=now - DRAFTS_LIVE).delete()
    Filling.objects.filter(draft__isnull=False, saved_at__lt=now - DRAFTS_LIVE).update(draft=None)
    kept = Exists(Answer.objects.filter(question=OuterRef("pk")))
    rows = Question.objects.filter(kept, retention_days__isnull=False, questionnaire__isnull=False)
    rows = rows.annotate(ends=Max("questionnaire__event__meetings__ends_at")).select_related("questionnaire")
    due = [each for each in rows if rules.is_due(each.retention_days, ends=each.ends, now=now)]  # type: ignore[attr-defined]
    return sum(_forget_or_tell(each, now) for each in due)


def _forget_or_tell(question: Question, now: datetime) -> int:
    try:
        return _forget(question, now)
    except Exception:  # what cannot go now must not keep the other questions' answers from going
        log.exception("answers were not deleted", extra={"question": question.pk})
        return 0


@transaction.atomic
def _forget(question: Question, now: datetime) -> int:
    """All of one question. What was there when somebody deleted it beside us, they have counted."""
    number = 0
    while keys := list(Answer.objects.filter(question=question).values_list("pk", flat=True)[:AT_ONCE]):
        number += Answer.objects.filter(pk__in=keys).delete()[1].get("registrations.Answer", 0)
    assert question.questionnaire is not None  # noqa: S101 - as they were chosen
    event = f"event:{question.questionnaire.event_id}"
    if number:
        audit.changed(
            actor=None, action="answers.forget", subject=event, scope=event, now=now, after={"entries": number}
        )
    return number
