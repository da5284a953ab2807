"""What may be shown of a survey: by rules alone."""

from decimal import Decimal
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from registrations.rules import surveys as rules

numbers = st.lists(st.integers(0, 12), max_size=6)


@given(numbers)
def test_every_hidden_number_could_still_be_any_from_one_to_four(found):
    shown = rules.column(found)
    hidden = [place for place, number in enumerate(shown.numbers) if number is None]
    same = [
        dict(zip(hidden, guess, strict=True))
        for guess in product(range(1, 5), repeat=len(hidden))
        if _looks(found, hidden, guess) == shown
    ]
    assert [{each[place] for each in same} for place in hidden] == [{1, 2, 3, 4}] * len(hidden)


def _looks(found, hidden, guess):
    other = list(found)
    for place, number in zip(hidden, guess, strict=True):
        other[place] = number
    return rules.column(other)


@given(numbers, st.integers(0, 12))
def test_a_sum_that_grows_by_one_more_part_tells_no_hidden_part(found, more):
    before, after = rules.column(found), rules.column([*found, more])
    told = before.total is not None and after.total is not None
    assert not told or after.numbers[-1] == more


@given(numbers)
def test_what_is_shown_is_true(found):
    shown = rules.column(found)
    assert all(told in (None, number) for told, number in zip(shown.numbers, found, strict=True))
    assert shown.total in (None, sum(found))


@given(st.integers(0, 10_000))
def test_an_open_survey_tells_only_every_fifth_response(number):
    assert (rules.while_open(number) % 5, 0 <= number - rules.while_open(number) < 5) == (0, True)


@given(st.integers(0, 30), st.integers(0, 30))
def test_those_who_are_known_do_not_hide_the_others(anonymous, named):
    assert rules.may_show(anonymous=anonymous, named=named) == (anonymous >= 5 or (anonymous == 0 and named >= 5))


def test_means_spreads_and_rates():
    assert rules.mean([1, 2, 2]) == Decimal("1.67")
    assert rules.mean([]) is None
    assert rules.spread([["a", "b"], "a", 3], ["a", "b", 3]) == [2, 1, 1]
    assert [rules.rate(*pair) for pair in [(5, 10), (1, 3), (12, 10), (5, None), (5, 0)]] == [50, 33, 100, None, None]
