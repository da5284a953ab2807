import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from esf.rules import Beginning, Day, age_on, beginning, contradictions

MONDAY = dt.date(2026, 11, 23)


def day(after=0, hours="2", reason=""):
    return Day(day=MONDAY + dt.timedelta(days=after), hours=Decimal(hours), at_once=bool(reason), reason=reason)


@pytest.mark.parametrize(
    ("days", "begins"),
    [
        ([], None),
        ([day()], None),
        ([day(hours="8")], None),
        ([day(hours="4"), day(hours="4")], None),
        ([day(hours="8.5")], Beginning(day=MONDAY, reason="more than 8 hours")),
        ([day(hours="5"), day(hours="4")], Beginning(day=MONDAY, reason="more than 8 hours")),
        ([day(7), day()], Beginning(day=MONDAY, reason="more than one date")),
        ([day(reason="target group")], Beginning(day=MONDAY, reason="target group")),
        ([day(hours="1"), day(3, reason="target group")], Beginning(day=MONDAY, reason="target group")),
    ],
)
def test_over_eight_hours_or_a_second_date_or_the_events_own_rule_begins_a_participation(days, begins):
    assert beginning(days, min_hours=8) == begins


@given(st.lists(st.builds(day, st.integers(0, 400), st.sampled_from(["0.5", "2", "8", "9"])), max_size=12))
def test_more_attendance_never_ends_a_beginning_and_it_is_the_first_day(days):
    begun = [beginning(days[:count], min_hours=8) is not None for count in range(len(days) + 1)]
    assert begun == sorted(begun)
    whole = beginning(days, min_hours=8)
    assert whole is None or whole.day == min(each.day for each in days)


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2008-11-23", "2026-11-22", 17),
        ("2008-11-23", "2026-11-23", 18),
        ("2004-02-29", "2025-02-28", 20),
        ("2004-02-29", "2025-03-01", 21),
        ("1971-11-24", "2026-11-23", 54),
    ],
)
def test_a_birthday_counts_from_its_morning(born, on, age):
    assert age_on(dt.date.fromisoformat(born), dt.date.fromisoformat(on)) == age


@pytest.mark.parametrize(
    ("born", "status", "duration", "fields"),
    [
        (dt.date(1990, 1, 1), "UNEMPLOYED", "M0_6", []),
        (dt.date(1990, 1, 1), "UNEMPLOYED", "", ["unemployment_duration"]),
        (dt.date(1990, 1, 1), "EMPLOYED", "M0_6", ["unemployment_duration"]),
        (dt.date(1990, 1, 1), "NONE", "", []),
        (dt.date(1890, 1, 1), "NONE", "", ["birth_date"]),
        (dt.date(2027, 1, 1), "NONE", "", ["birth_date"]),
        (None, "", "M0_6", []),
    ],
)
def test_what_cannot_be_true_is_found(born, status, duration, fields):
    found = contradictions(birth_date=born, labour_status=status, unemployment_duration=duration, today=MONDAY)
    assert sorted(found) == fields
