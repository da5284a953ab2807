"""When a question is asked: pure, and total, whatever stands in the database.

A condition is a join of groups, each a join of checks of earlier answers. Since a check can only look at a question
that is asked earlier, no evaluation can go round in a circle; a check of anything else finds no answer and fails.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from registrations.enums import AnswerKind, Join, Trial

Value = str | float | bool | list[str]
"""An answer as JSON has it: texts, keys of choices, days in ISO 8601; a file is its key."""

MOST_TESTS = 30
K, T = AnswerKind, Trial
TRIALS: dict[AnswerKind, tuple[Trial, ...]] = {
    K.TEXT: (T.FILLED, T.IS, T.IS_NOT),
    K.LONG: (T.FILLED,),
    K.CHOICE: (T.IS, T.IS_NOT, T.ONE_OF, T.FILLED),
    K.CHOICES: (T.IS, T.IS_NOT, T.ONE_OF, T.FILLED),
    K.DATE: (T.BEFORE, T.AFTER, T.IS, T.IS_NOT, T.FILLED),
    K.NUMBER: (T.AT_LEAST, T.AT_MOST, T.IS, T.IS_NOT, T.FILLED),
    K.SCALE: (T.AT_LEAST, T.AT_MOST, T.IS, T.IS_NOT, T.FILLED),
    K.FILE: (T.FILLED,),
    K.CONSENT: (T.IS,),
}
"""What can be asked of an answer of each kind."""


@dataclass(frozen=True)
class Check:
    question: int
    trial: Trial
    value: Value | None = None

    def holds(self, answers: Mapping[int, Value]) -> bool:
        answer = answers.get(self.question)
        if answer is None or answer in ("", []):
            return False
        return self.trial == Trial.FILLED or _compare(self.trial, answer, self.value)


@dataclass(frozen=True)
class Group:
    join: Join
    tests: tuple[Check, ...]

    def holds(self, answers: Mapping[int, Value]) -> bool:
        return _joined(self.join, [test.holds(answers) for test in self.tests])


@dataclass(frozen=True)
class Condition:
    """Without groups it always holds."""

    join: Join = Join.ALL
    groups: tuple[Group, ...] = ()

    def holds(self, answers: Mapping[int, Value]) -> bool:
        return _joined(self.join, [group.holds(answers) for group in self.groups])

    @property
    def tests(self) -> list[Check]:
        return [test for group in self.groups for test in group.tests]

    @property
    def looks_at(self) -> frozenset[int]:
        """The questions whose answers decide."""
        return frozenset(test.question for test in self.tests)


ALWAYS = Condition()


def written(condition: Condition) -> dict[str, Any]:
    """As the database has it; empty: always."""
    if not condition.groups:
        return {}
    groups = [{"join": str(group.join), "tests": [_test(each) for each in group.tests]} for group in condition.groups]
    return {"join": str(condition.join), "groups": groups}


def read(stored: Any) -> Condition:
    """What `written` wrote. What cannot be understood becomes a test that fails, so its question stays hidden."""
    if not stored:
        return ALWAYS
    try:
        groups = tuple(
            Group(Join(group["join"]), tuple(_read_test(test) for test in group["tests"])) for group in stored["groups"]
        )
        return Condition(Join(stored["join"]), groups)
    except (KeyError, TypeError, ValueError):
        return Condition(Join.ALL, (Group(Join.ALL, (Check(0, Trial.FILLED),)),))


def _read_test(stored: Mapping[str, Any]) -> Check:
    return Check(int(stored["question"]), Trial(stored["test"]), stored.get("value"))


def _test(test: Check) -> dict[str, Any]:
    return {"question": test.question, "test": str(test.trial), "value": test.value}


def _joined(join: Join, found: Sequence[bool]) -> bool:
    return all(found) if join == Join.ALL or not found else any(found)


def _compare(trial: Trial, answer: Value, wanted: Value | None) -> bool:
    if trial == Trial.IS_NOT:
        return not _is(answer, wanted)
    if trial == Trial.IS:
        return _is(answer, wanted)
    if trial == Trial.ONE_OF:
        given = answer if isinstance(answer, list) else [answer]
        return isinstance(wanted, list) and any(each in wanted for each in given)
    return _ordered(trial, answer, wanted)


def _is(answer: Value, wanted: Value | None) -> bool:
    if isinstance(answer, list):
        return wanted in answer
    if isinstance(answer, bool) or isinstance(wanted, bool):
        return answer is wanted
    if isinstance(answer, str) and isinstance(wanted, str):
        return answer.strip().casefold() == wanted.strip().casefold()
    return answer == wanted


def _is_number(value: object) -> TypeGuard[float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _ordered(trial: Trial, answer: Value, wanted: Value | None) -> bool:
    """Numbers by size; days, which are texts of equal length, by the calendar."""
    if isinstance(answer, str) and isinstance(wanted, str):
        low, high = answer, wanted
        return {Trial.BEFORE: low < high, Trial.AFTER: low > high}.get(trial, False)
    if _is_number(answer) and _is_number(wanted):
        return {Trial.AT_LEAST: answer >= wanted, Trial.AT_MOST: answer <= wanted}.get(trial, False)
    return False
