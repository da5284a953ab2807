import time

import pytest

from core import kept


@pytest.fixture
def counting():
    calls = []

    @kept.kept(seconds=60)
    def double(number, *, plus=0):
        calls.append(number)
        return 2 * number + plus

    return double, calls


def test_the_same_question_is_answered_once(counting):
    double, calls = counting
    assert [double(4), double(4), double(5), double(4, plus=1), double(4, plus=1)] == [8, 8, 10, 9, 9]
    assert calls == [4, 5, 4]


def test_an_old_answer_is_asked_for_again(counting, monkeypatch):
    double, calls = counting
    double(4)
    later = time.monotonic() + 61
    monkeypatch.setattr(kept.time, "monotonic", lambda: later)
    double(4)
    assert calls == [4, 4]


def test_it_does_not_grow_without_end(counting):
    double, calls = counting
    for number in range(kept.AT_MOST + 1):
        double(number)
    double(0)
    assert calls.count(0) == 2
