"""A form of many questions that hang on each other, for one person's personal link."""

from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.urls import reverse

from accounts.models import Organisation, User
from config.benchmark import crowd
from config.benchmark.stage import one_more
from registrations.enums import AnswerKind, AskedAt, AskedOf, Join, Trial
from registrations.models import Question
from registrations.rules.conditions import Check, Condition, Group
from registrations.services.questions import writing
from registrations.services.questions.writing import Handled, Put

NUMBER = 105
"""Of the event."""
KINDS = (AnswerKind.CHOICE, AnswerKind.TEXT, AnswerKind.NUMBER, AnswerKind.CHOICES, AnswerKind.DATE, AnswerKind.LONG)
OPTIONS = [{"key": f"o{number}", "fi": f"Vaihtoehto {number}", "en": f"Choice {number}"} for number in range(1, 6)]
EVERY_THIRD = 3
"""Every third question is asked of all; each of the others depends on the choice before it."""


def build(*, owner: User, organisation: Organisation, number: int, now: datetime, say: Callable[[str], object]) -> str:
    """Make a questionnaire of `number` questions, two of three with a condition, and return where it is answered."""
    event = one_more(organisation=organisation, owner=owner, number=NUMBER, capacity=10, now=now)
    sheet = writing.add_questionnaire(
        event=event, moment=AskedAt.BEFORE, asked_of=AskedOf.PERSON, titles={"fi": "Pitkä kysely"}, by=owner, now=now
    )
    choice: Question | None = None
    for place in range(number):
        kind = AnswerKind.CHOICE if place % EVERY_THIRD == 0 else KINDS[place % len(KINDS)]
        put = Put(
            kind=kind,
            labels={"fi": f"Kysymys {place}: mitä vastaat tähän?"},
            helps={"fi": "Vastaa muutamalla sanalla."},
            options=OPTIONS if kind in (AnswerKind.CHOICE, AnswerKind.CHOICES) else [],
        )
        made = writing.ask(questionnaire=sheet, put=put, handled=Handled(), by=owner, now=now)
        if choice is not None and place % EVERY_THIRD:
            checks = (Check(choice.pk, Trial.IS, "o1"), Check(choice.pk, Trial.ONE_OF, ["o2", "o3"]))
            condition = Condition(Join.ALL, (Group(Join.ANY, checks),))
            writing.set_condition(question=made, condition=condition, by=owner, now=now)
        else:
            choice = made
    [ticket] = crowd.register(event=event, number=1, now=now, say=say)
    say(f"A form of {number} questions.")
    return settings.SITE_URL + reverse("registrations:my_questions", args=[ticket.token, sheet.pk])
