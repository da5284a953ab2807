"""What came of a survey, for the organiser: figures without small numbers, texts, and who wanted to be known."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.spoken import spoken
from events.models import Event
from registrations.enums import AnswerKind, Respondent, Status
from registrations.models import Registration, Survey, SurveyResponse, Wording
from registrations.rules import surveys as rules
from registrations.rules.conditions import Value
from registrations.rules.questions import SCALE
from registrations.services.questions.reading import options_of, words
from registrations.services.questions.telling import in_words
from registrations.services.surveys.answering import TEXTS

LOOKED_AT = ("responses", "questionnaire__questions__wordings")
"""What is read with surveys, of all of them at once."""


@dataclass(frozen=True)
class Choice:
    """What could be chosen: its name, how many chose it, and per cent of those who answered."""

    name: str
    number: int
    percent: int


@dataclass(frozen=True)
class Cell:
    """What was answered to one question. With `number` None there are too few answers to show anything."""

    question: int
    library: int | None
    label: str
    kind: AnswerKind
    number: int | None
    mean: Decimal | None = None
    choices: Sequence[Choice] = ()
    texts: Sequence[tuple[str, bool]] = ()
    """Each with whether it may be quoted, in the order of the alphabet: nothing tells which belong together."""

    @property
    def bars(self) -> list[tuple[str, int]]:
        return [(each.name, each.number) for each in self.choices]

    @property
    def key(self) -> str:
        """No other cell of an event has it."""
        return f"{self.kind}-{self.question}"


@dataclass(frozen=True)
class Named:
    """A response of somebody who wanted it known for whom they answered."""

    organisation: str
    business_id: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Results:
    """Of one survey. While it is open only a rounded number is told: two looks would show what came in between."""

    survey: Survey
    is_open: bool
    number: int | None
    """Of responses; None: fewer than five, but some."""
    invited: int | None
    rate: int | None
    cells: Sequence[Cell] = ()
    named: Sequence[Named] = ()


def of_event(*, event: Event, language: str, now: datetime) -> list[Results]:
    """The results of all surveys of `event` that have opened."""
    rows = Survey.objects.of_event(event).filter(opens_at__lte=now).prefetch_related(*LOOKED_AT)
    return [of_survey(survey=each, language=language, now=now) for each in rows]


def of_survey(*, survey: Survey, language: str, now: datetime) -> Results:
    """Of one that was read with `LOOKED_AT`."""
    responses = list(survey.responses.all())
    invited = survey.invited if survey.invited is not None else who_came(survey)
    if survey.is_open(now):
        told = rules.while_open(len(responses))
        return Results(survey=survey, is_open=True, number=told, invited=invited, rate=None)
    wordings = _wordings(survey)
    number = len(responses) if _may_show(responses) or not responses else None
    return Results(
        survey=survey,
        is_open=False,
        number=number,
        invited=invited,
        rate=rules.rate(number, invited) if number else None,
        cells=cells_of(survey=survey, language=language),
        named=[_named(each, wordings, language) for each in sorted(responses, key=_organisation) if each.organisation],
    )


def cells_of(*, survey: Survey, language: str) -> list[Cell]:
    """Of a closed one that was read with `LOOKED_AT`: each question, or none where too few have answered at all."""
    responses = list(survey.responses.all())
    if not _may_show(responses):
        return []
    return [_cell(each, responses, language) for each in _together(_wordings(survey))]


def who_came(survey: Survey) -> int | None:
    """How many have been at the event; before anybody's attendance was noted, how many had a seat."""
    if survey.respondent != Respondent.JOBSEEKER:
        return None
    rows = Registration.objects.filter(event=survey.questionnaire.event_id, status=Status.CONFIRMED)
    return rows.filter(attendances__isnull=False).distinct().count() or rows.count()


def _wordings(survey: Survey) -> list[Wording]:
    """Of all questions, also those taken out: in the order of the page, the newest wording first."""
    rows = (wording for question in survey.questionnaire.questions.all() for wording in question.wordings.all())
    return sorted(rows, key=lambda each: (each.question.screen, each.question.position, each.question_id, -each.number))


def _together(wordings: Iterable[Wording]) -> list[list[Wording]]:
    """Wordings of one question and one kind of answer are one cell."""
    found: dict[tuple[int, str], list[Wording]] = {}
    for each in wordings:
        found.setdefault((each.question_id, each.kind), []).append(each)
    return list(found.values())


def _may_show(responses: Sequence[SurveyResponse]) -> bool:
    named = sum(1 for each in responses if each.organisation)
    return rules.may_show(anonymous=len(responses) - named, named=named)


def _cell(wordings: Sequence[Wording], responses: Sequence[SurveyResponse], language: str) -> Cell:
    newest = wordings[0]
    keys = [str(each.pk) for each in wordings]
    given = [(key, each) for each in responses for key in keys if key in each.answers]
    plain = (
        newest.question_id,
        newest.question.taken_from_id,
        spoken(words(newest, "label"), language),
        AnswerKind(newest.kind),
    )
    if not _may_show([each for _key, each in given]):
        return Cell(*plain, None)
    values = [each.answers[key] for key, each in given]
    texts = [(str(each.answers[key]), int(key) in each.quotable) for key, each in given]
    return Cell(
        *plain,
        len(values),
        rules.mean(values) if newest.kind in (AnswerKind.SCALE, AnswerKind.NUMBER) else None,
        _choices(wordings, values, language),
        sorted(texts) if newest.kind in TEXTS else (),
    )


def _choices(wordings: Sequence[Wording], values: Sequence[Value], language: str) -> list[Choice]:
    names = _names(wordings, language)
    numbers = rules.spread(values, list(names))
    return [
        Choice(name, number, rules.rate(number, len(values)) or 0)
        for name, number in zip(names.values(), numbers, strict=True)
    ]


def _names(wordings: Sequence[Wording], language: str) -> dict[Any, str]:
    """What can have been chosen, in the newest words that there are."""
    if wordings[0].kind == AnswerKind.SCALE:
        return {number: str(number) for number in SCALE}
    if wordings[0].kind == AnswerKind.CONSENT:
        return {value: in_words(AnswerKind.CONSENT, (), value, language) for value in (True, False)}
    found: dict[Any, str] = {}
    for each in wordings:
        for option in options_of(each):
            found.setdefault(option.key, spoken(option.words, language))
    return found


def _organisation(response: SurveyResponse) -> tuple[str, str]:
    return response.organisation.casefold(), response.key.hex


def _named(response: SurveyResponse, wordings: Sequence[Wording], language: str) -> Named:
    lines = [
        (spoken(words(each, "label"), language), in_words(each.kind, options_of(each), value, language))
        for each in wordings
        if (value := response.answers.get(str(each.pk))) is not None
    ]
    return Named(response.organisation, response.business_id, lines)
