"""What the surveys of a project's events say: scores of each question over all events, and texts that may be quoted.

Only closed surveys count. Everything is added up from what the page of an event's results shows (`surveys.results`): a
cell that is hidden there is in no sum here, so no choice of events tells anything of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from events.models import Event
from registrations.enums import AnswerKind, Respondent
from registrations.models import Survey
from registrations.rules import surveys as rules
from registrations.services.surveys import results
from registrations.services.surveys.results import Cell, Choice


@dataclass(frozen=True, kw_only=True)
class Answered:
    """A cell with the survey that it is of."""

    survey: Survey
    cell: Cell

    @property
    def event(self) -> Event:
        return self.survey.questionnaire.event


@dataclass(frozen=True, kw_only=True)
class Score:
    """A question on the scale. Each line is of one survey; one with too few answers has no number and is in no sum."""

    key: str
    label: str
    lines: Sequence[Answered]
    number: int
    mean: Decimal | None
    choices: Sequence[Choice]

    @property
    def bars(self) -> list[tuple[str, int]]:
        return [(each.name, each.number) for each in self.choices]


@dataclass(frozen=True, kw_only=True)
class Quotes:
    """What was written to one question of one survey by those who allow to quote it, in the order of the alphabet."""

    survey: Survey
    label: str
    texts: Sequence[str]

    @property
    def event(self) -> Event:
        return self.survey.questionnaire.event


@dataclass(frozen=True, kw_only=True)
class Feedback:
    respondent: Respondent
    scores: Sequence[Score]
    quotes: Sequence[Quotes]


def of_events(*, events: Iterable[Event], language: str, now: datetime) -> list[Feedback]:
    """By kind of respondents, the surveys in the order in which they closed. A fixed number of queries."""
    rows = Survey.objects.filter(questionnaire__event__in=[each.pk for each in events], closes_at__lte=now)
    rows = rows.select_related("questionnaire__event").prefetch_related(*results.LOOKED_AT)
    surveys = list(rows.order_by("closes_at", "pk"))
    found = [
        _of_respondent(respondent, [each for each in surveys if each.respondent == respondent], language)
        for respondent in Respondent
    ]
    return [each for each in found if each.scores or each.quotes]


def _of_respondent(respondent: Respondent, surveys: Sequence[Survey], language: str) -> Feedback:
    answered = [
        Answered(survey=survey, cell=cell)
        for survey in surveys
        for cell in results.cells_of(survey=survey, language=language)
    ]
    return Feedback(respondent=respondent, scores=list(_scores(answered)), quotes=list(_quotes(answered)))


def _scores(answered: Iterable[Answered]) -> Iterator[Score]:
    """Questions from one of the library are one, and those in the same words; without any figure they are left out."""
    by_question: dict[int | str, list[Answered]] = {}
    for each in answered:
        if each.cell.kind == AnswerKind.SCALE:
            by_question.setdefault(each.cell.library or each.cell.label.casefold(), []).append(each)
    for lines in by_question.values():
        if any(line.cell.number for line in lines):
            yield _score(lines)


def _score(lines: Sequence[Answered]) -> Score:
    bars = [bar for line in lines for bar in line.cell.bars]
    scores = [int(name) for name, number in bars for _one in range(number)]
    names = list(dict.fromkeys(name for name, _number in bars))
    numbers = [sum(number for other, number in bars if other == name) for name in names]
    return Score(
        key=lines[0].cell.key,
        label=lines[-1].cell.label,
        lines=lines,
        number=len(scores),
        mean=rules.mean(scores),
        choices=[
            Choice(name, number, rules.rate(number, len(scores)) or 0)
            for name, number in zip(names, numbers, strict=True)
        ],
    )


def _quotes(answered: Iterable[Answered]) -> Iterator[Quotes]:
    for each in answered:
        texts = [text for text, quotable in each.cell.texts if quotable]
        if texts:
            yield Quotes(survey=each.survey, label=each.cell.label, texts=texts)
