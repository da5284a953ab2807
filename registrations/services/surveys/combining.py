"""The surveys of several events side by side, without giving away by a sum what is hidden in a part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from events.models import Event
from registrations.enums import AnswerKind, Respondent
from registrations.models import Survey
from registrations.rules import surveys as rules
from registrations.services.surveys import results
from registrations.services.surveys.results import Cell, Results


@dataclass(frozen=True)
class Line:
    """One closed survey; `number` None: fewer than five responses."""

    results: Results
    number: int | None

    @property
    def event(self) -> Event:
        return self.results.survey.questionnaire.event


@dataclass(frozen=True)
class Common:
    """A scale question of the organisation's library in several surveys: of those alone that are shown one by one."""

    label: str
    surveys: int
    number: int
    mean: Decimal


@dataclass(frozen=True)
class Combined:
    """All closed surveys of one kind of respondents; `total` None: it would give a hidden number away."""

    respondent: Respondent
    lines: Sequence[Line]
    total: int | None
    common: Sequence[Common]


def of_events(*, events: Sequence[Event], language: str, now: datetime) -> list[Combined]:
    rows = Survey.objects.filter(questionnaire__event__in=[each.pk for each in events], closes_at__lte=now)
    rows = rows.select_related("questionnaire__event").prefetch_related(*results.LOOKED_AT)
    surveys = list(rows.order_by("closes_at", "pk"))
    return [
        _combined(respondent, [each for each in surveys if each.respondent == respondent], language, now)
        for respondent in Respondent
        if any(each.respondent == respondent for each in surveys)
    ]


def _combined(respondent: Respondent, surveys: Sequence[Survey], language: str, now: datetime) -> Combined:
    found = [results.of_survey(survey=each, language=language, now=now) for each in surveys]
    column = rules.column([len(each.responses.all()) for each in surveys])
    hidden = any(each.number is None and number is not None for each, number in zip(found, column.numbers, strict=True))
    lines = [Line(each, each.number) for each in found]
    cells = [cell for each in found for cell in each.cells]
    return Combined(respondent, lines, None if hidden else column.total, list(_common(cells)))


def _common(cells: Iterable[Cell]) -> Iterable[Common]:
    by_question: dict[int, list[Cell]] = {}
    for each in cells:
        if each.library and each.kind == AnswerKind.SCALE and each.number:
            by_question.setdefault(each.library, []).append(each)
    for same in by_question.values():
        scores = [int(name) for cell in same for name, number in cell.bars for _one in range(number)]
        mean = rules.mean(scores)
        if len(same) > 1 and mean is not None:
            yield Common(same[0].label, len(same), len(scores), mean)
