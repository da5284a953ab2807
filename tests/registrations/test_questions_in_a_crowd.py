"""Whoever answers a question at the moment when it is put in other words: no answer gets words that nobody answered."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.conf import settings
from django.db import DatabaseError, connections

from registrations.models import Answer, Registration
from registrations.models.questions import QuestionnaireQuerySet
from registrations.services.questions import answering, reading, writing
from registrations.services.questions.writing import Handled, Put
from tests import factories as make
from tests.factories import NOW
from tests.registrations import questions as q
from tests.registrations.questions import K

pytestmark = pytest.mark.django_db(transaction=True)


def reword_while_answering(count):
    """Return how many answers stand under words that were never shown, and how many errors were no refusals."""
    by, jobs, wrong = make.user(), [], []
    for _each in range(count):
        event = make.event()
        question = q.ask(q.sheet(event), label="Ennen?")
        registration = make.register(event)
        mine = Registration.objects.select_related("event__own_terms").get(pk=registration.pk)
        jobs.append((question, mine, reading.of_event(event)[0], Barrier(2)))

    def reword(job):
        question, _mine, _sheet, start = job
        start.wait()
        put = Put(kind=K.TEXT, labels={"fi": "Jälkeen?"})
        writing.change(question=question, put=put, handled=Handled(), by=by, now=NOW)

    def answer(job):
        question, mine, sheet, start = job
        start.wait()
        answering.send(registration=mine, sheet=sheet, answers={question.pk: "x"}, by=None, now=NOW)

    def act(task):
        what, job = task
        try:
            what(job)
        except answering.Unanswered:
            pass
        except DatabaseError as error:
            wrong.append(error)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=2) as hands:
        list(hands.map(act, [(what, job) for job in jobs for what in (reword, answer)]))
    return len(wrong) + Answer.objects.exclude(wording__label_fi="Ennen?").count()


def test_no_answer_gets_other_words_than_it_was_asked_in():
    assert reword_while_answering(40) == 0


@pytest.mark.skipif(settings.ON_SQLITE, reason="row locks are PostgreSQL's; SQLite has one writer")
def test_without_the_lock_some_would(monkeypatch):
    monkeypatch.setattr(QuestionnaireQuerySet, "locked", lambda self: self.all())
    assert any(reword_while_answering(40) for _try in range(10))
