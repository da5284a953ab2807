"""Many answer one survey at the same moment: every response is kept, though all are written anew each time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import DatabaseError, connections

from registrations.models import SurveyResponse
from registrations.models.questions import QuestionnaireQuerySet
from tests import factories as make
from tests.registrations import questions as q
from tests.registrations import surveys as s

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def answers_lost(rounds):
    """Return how many responses are missing, or written twice, after so many at once."""
    survey = s.survey(make.event())
    question = q.ask(survey.questionnaire)
    start = Barrier(AT_ONCE)

    def answer(number):
        start.wait()
        try:
            s.answer(survey, {question: str(number)})
        except DatabaseError:
            pass
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=AT_ONCE) as hands:
        list(hands.map(answer, range(rounds * AT_ONCE)))
    return rounds * AT_ONCE - SurveyResponse.objects.filter(survey=survey).count()


def test_no_response_is_lost():
    assert answers_lost(8) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_lock_some_would(monkeypatch):
    monkeypatch.setattr(QuestionnaireQuerySet, "locked", lambda self: self.all())
    assert any(answers_lost(8) for _try in range(5))
