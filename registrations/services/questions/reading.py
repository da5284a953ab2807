"""Questionnaires as pages ask them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from core.kept import kept
from events.models import LANGUAGES, Event
from registrations.enums import OF_REGISTRATIONS, AnswerKind, AskedAt, AskedOf
from registrations.models import Question, Questionnaire, Wording
from registrations.rules import conditions
from registrations.rules.questions import Asked, Option, in_order


@dataclass(frozen=True)
class Sheet:
    """One questionnaire with its questions in their order."""

    pk: int
    moment: AskedAt
    asked_of: AskedOf
    questionnaire: Questionnaire
    asked: tuple[Asked, ...]

    @property
    def title(self) -> str:
        return self.questionnaire.title

    @cached_property
    def screens(self) -> dict[int, tuple[Asked, ...]]:
        """The questions of each screen that has some; screens are numbered from 1 without gaps."""
        numbers = sorted({each.screen for each in self.asked})
        return {
            place: tuple(each for each in self.asked if each.screen == number)
            for place, number in enumerate(numbers, start=1)
        }

    def question(self, pk: int) -> Asked | None:
        return next((each for each in self.asked if each.pk == pk), None)


def sheets_of(event: Event, *moments: AskedAt) -> list[Sheet]:
    """The questionnaires of `event` that ask something, as they were made, of `moments`; none: of all but surveys.

    An event without any costs no query: its terms say so. `event.version` changes when a question does.
    """
    if not event.terms.asks_questions:
        return []
    wanted = moments or OF_REGISTRATIONS
    return [each for each in _kept(event.pk, event.version) if each.asked and each.moment in wanted]


def of_event(event: Event) -> list[Sheet]:
    """All questionnaires as they stand in the database, also those that ask nothing yet."""
    rows = Questionnaire.objects.filter(event=event).order_by("pk")
    questions = Question.objects.asked().filter(questionnaire__event=event).with_wording()
    by_sheet: dict[int | None, list[Question]] = {}
    for each in questions:
        by_sheet.setdefault(each.questionnaire_id, []).append(each)
    return [sheet(row, by_sheet.get(row.pk, [])) for row in rows]


def sheet(row: Questionnaire, questions: Iterable[Question]) -> Sheet:
    asked = tuple(in_order(as_asked(each) for each in questions))
    return Sheet(row.pk, AskedAt(row.moment), AskedOf(row.asked_of), row, asked)


def as_asked(question: Question) -> Asked:
    """A question read `with_wording`."""
    [wording] = question.current_wordings  # type: ignore[attr-defined]  # what `with_wording` fills
    return Asked(
        pk=question.pk,
        wording=wording.pk,
        screen=question.screen,
        position=question.position,
        kind=AnswerKind(wording.kind),
        labels=words(wording, "label"),
        helps=words(wording, "help"),
        options=options_of(wording),
        limits=wording.limits,
        required=wording.required,
        condition=conditions.read(question.condition),
        sensitive=question.sensitive,
        sees=frozenset(question.sees),
        library=question.taken_from_id,
    )


def words(wording: Wording, name: str) -> dict[str, str]:
    return {code: getattr(wording, f"{name}_{code}") for code in LANGUAGES}


def options_of(wording: Wording) -> tuple[Option, ...]:
    return tuple(Option(each["key"], {code: each.get(code, "") for code in LANGUAGES}) for each in wording.options)


@kept(seconds=60)
def _kept(event_pk: int, version: str) -> tuple[Sheet, ...]:
    return tuple(of_event(Event(pk=event_pk)))
