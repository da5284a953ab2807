"""Anonymous surveys of the demo, closed ones with results and one that is open."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from accounts.models import User
from config.demo.content import read
from events.models import Event
from registrations.enums import AnswerKind, Join, Respondent, Trial
from registrations.models import Question, Survey
from registrations.rules.conditions import Check, Condition, Group
from registrations.services.questions import writing
from registrations.services.questions.writing import Handled, Put
from registrations.services.surveys import answering, planning
from registrations.services.surveys.answering import Given
from registrations.services.surveys.planning import Plan

NOON = time(12)
Row = dict[str, Any]


def ask(events: Mapping[str, Event], *, by: User, at: Callable[[int, time], datetime], now: datetime) -> None:
    """Make each survey with its questions, and let those answer whom the data file has."""
    for row in read("surveys")["survey"]:
        opens_at = at(row["opens_in_days"], NOON)
        plan = Plan(
            opens_at=opens_at,
            closes_at=at(row["closes_in_days"], NOON),
            invited=row.get("invited"),
            may_name=row.get("may_name", False),
        )
        event, respondent = events[row["event"]], Respondent(row["respondent"])
        survey = planning.make(event=event, respondent=respondent, titles=row["title"], plan=plan, by=by, now=now)
        made: list[Question] = []
        for each in row["question"]:
            made.append(_question(survey, each, made, by, now))
        _answer(survey, row["question"], made, opens_at + timedelta(hours=1))


def _question(survey: Survey, row: Row, made: list[Question], by: User, now: datetime) -> Question:
    put = Put(
        kind=AnswerKind(row["kind"]),
        labels=row["label"],
        options=row.get("options", []),
        limits=row.get("limits", {}),
        required=row.get("required", False),
    )
    question = writing.ask(questionnaire=survey.questionnaire, put=put, handled=Handled(), by=by, now=now)
    if when := row.get("when"):
        check = Check(made[when["question"]].pk, Trial(when["test"]), when["value"])
        condition = Condition(Join.ALL, (Group(Join.ALL, (check,)),))
        writing.set_condition(question=question, condition=condition, by=by, now=now)
    return question


def _answer(survey: Survey, rows: list[Row], made: list[Question], now: datetime) -> None:
    sheet = answering.sheet_of(survey)
    names: list[str] = next((row["named"] for row in rows if "named" in row), [])
    for number in range(max(len(row["answers"]) for row in rows)):
        given = {
            question.pk: row["answers"][number]
            for question, row in zip(made, rows, strict=True)
            if number < len(row["answers"]) and row["answers"][number] != ""
        }
        quotable = [question.pk for question, row in zip(made, rows, strict=True) if number in row.get("quotable", [])]
        organisation = names[number] if names else ""
        response = Given(answers=given, quotable=quotable, organisation=organisation)
        answering.answer(survey=survey, sheet=sheet, given=response, now=now)
