"""A response is kept so that nothing tells whose it is, not even when it came."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from events.models import Event
from registrations.enums import AnswerKind, Respondent
from registrations.models import Question, Survey, SurveyResponse
from registrations.services.questions import reading
from registrations.services.questions.answering import Answers, checked, refuse_changed
from registrations.services.questions.reading import Sheet

TEXTS = (AnswerKind.TEXT, AnswerKind.LONG)
AT_ONCE = 500


class SurveyClosed(Refused):
    code = "survey_closed"
    message = _("This survey is not open now, so your answers were not sent.")


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a browser sends.

    :param answers: by the keys of questions
    :param quotable: questions whose text may be quoted
    :param organisation: for whom they answer, if they want that to be known
    """

    answers: Answers
    quotable: Collection[int] = ()
    organisation: str = ""
    business_id: str = ""


def sheet_of(survey: Survey) -> Sheet:
    """Its questions as they stand in the database."""
    row = survey.questionnaire
    return reading.sheet(row, row.questions.asked().with_wording())


def open_for(*, event: Event, respondent: Respondent, now: datetime) -> Survey | None:
    """The survey of the event that is open to them and asks something; of several the one that closes first."""
    asks = Exists(Question.objects.asked().filter(questionnaire=OuterRef("questionnaire")))
    rows = Survey.objects.open_at(now).filter(asks, questionnaire__event=event.pk, respondent=respondent)
    return rows.order_by("closes_at", "pk").first()


@transaction.atomic
def answer(*, survey: Survey, sheet: Sheet, given: Given, now: datetime) -> None:
    """Keep a response. No trace of who sent it, or when, is written anywhere: no audit entry, message or session.

    :raises SurveyClosed: if it is not open
    :raises Unanswered: if an answer is missing or cannot be one, or the questions have changed
    """
    refuse_changed(sheet)
    found = Survey.objects.open_at(now).filter(pk=survey.pk).first()
    if found is None:
        raise SurveyClosed
    kept = checked(sheet, given.answers)
    asked = {each.pk: each for each in sheet.asked}
    texts = [pk for pk in given.quotable if pk in kept and asked[pk].kind in TEXTS]
    named = given.organisation if found.may_name else ""
    _mix_in(
        found,
        SurveyResponse(
            survey=found,
            answers={str(asked[pk].wording): value for pk, value in kept.items()},
            quotable=sorted(asked[pk].wording for pk in texts),
            organisation=named,
            business_id=given.business_id if named else "",
        ),
    )


def _mix_in(survey: Survey, response: SurveyResponse) -> None:
    """Write all responses anew in an order drawn by lot, under the questionnaire's lock.

    A row that was only added would stand behind the older ones on the disk, and on PostgreSQL carry the number of its
    own transaction (`xmin`): with a list of who answered when, order is a name. So all rows come from one transaction.
    """
    rows = [*SurveyResponse.objects.filter(survey=survey), response]
    SystemRandom().shuffle(rows)
    SurveyResponse.objects.filter(survey=survey).delete()
    SurveyResponse.objects.bulk_create(rows, batch_size=AT_ONCE)
