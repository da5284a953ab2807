import pytest

from registrations.gateways.circuit import Circuit
from registrations.gateways.payments import NotFound, Rejected, Unavailable, Uncertain


class Clock:
    seconds = 100.0

    def __call__(self):
        return self.seconds


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def circuit(clock):
    return Circuit(failures=3, rest=30, clock=clock)


def ask(circuit, problem=None):
    """Whether the provider was asked at all; what it said is raised."""
    try:
        with circuit.asking():
            if problem:
                raise problem
    except Unavailable as answer:
        return "circuit" if answer.code == "circuit" else "asked"
    except (Uncertain, Rejected, NotFound):
        return "asked"
    return "asked"


def test_a_provider_that_answers_is_asked_for_ever(circuit):
    assert {ask(circuit) for _ in range(10)} == {"asked"}


@pytest.mark.parametrize("problem", [Unavailable, Uncertain])
def test_after_so_many_failures_in_a_row_nobody_waits_any_more(circuit, problem):
    assert [ask(circuit, problem("connection")) for _ in range(3)] == ["asked"] * 3
    assert ask(circuit) == "circuit"


def test_an_answer_in_between_begins_the_count_anew(circuit):
    for problem in (Unavailable(), Unavailable(), None, Unavailable(), Unavailable()):
        ask(circuit, problem)
    assert ask(circuit) == "asked"


@pytest.mark.parametrize("answer", [Rejected, NotFound])
def test_a_refusal_is_an_answer_too(circuit, answer):
    for problem in (Unavailable(), Unavailable(), answer("no"), Unavailable(), Unavailable()):
        ask(circuit, problem)
    assert ask(circuit) == "asked"


def test_after_a_rest_one_tries_and_the_others_wait_for_it(circuit, clock):
    for _ in range(3):
        ask(circuit, Unavailable())
    clock.seconds += 30
    with circuit.asking():
        assert ask(circuit) == "circuit"
    assert ask(circuit) == "asked"


def test_a_failed_try_lets_everybody_rest_again(circuit, clock):
    for _ in range(3):
        ask(circuit, Unavailable())
    clock.seconds += 30
    assert [ask(circuit, Unavailable()), ask(circuit)] == ["asked", "circuit"]
    clock.seconds += 30
    assert [ask(circuit), ask(circuit)] == ["asked", "asked"]


def test_a_try_that_never_ends_does_not_shut_the_circuit_for_ever(circuit, clock):
    for _ in range(3):
        ask(circuit, Unavailable())
    clock.seconds += 30
    never_ending = circuit.asking()
    never_ending.__enter__()
    clock.seconds += 30
    assert ask(circuit) == "asked"


def test_a_mistake_of_our_own_says_nothing_about_the_provider(circuit):
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), circuit.asking():
            raise ZeroDivisionError
    assert ask(circuit) == "asked"
