"""Points, lots, orders and times of interviews, without a database."""

import datetime as dt
from decimal import Decimal
from hashlib import sha256
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from registrations import rules
from registrations.enums import MAY_FOLLOW, Basis, Stage
from registrations.rules import Mark, Standing
from tests import factories as make
from tests.factories import NOW


def mark(assessor, criterion, points, out_of=5):
    return Mark(assessor=assessor, criterion=criterion, points=points, out_of=out_of)


def standing(number, *, score=None, lot=None, rank=None, minutes=None):
    applied = NOW + dt.timedelta(minutes=number if minutes is None else minutes)
    return Standing(number=number, applied_at=applied, score=score and Decimal(score), lot=lot, rank=rank)


def test_a_criterion_of_weight_two_counts_twice():
    marks = [mark(1, 1, 5), mark(1, 2, 0)]

    assert rules.mean(marks, weights={1: 2, 2: 1}, counting={1}) == Decimal("66.7")


def test_each_assessor_counts_the_same():
    marks = [mark(1, 1, 5), mark(2, 1, 1)]

    assert rules.mean(marks, weights={1: 1}, counting={1, 2}) == Decimal("60.0")


def test_who_may_not_judge_does_not_count():
    marks = [mark(1, 1, 5), mark(2, 1, 0)]

    assert rules.mean(marks, weights={1: 1}, counting={1}) == Decimal("100.0")
    assert rules.mean(marks, weights={1: 1}, counting=set()) is None


def test_who_has_not_judged_by_everything_does_not_count_yet():
    marks = [mark(1, 1, 5), mark(2, 1, 5), mark(2, 2, 5)]

    assert rules.mean(marks[:1], weights={1: 1, 2: 1}, counting={1, 2}) is None
    assert rules.mean(marks, weights={1: 1, 2: 1}, counting={1, 2}) == Decimal("100.0")


@given(st.lists(st.integers(0, 5), min_size=1, max_size=9))
def test_a_mean_lies_between_the_least_and_the_most(points):
    marks = [mark(number, 1, each) for number, each in enumerate(points)]

    found = rules.mean(marks, weights={1: 3}, counting=range(len(points)))

    assert 20 * min(points) <= found <= 20 * max(points)


def test_the_first_have_the_most_points_and_of_the_same_who_came_first():
    rows = [standing(1), standing(2, score="40"), standing(3, score="80"), standing(4, score="40", minutes=0)]

    assert rules.in_order(rows, Basis.SCORE) == [3, 4, 2, 1]
    assert rules.in_order(rows, Basis.ARRIVAL) == [4, 1, 2, 3]


def test_who_has_no_lot_comes_last():
    rows = [standing(1), standing(2, lot=2), standing(3, lot=1)]

    assert rules.in_order(rows, Basis.LOTTERY) == [3, 2, 1]


def test_on_the_reserve_list_the_hand_goes_before_lots_and_lots_before_points():
    rows = [standing(1, score="90"), standing(2, score="10", lot=1), standing(3, rank=1), standing(4, score="95")]

    assert rules.reserve_order(rows) == [3, 2, 4, 1]


@given(st.text(min_size=1), st.sets(st.integers(1, 10**6), max_size=60))
def test_anybody_can_draw_the_same_lots(seed, numbers):
    drawn = rules.draw(seed, numbers)

    assert sorted(drawn) == sorted(numbers)
    assert drawn == rules.draw(seed, sorted(numbers, reverse=True))
    digests = [sha256(f"{seed}:{number}".encode()).hexdigest() for number in drawn]
    assert digests == sorted(digests)


def test_the_lots_as_they_were_documented():
    assert rules.draw("siemen", range(1, 6)) == sorted(
        range(1, 6), key=lambda number: sha256(f"siemen:{number}".encode()).digest()
    )
    assert rules.fingerprint("siemen") == sha256(b"siemen").hexdigest()


def test_nothing_follows_an_end():
    ends = {Stage.COMPLETED, Stage.TRANSFERRED, Stage.INTERRUPTED, Stage.REJECTED, Stage.WITHDRAWN}

    assert set(Stage) - {Stage(each) for each in MAY_FOLLOW if each} == ends
    assert not rules.may_follow(Stage.WITHDRAWN, Stage.OFFERED)


# Times of interviews


def clocks(found):
    return [begins.astimezone(make.at("2026-01-01").tzinfo).strftime("%H:%M") for begins, _ends in found]


def test_times_follow_each_other_with_a_pause_and_leave_the_break_free():
    found = rules.slots(
        starts_at=make.at("2026-12-01 09:00"),
        ends_at=make.at("2026-12-01 14:00"),
        minutes=45,
        pause=15,
        breaks=[(make.at("2026-12-01 11:30"), make.at("2026-12-01 12:15"))],
    )

    assert clocks(found) == ["09:00", "10:00", "12:15", "13:15"]


def test_an_interview_lasts_as_long_as_it_should_when_the_clocks_change():
    found = rules.slots(starts_at=make.at("2027-03-28 02:00"), ends_at=make.at("2027-03-28 05:00"), minutes=60, pause=0)

    assert [(ends - begins).total_seconds() for begins, ends in found] == [3600, 3600]
    assert clocks(found) == ["02:00", "04:00"]


@given(st.integers(5, 120), st.integers(0, 30), st.integers(0, 400))
def test_no_two_times_overlap_and_none_leaves_the_day(minutes, pause, length):
    begins = make.at("2026-12-01 09:00")
    ends = begins + dt.timedelta(minutes=length)

    found = rules.slots(starts_at=begins, ends_at=ends, minutes=minutes, pause=pause)

    assert all(begins <= start and stop <= ends for start, stop in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
