"""Surveys for tests, made as the desk makes them and answered as strangers do."""

import datetime as dt

from registrations.enums import Respondent
from registrations.services.surveys import answering, planning
from registrations.services.surveys.answering import Given
from registrations.services.surveys.planning import Plan
from tests import factories as make
from tests.factories import NOW

JOBSEEKER, EMPLOYER, NETWORK = Respondent
DAY = dt.timedelta(days=1)


def survey(event, respondent=JOBSEEKER, *, opens=-DAY, closes=DAY, title="Palautekysely", **plan):
    """Open from yesterday until tomorrow, without questions."""
    return planning.make(
        event=event,
        respondent=respondent,
        titles={"fi": title},
        plan=Plan(opens_at=NOW + opens, closes_at=NOW + closes, **plan),
        by=make.user(),
        now=NOW,
    )


def answer(survey, values, *, now=NOW, **given):
    """One response; `values` by question."""
    answers = {question.pk: value for question, value in values.items()}
    answering.answer(survey=survey, sheet=answering.sheet_of(survey), given=Given(answers=answers, **given), now=now)


def close(survey):
    planning.close(survey=survey, by=make.user(), now=NOW)
    survey.refresh_from_db()
