"""What the fake says in place of an answer."""

from enum import StrEnum
from http import HTTPStatus
from typing import Any

Thing = dict[str, Any]
"""An object of Stripe's API, as JSON has it."""


class Problem(Exception):  # noqa: N818 - the name that the answer has
    """An answer that is an error (https://docs.stripe.com/api/errors)."""

    def __init__(
        self,
        message: str,
        *,
        status: int = HTTPStatus.BAD_REQUEST,
        kind: str = "invalid_request_error",
        code: str = "",
        param: str = "",
        kept: bool = False,
    ) -> None:
        """:param kept: whether work had begun, so that the same key gets the same error again"""
        super().__init__(message)
        self.status, self.kept = int(status), kept
        named = {"type": kind, "message": message, "code": code, "param": param}
        self.body: Thing = {"error": {name: value for name, value in named.items() if value}}


def missing(kind: str, own_id: str, *, status: int = HTTPStatus.NOT_FOUND, param: str = "id") -> Problem:
    return Problem(f"No such {kind}: '{own_id}'", status=status, code="resource_missing", param=param)


class NoConnection(Exception):  # noqa: N818 - what happened
    """Nobody was there to ask."""


class NoAnswer(Exception):  # noqa: N818 - what happened
    """The request left, and nothing came back in time."""


class Trouble(StrEnum):
    """What can go wrong with one of the next requests."""

    NO_CONNECTION = "no connection"
    LOST_REQUEST = "lost request"  # no answer, and nothing was done
    LOST_ANSWER = "lost answer"  # no answer, and it was done
    BROKEN = "broken"  # 500, and nothing was done
    BROKEN_LATE = "broken late"  # 500, and it was done; the same key gets the same 500 again
    TOO_MANY = "too many"  # 429
    LOCKED = "locked"  # 409: somebody else works on the object
    PENDING_REFUND = "pending refund"  # the next refund waits for `Bank.settle_refund` or `Bank.fail_refund`


OUTAGES = frozenset(Trouble) - {Trouble.PENDING_REFUND}
REFUSALS: dict[Trouble | None, tuple[int, str, str]] = {
    Trouble.BROKEN: (HTTPStatus.INTERNAL_SERVER_ERROR, "api_error", ""),
    Trouble.TOO_MANY: (HTTPStatus.TOO_MANY_REQUESTS, "invalid_request_error", "rate_limit"),
    Trouble.LOCKED: (HTTPStatus.CONFLICT, "invalid_request_error", "lock_timeout"),
}
"""What is refused before anything is done."""


def refusal(trouble: Trouble | None) -> Problem:
    status, kind, code = REFUSALS[trouble]
    return Problem("It did not work.", status=status, kind=kind, code=code)
