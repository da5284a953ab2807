"""Duties: each in its rhythm, a long one aside so that the others go on."""

import threading

import pytest

from core import worker


@pytest.fixture(autouse=True)
def no_other_duties(monkeypatch):
    monkeypatch.setattr(worker, "_duties", {})
    monkeypatch.setattr(worker, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


def test_a_long_duty_aside_keeps_no_other_waiting_and_is_not_begun_twice():
    stop, let_go, others, begun = threading.Event(), threading.Event(), [], []

    def long(_now):
        begun.append(1)
        assert let_go.wait(10)

    def short(_now):
        others.append(1)
        if len(others) == 3:
            stop.set()

    worker.duty("long", every_seconds=0, do=long, aside=True)
    worker.duty("short", every_seconds=0, do=short)
    worker.run(stop)
    let_go.set()

    assert (len(begun), len(others)) == (1, 3)


def test_a_duty_aside_that_fails_is_begun_again(caplog):
    stop, tried = threading.Event(), []

    def failing(_now):
        tried.append(1)
        if len(tried) == 2:
            stop.set()
        raise RuntimeError

    worker.duty("failing", every_seconds=0, do=failing, aside=True)
    worker.run(stop)

    assert len(tried) >= 2
    assert "duty failed" in caplog.text
