"""Which questions are asked, in what order, and what may be answered. Pure; where answers go is another matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Any

from registrations.enums import ACTIVE, AnswerKind, AskedAt, Status, Trial
from registrations.rules.conditions import MOST_TESTS, TRIALS, Check, Condition, Value

LARGEST = 10**12
SCREENS = 20
"""So many screens one questionnaire may have."""
SCALE = range(1, 6)


@dataclass(frozen=True)
class Option:
    key: str
    words: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A question with its wording of this moment. `order` is total: screen, position, key."""

    pk: int
    wording: int
    screen: int
    position: int
    kind: AnswerKind
    labels: Mapping[str, str]
    helps: Mapping[str, str] = field(default_factory=dict)
    options: tuple[Option, ...] = ()
    limits: Mapping[str, Any] = field(default_factory=dict)
    required: bool = False
    condition: Condition = field(default_factory=Condition)
    sensitive: bool = False
    sees: frozenset[str] = frozenset()
    library: int | None = None

    @property
    def order(self) -> tuple[int, int, int]:
        return self.screen, self.position, self.pk

    @property
    def name(self) -> str:
        """Of its field in a form."""
        return f"q{self.pk}"


class Fault(Enum):
    """Why a condition cannot be."""

    ITSELF = "itself"
    LATER = "later"
    LOOP = "loop"
    GONE = "gone"
    UNFIT = "unfit"
    TOO_MANY = "too_many"


def in_order(asked: Iterable[Asked]) -> list[Asked]:
    return sorted(asked, key=lambda each: each.order)


def visible(
    asked: Iterable[Asked], answers: Mapping[int, Value], *, earlier: Mapping[int, Value] | None = None
) -> list[Asked]:
    """Those that are asked, given `answers`. The answer to one that is not asked counts as none.

    :param earlier: what counts already, of screens before these
    """
    found: list[Asked] = []
    counted = dict(earlier or {})
    for each in in_order(asked):
        if each.condition.holds(counted):
            found.append(each)
            if each.pk in answers:
                counted[each.pk] = answers[each.pk]
    return found


def kept(asked: Iterable[Asked], answers: Mapping[int, Value]) -> dict[int, Value]:
    """The answers to questions that are asked, and to no others."""
    return {each.pk: answers[each.pk] for each in visible(asked, answers) if each.pk in answers}


def fault(asked: Sequence[Asked], of: int) -> Fault | None:
    """What is wrong with the condition of the question `of`, if anything."""
    by_pk = {each.pk: each for each in asked}
    mine = by_pk[of]
    if len(mine.condition.tests) > MOST_TESTS:
        return Fault.TOO_MANY
    for test in mine.condition.tests:
        other = by_pk.get(test.question)
        found = Fault.GONE if other is None else _fault_of(test, mine, other, by_pk)
        if found:
            return found
    return None


def faults(asked: Sequence[Asked]) -> dict[int, Fault]:
    """Of every question whose condition cannot be."""
    found = {each.pk: fault(asked, each.pk) for each in asked}
    return {pk: wrong for pk, wrong in found.items() if wrong}


def _fault_of(test: Check, mine: Asked, other: Asked, by_pk: Mapping[int, Asked]) -> Fault | None:
    if other.pk == mine.pk:
        return Fault.ITSELF
    if mine.pk in _leads_to(other, by_pk):
        return Fault.LOOP
    if other.order >= mine.order:
        return Fault.LATER
    return None if fits(test, other) else Fault.UNFIT


def _leads_to(start: Asked, by_pk: Mapping[int, Asked]) -> set[int]:
    """All questions that `start` depends on, near and far. Each is looked at once."""
    found: set[int] = set()
    ahead = list(start.condition.looks_at)
    while ahead:
        pk = ahead.pop()
        if pk not in found and pk in by_pk:
            found.add(pk)
            ahead.extend(by_pk[pk].condition.looks_at)
    return found


def fits(test: Check, other: Asked) -> bool:
    """Whether this can be asked of an answer to `other`."""
    if test.trial not in TRIALS[other.kind]:
        return False
    if test.trial == Trial.FILLED:
        return True
    keys = {option.key for option in other.options}
    if other.kind in (AnswerKind.CHOICE, AnswerKind.CHOICES):
        wanted = test.value if test.trial == Trial.ONE_OF else [test.value]
        return isinstance(wanted, list) and bool(wanted) and set(map(str, wanted)) <= keys
    kinds: dict[AnswerKind, type | tuple[type, ...]] = {
        AnswerKind.NUMBER: (int, float),
        AnswerKind.SCALE: int,
        AnswerKind.CONSENT: bool,
    }
    right = isinstance(test.value, kinds.get(other.kind, str)) and test.value != ""
    return right and (other.kind != AnswerKind.DATE or is_day(test.value))


def is_day(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def missing(asked: Iterable[Asked], answers: Mapping[int, Value]) -> list[Asked]:
    """Those that must be answered, are asked, and are not answered; a required consent that is withheld is none."""
    return [
        each
        for each in visible(asked, answers)
        if each.required
        and answers.get(each.pk) in (None, "", [], *([False] if each.kind == AnswerKind.CONSENT else []))
    ]


def is_answer(asked: Asked, value: object) -> bool:
    """Whether `value` can answer the question, by its kind and its limits."""
    limits, keys = asked.limits, {option.key for option in asked.options}
    if asked.kind in (AnswerKind.TEXT, AnswerKind.LONG):
        return isinstance(value, str) and len(value) <= longest(asked)
    if asked.kind == AnswerKind.CHOICE:
        return isinstance(value, str) and value in keys
    if asked.kind == AnswerKind.CHOICES:
        few = isinstance(value, list) and _within(len(value), limits.get("least"), limits.get("most"))
        return few and isinstance(value, list) and len(set(value)) == len(value) and set(value) <= keys
    if asked.kind == AnswerKind.DATE:
        return is_day(value) and _within(str(value), limits.get("earliest"), limits.get("latest"))
    if asked.kind in (AnswerKind.NUMBER, AnswerKind.SCALE):
        return _is_number(asked, value)
    return isinstance(value, bool) if asked.kind == AnswerKind.CONSENT else isinstance(value, str) and bool(value)


def _is_number(asked: Asked, value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    if asked.kind == AnswerKind.SCALE:
        return isinstance(value, int) and value in SCALE
    return abs(value) < LARGEST and _within(value, asked.limits.get("least"), asked.limits.get("most"))


def longest(asked: Asked) -> int:
    """Characters of a text; without a limit of its own the usual one."""
    usual = {AnswerKind.LONG: 3000}.get(asked.kind, 200)
    return int(asked.limits.get("longest") or usual)


def _within(value: Any, least: Any, most: Any) -> bool:
    return (least is None or value >= least) and (most is None or value <= most)


def is_open(
    moment: AskedAt,
    *,
    status: str,
    now: datetime,
    begins: datetime | None,
    ends: datetime | None,
    closes: datetime | None,
) -> bool:
    """Whether the person may answer by their own link.

    :param closes: when their own changes end (`Registration.changes_close_at`); None: never
    """
    if moment == AskedAt.REGISTRATION:
        return status in ACTIVE and (closes is None or now < closes)
    if status != Status.CONFIRMED or moment in (AskedAt.DOOR, AskedAt.SURVEY):
        return False
    if moment == AskedAt.AFTERWARDS:
        return ends is not None and now >= ends
    return ends is None or now < ends


def may_see(sees: Collection[str], roles: Collection[str], *, sensitive: bool) -> bool:
    """Whether somebody with these roles at an event may read the answers. Nobody named: whoever sees its people."""
    named = bool(set(sees) & set(roles))
    return named if sees or sensitive else True


def is_due(days: int | None, *, ends: datetime | None, now: datetime) -> bool:
    """Whether answers are to be deleted that are kept so many days after the event; None: as the registration is."""
    return days is not None and ends is not None and now >= ends + timedelta(days=days)
