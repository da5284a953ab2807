"""A circuit breaker: who does not answer is left alone for a while, instead of keeping every visitor waiting."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Lock

from registrations.gateways.payments import PaymentError, Unavailable, Uncertain

FAILURES = 5
"""So many in a row open the circuit."""
REST_SECONDS = 30.0


@dataclass(kw_only=True)
class Circuit:
    """Of one process. Open, it lets one try through every `rest` seconds; the first that is answered closes it."""

    failures: int = FAILURES
    rest: float = REST_SECONDS
    clock: Callable[[], float] = time.monotonic
    _lock: Lock = field(default_factory=Lock, repr=False)
    _failed: int = 0
    _shut_until: float = 0.0

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask inside. A refusal is an answer too.

        :raises Unavailable: at once, while the circuit is open
        """
        self._enter()
        try:
            yield
        except (Unavailable, Uncertain):
            self._note_failure()
            raise
        except PaymentError:
            self._note_answer()
            raise
        self._note_answer()

    def _enter(self) -> None:
        with self._lock:
            if self._failed < self.failures:
                return
            if self.clock() < self._shut_until:
                raise Unavailable("circuit")
            self._shut_until = self.clock() + self.rest  # this one tries, and the others wait for it

    def _note_failure(self) -> None:
        with self._lock:
            self._failed += 1
            self._shut_until = self.clock() + self.rest

    def _note_answer(self) -> None:
        with self._lock:
            self._failed = 0
