"""Which questions are asked, and what can be an answer: without a database."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registrations.enums import AnswerKind, AskedAt, Join, Status, Trial
from registrations.rules.conditions import TRIALS, Check, Condition, Group, read, written
from registrations.rules.questions import (
    Asked,
    Fault,
    Option,
    fault,
    faults,
    in_order,
    is_answer,
    is_due,
    is_open,
    kept,
    may_see,
    missing,
    visible,
)
from tests.factories import NOW

K, T = AnswerKind, Trial
KEYS = tuple(Option(key, {"fi": key}) for key in "abc")


def asked(pk, kind=K.CHOICE, *checks, screen=1, position=None, join=Join.ALL, **more):
    groups = (Group(join, checks),) if checks else ()
    more.setdefault("options", KEYS if kind in (K.CHOICE, K.CHOICES) else ())
    return Asked(
        pk=pk, wording=pk, screen=screen, position=pk if position is None else position, kind=kind,
        labels={"fi": f"{pk}?"}, condition=Condition(Join.ALL, groups), **more,
    )  # fmt: skip


def test_a_question_is_asked_when_an_earlier_answer_says_so():
    sheet = [asked(1), asked(2, K.TEXT, Check(1, T.IS, "a")), asked(3, K.TEXT, Check(2, T.FILLED))]
    assert [each.pk for each in visible(sheet, {1: "b", 2: "typed before", 3: "too"})] == [1]
    assert [each.pk for each in visible(sheet, {1: "a", 2: "x"})] == [1, 2, 3]
    assert kept(sheet, {1: "b", 2: "x", 3: "y"}) == {1: "b"}


@pytest.mark.parametrize(
    ("trial", "answer", "value", "found"),
    [
        (T.IS, "Kyllä ", "kyllä", True),
        (T.IS, ["a", "b"], "b", True),
        (T.IS_NOT, ["a"], "b", True),
        (T.IS_NOT, None, "b", False),
        (T.IS, 2, 2.0, True),
        (T.IS, True, 1, False),
        (T.IS, False, False, True),
        (T.ONE_OF, "a", ["a", "b"], True),
        (T.ONE_OF, ["c"], ["a", "b"], False),
        (T.ONE_OF, "a", "abc", False),
        (T.FILLED, "x", None, True),
        (T.FILLED, "", None, False),
        (T.FILLED, [], None, False),
        (T.AT_LEAST, 5, 5, True),
        (T.AT_LEAST, 4.9, 5, False),
        (T.AT_MOST, 5, 5, True),
        (T.AT_LEAST, "9", 5, False),
        (T.BEFORE, "2026-12-01", "2026-12-02", True),
        (T.AFTER, "2026-12-01", "2026-12-01", False),
    ],
)
def test_each_trial(trial, answer, value, found):
    answers = {} if answer is None else {1: answer}
    assert Check(1, trial, value).holds(answers) == found


def test_groups_are_joined_by_and_and_or():
    one, two, three = (Check(pk, T.IS, "a") for pk in (1, 2, 3))
    either = Condition(Join.ANY, (Group(Join.ALL, (one, two)), Group(Join.ALL, (three,))))
    assert either.holds({1: "a", 2: "a"})
    assert either.holds({3: "a"})
    assert not either.holds({1: "a"})
    both = Condition(Join.ALL, (Group(Join.ANY, (one, two)), Group(Join.ALL, (three,))))
    assert both.holds({2: "a", 3: "a"})
    assert not both.holds({1: "a", 2: "a"})


LOOK_AT = [
    (asked(2, K.TEXT, Check(2, T.FILLED)), Fault.ITSELF),
    (asked(2, K.TEXT, Check(3, T.FILLED)), Fault.LATER),
    (asked(2, K.TEXT, Check(9, T.FILLED)), Fault.GONE),
    (asked(2, K.TEXT, Check(1, T.AT_LEAST, 3)), Fault.UNFIT),
    (asked(2, K.TEXT, Check(1, T.IS, "z")), Fault.UNFIT),
    (asked(2, K.TEXT, Check(1, T.ONE_OF, [])), Fault.UNFIT),
    (asked(2, K.TEXT, *[Check(1, T.FILLED)] * 31), Fault.TOO_MANY),
    (asked(2, K.TEXT, Check(1, T.IS, "a")), None),
]


@pytest.mark.parametrize(("second", "found"), LOOK_AT)
def test_what_cannot_be_a_condition_is_told(second, found):
    assert fault([asked(1), second, asked(3)], 2) == found


def test_a_circle_of_any_length_is_found():
    sheet = [
        asked(1, K.TEXT, Check(3, T.FILLED)),
        asked(2, K.TEXT, Check(1, T.FILLED)),
        asked(3, K.TEXT, Check(2, T.FILLED)),
    ]
    assert faults(sheet) == dict.fromkeys([1, 2, 3], Fault.LOOP)


values = st.one_of(st.text(max_size=3), st.integers(-5, 5), st.booleans(), st.lists(st.sampled_from("abc"), max_size=3))
checks = st.builds(Check, st.integers(0, 8), st.sampled_from(Trial), values)
groups = st.builds(Group, st.sampled_from(Join), st.lists(checks, max_size=3).map(tuple))
conditions = st.builds(Condition, st.sampled_from(Join), st.lists(groups, max_size=3).map(tuple))
questions = st.builds(
    lambda pk, screen, position, kind, condition: Asked(
        pk=pk, wording=pk, screen=screen, position=position, kind=kind, labels={}, condition=condition
    ),
    st.integers(1, 8), st.integers(1, 3), st.integers(0, 3), st.sampled_from(AnswerKind), conditions,
)  # fmt: skip
sheets = st.lists(questions, max_size=8, unique_by=lambda each: each.pk)
answered = st.dictionaries(st.integers(1, 8), values)


@given(sheets, answered)
def test_whatever_the_conditions_say_it_ends_and_hidden_answers_change_nothing(sheet, answers):
    """Circles too: what looks at a later question finds nothing."""
    found = visible(sheet, answers)
    assert found == visible(sheet, kept(sheet, answers))
    assert kept(sheet, kept(sheet, answers)) == kept(sheet, answers)
    assert found == in_order(found)


@given(sheets)
def test_the_order_is_total_and_does_not_hang_on_how_questions_are_given(sheet):
    assert in_order(reversed(sheet)) == in_order(sheet)
    assert set(faults(sheet)) <= {each.pk for each in sheet}


@given(sheets)
def test_where_no_fault_is_found_every_condition_looks_at_earlier_questions_alone(sheet):
    by_pk = {each.pk: each for each in sheet}
    for pk in set(by_pk) - set(faults(sheet)):
        assert all(by_pk[other].order < by_pk[pk].order for other in by_pk[pk].condition.looks_at)


@given(conditions)
def test_a_condition_is_read_as_it_was_written(condition):
    assert read(written(condition)) == (condition if condition.groups else Condition())


@pytest.mark.parametrize(
    "broken",
    [
        [1],
        {"join": "all"},
        {"join": "x", "groups": []},
        {"join": "all", "groups": [{"join": "any", "tests": [7]}]},
        "x",
    ],
)
def test_what_cannot_be_understood_hides_its_question(broken):
    assert not read(broken).holds({1: "a"})


@given(st.sampled_from(AnswerKind), st.one_of(values, st.none(), st.dictionaries(st.text(), st.text())))
def test_any_value_is_judged(kind, value):
    assert is_answer(
        asked(1, kind, limits={"least": 1, "most": 2} if kind in (K.NUMBER, K.CHOICES) else {}), value
    ) in (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("kind", "limits", "right", "wrong"),
    [
        (K.TEXT, {"longest": 3}, ["abc"], ["abcd", 3]),
        (K.CHOICE, {}, ["a"], ["z", ["a"]]),
        (K.CHOICES, {"least": 1, "most": 2}, [["a"], ["a", "b"]], [[], ["a", "b", "c"], ["a", "a"], ["z"], "a"]),
        (K.DATE, {"earliest": "2026-01-01"}, ["2026-01-01"], ["2025-12-31", "31.12.2026", "2026-02-30"]),
        (K.NUMBER, {"least": 1, "most": 2}, [1, 1.5], [0, 3, True, "1", 10**13]),
        (K.CONSENT, {}, [True, False], ["yes"]),
        (K.FILE, {}, ["0" * 32], ["", True]),
    ],
)
def test_what_can_be_an_answer(kind, limits, right, wrong):
    question = asked(1, kind, limits=limits)
    assert [is_answer(question, value) for value in right] == [True] * len(right)
    assert [is_answer(question, value) for value in wrong] == [False] * len(wrong)


def test_what_must_be_answered_is_missed_only_where_it_is_asked():
    sheet = [asked(1), asked(2, K.TEXT, Check(1, T.IS, "a"), required=True), asked(3, K.CONSENT, required=True)]
    assert [each.pk for each in missing(sheet, {1: "a", 3: False})] == [2, 3]
    assert [each.pk for each in missing(sheet, {1: "b", 3: True})] == []


def test_every_kind_can_be_looked_at():
    assert set(TRIALS) == set(AnswerKind)


def test_when_each_moment_is_open():
    def open_at(moment, status, **when):
        return is_open(moment, status=status, now=NOW, **{"begins": None, "ends": None, "closes": None} | when)

    past, ahead = NOW.replace(hour=1), NOW.replace(hour=23)
    assert open_at(AskedAt.REGISTRATION, "waiting", closes=ahead)
    assert not open_at(AskedAt.REGISTRATION, "confirmed", closes=past)
    assert not open_at(AskedAt.REGISTRATION, "cancelled")
    assert open_at(AskedAt.BEFORE, "confirmed", ends=ahead)
    assert not open_at(AskedAt.BEFORE, "waiting", ends=ahead)
    assert not open_at(AskedAt.AFTERWARDS, "confirmed", ends=ahead)
    assert open_at(AskedAt.AFTERWARDS, "confirmed", ends=past)
    assert not open_at(AskedAt.DOOR, "confirmed", ends=ahead)


def test_what_is_asked_at_the_registration_is_open_to_whoever_may_still_come():
    def is_asked(status):
        return is_open(AskedAt.REGISTRATION, status=status, now=NOW, begins=None, ends=None, closes=None)

    assert [status.value for status in Status if is_asked(status)] == [
        "confirmed",
        "offered",
        "unpaid",
        "waiting",
        "applied",
    ]


def test_who_may_see_answers():
    assert may_see([], ["teacher"], sensitive=False)
    assert may_see(["owner"], ["owner"], sensitive=True)
    assert not may_see(["owner"], ["organiser"], sensitive=False)
    assert not may_see([], ["owner"], sensitive=True)


def test_when_answers_are_due():
    assert is_due(0, ends=NOW, now=NOW)
    assert not is_due(1, ends=NOW, now=NOW)
    assert not is_due(None, ends=NOW, now=NOW)
    assert not is_due(1, ends=None, now=NOW)
