import datetime as dt
from concurrent.futures import ThreadPoolExecutor

from django.core.cache import cache

from core import rates
from tests.factories import NOW


def ask(key="somebody", *, at=0):
    return rates.wait(key, times=3, seconds=60, now=NOW + dt.timedelta(seconds=at))


def test_so_many_times_are_free_and_the_next_waits_for_the_next_window():
    assert [ask(at=10) for _i in range(4)] == [0, 0, 0, 50]
    assert ask(at=59) == 1
    assert ask(at=60) == 0


def test_everybody_is_counted_alone():
    for _i in range(4):
        ask("somebody")
    assert ask("another") == 0


def test_windows_of_different_lengths_are_counted_apart():
    for _i in range(4):
        ask()
    assert rates.wait("somebody", times=1, seconds=3600, now=NOW) == 0


def test_the_window_tells_what_is_used():
    rates.count("somebody", seconds=60, now=NOW)
    assert rates.count("somebody", seconds=60, now=NOW) == rates.Window(used=2, seconds_left=60)


def test_none_of_many_at_once_is_forgotten():
    with ThreadPoolExecutor(max_workers=8) as crowd:
        answers = list(crowd.map(lambda _i: ask(), range(40)))
    assert (answers.count(0), answers.count(60)) == (3, 37)


def test_the_cache_never_sees_the_key(monkeypatch):
    seen = []
    monkeypatch.setattr(cache, "add", lambda key, *_args, **_kwargs: seen.append(key))
    ask("192.0.2.7")
    assert len(seen) == 1
    assert "192.0.2.7" not in seen[0]


def test_a_count_that_the_cache_lost_starts_again(monkeypatch):
    monkeypatch.setattr(cache, "add", lambda *_args, **_kwargs: True)
    assert ask() == 0


def test_looking_counts_nothing():
    ask()
    assert [rates.look("somebody", seconds=60, now=NOW).used for _i in range(2)] == [1, 1]
    assert rates.look("another", seconds=60, now=NOW).used == 0


def test_once_means_once_in_any_so_many_seconds():
    def once(at):
        return rates.once("somebody", seconds=300, now=NOW + dt.timedelta(seconds=at))

    assert [once(0), once(299), once(300), once(301), once(599), once(600)] == [True, False, True, False, False, True]


def test_of_many_at_once_one_is_the_first():
    with ThreadPoolExecutor(max_workers=8) as crowd:
        answers = list(crowd.map(lambda _i: rates.once("somebody", seconds=300, now=NOW), range(40)))
    assert answers.count(True) == 1
