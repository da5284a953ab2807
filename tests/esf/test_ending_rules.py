"""When a participation may end, and which status is the one at its end."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esf.rules.ending import Bounds, bounds, follow_up_day, replaces, window

START, TODAY, PROJECT_ENDS = dt.date(2026, 3, 2), dt.date(2026, 6, 1), dt.date(2026, 12, 31)
days = st.dates(dt.date(2015, 1, 1), dt.date(2035, 12, 31))


def ends(*attended, next_start=None, today=TODAY, project_ends=PROJECT_ENDS):
    return bounds(started_on=START, attended=attended, next_start=next_start, project_ends=project_ends, today=today)


def test_it_may_end_from_the_last_day_attended_until_today():
    assert ends(START, dt.date(2026, 4, 7)) == Bounds(first=dt.date(2026, 4, 7), last=TODAY)


def test_somebody_who_was_never_there_may_end_on_the_first_day():
    assert ends() == Bounds(first=START, last=TODAY)


def test_a_day_attended_before_the_start_says_nothing():
    assert ends(dt.date(2026, 1, 5)).first == START


def test_it_ends_before_the_next_participation_begins_whose_days_are_not_its_own():
    later = dt.date(2026, 5, 4)

    assert ends(START, later, next_start=later) == Bounds(first=START, last=dt.date(2026, 5, 3))


def test_it_ends_with_the_project_at_the_latest():
    assert ends(today=dt.date(2027, 2, 1)).last == PROJECT_ENDS


@pytest.mark.parametrize(
    ("day", "told"),
    [("2026-03-01", False), ("2026-03-02", True), ("2026-03-30", True), ("2026-03-31", False)],
)
def test_the_situation_is_that_of_the_28_days_from_the_end_on(day, told):
    assert (dt.date.fromisoformat(day) in window(START, TODAY)) is told


def test_the_situation_of_a_day_to_come_is_not_known():
    assert window(TODAY, TODAY) == Bounds(first=TODAY, last=TODAY)


@given(days, days)
def test_of_two_situations_that_of_the_later_day_stays_whichever_is_told_first(one, other):
    kept = None
    for day in (one, other):
        if replaces(new=day, old=kept):
            kept = day
    assert kept == max(one, other)


@pytest.mark.parametrize(
    ("ended", "asked"),
    [("2026-03-02", "2026-09-02"), ("2025-08-31", "2026-02-28"), ("2023-08-31", "2024-02-29"), ("2026-07-15", "2027-01-15")],
)  # fmt: skip
def test_the_follow_up_is_six_months_later_or_the_last_day_of_that_month(ended, asked):
    assert follow_up_day(dt.date.fromisoformat(ended)) == dt.date.fromisoformat(asked)


@given(days)
def test_the_follow_up_lies_in_the_sixth_month_after(ended):
    day = follow_up_day(ended)

    assert (day.year * 12 + day.month) - (ended.year * 12 + ended.month) == 6
    assert day.day <= ended.day
