"""The organisers' own questions in the demo, and what people have answered."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from config.demo.content import read
from events.models import Event
from registrations.enums import AnswerKind, AskedAt, AskedOf, Join, Trial
from registrations.models import Question, Questionnaire, Registration
from registrations.rules import questions as rules
from registrations.rules.conditions import Check, Condition, Group, Value
from registrations.services.questions import answering, library, reading, writing
from registrations.services.questions.writing import Handled, Put

ANSWERED = 15


def ask(events: Mapping[str, Event], *, by: User, now: datetime) -> None:
    """Make the questionnaires, and let the first of those who have a seat answer."""
    for row in read("questions")["sheet"]:
        event = events[row["event"]]
        sheet = writing.add_questionnaire(
            event=event,
            moment=AskedAt(row["moment"]),
            asked_of=AskedOf.PERSON,
            titles=row["title"],
            by=by,
            now=now,
        )
        made: dict[str, Question] = {}
        for each in row["question"]:
            made[each["key"]] = _question(sheet, each, made, by, now)
        if any("answers" in each for each in row["question"]):
            _answer(event, sheet, row["question"], made, now)


def _question(
    sheet: Questionnaire, row: dict[str, Any], made: Mapping[str, Question], by: User, now: datetime
) -> Question:
    put = Put(
        kind=AnswerKind(row["kind"]),
        labels=row["label"],
        helps=row.get("help", {}),
        options=row.get("options", []),
        limits=row.get("limits", {}),
        required=row.get("required", False),
    )
    handled = Handled(
        screen=row.get("screen", 1),
        sensitive=row.get("sensitive", False),
        sees=row.get("sees", []),
        retention_days=row.get("retention_days"),
    )
    question = writing.ask(questionnaire=sheet, put=put, handled=handled, by=by, now=now)
    if when := row.get("when"):
        check = Check(made[when["question"]].pk, Trial(when["test"]), when.get("value"))
        condition = Condition(Join.ALL, (Group(Join.ALL, (check,)),))
        writing.set_condition(question=question, condition=condition, by=by, now=now)
    if row.get("library"):
        library.put_into_library(question=question, by=by, now=now)
    return question


def _answer(
    event: Event, sheet: Questionnaire, rows: list[dict[str, Any]], made: Mapping[str, Question], now: datetime
) -> None:
    """Each takes the next of the answers that the data file has, and the last of them again and again."""
    asked = next(each for each in reading.of_event(event) if each.pk == sheet.pk)
    people = Registration.objects.confirmed().filter(event=event).select_related("event__own_terms").order_by("pk")
    for number, registration in enumerate(people[:ANSWERED]):
        answers: dict[int, Value] = {
            made[row["key"]].pk: row["answers"][number % len(row["answers"])] for row in rows if "answers" in row
        }
        kept = rules.kept(asked.asked, answers)
        answering.send(registration=registration, sheet=asked, answers=kept, by=None, now=now)
