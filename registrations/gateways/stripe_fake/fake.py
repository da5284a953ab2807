"""The fake as a whole: its API, its hosted page, its bank and its post."""

import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from urllib.parse import urlsplit

import stripe

from registrations.gateways.stripe_fake.hosted import Bank, HostedPage
from registrations.gateways.stripe_fake.post import Post
from registrations.gateways.stripe_fake.problems import (
    OUTAGES,
    REFUSALS,
    NoAnswer,
    NoConnection,
    Problem,
    Thing,
    Trouble,
    refusal,
)
from registrations.gateways.stripe_fake.routes import answered
from registrations.gateways.stripe_fake.sessions import caught_up
from registrations.gateways.stripe_fake.shapes import unfolded
from registrations.gateways.stripe_fake.shelf import Books, Shelf, new_id

SECRET_KEY = "sk_test_the_fake_asks_for_no_other"  # noqa: S105 - it opens nothing
WEBHOOK_SECRET = "whsec_the_fake_signs_with_this"  # noqa: S105 - it opens nothing

Answer = tuple[int, dict[str, str], bytes]
"""Status, headers, body."""


def somewhere(_locale: str, session_id: str) -> str:
    """Where the page of a session is when nobody looks at it."""
    return f"https://checkout.stripe.example/c/pay/{session_id}"


class Fake:
    """A Stripe in test mode, as far as the product talks with it. All it knows is in its file."""

    def __init__(
        self,
        path: Path,
        *,
        clock: Callable[[], float] = time.time,
        page: Callable[[str, str], str] = somewhere,
        webhook_secret: str = WEBHOOK_SECRET,
    ) -> None:
        self.shelf = Shelf(path, clock, page)
        self.page, self.bank = HostedPage(self.shelf), Bank(self.shelf)
        self.post = Post(self.shelf, webhook_secret)

    def trouble(self, kind: Trouble, *, times: int = 1, method: str = "") -> None:
        """Let this happen to the next requests (of `method`, such as `POST`)."""
        with self.shelf.open() as books:
            books.connection.executemany("INSERT INTO troubles (kind, method) VALUES (?, ?)", [(kind, method)] * times)

    def newest(self, kind: str, limit: int) -> list[Thing]:
        """What is kept of a kind (`payment_intent`, `refund`, …), the newest first."""
        with caught_up(self.shelf) as books:
            return books.find(kind, limit=limit)

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: str) -> Answer:
        """Answer a request to the API.

        :param path: with its query
        :raises NoConnection: in trouble
        :raises NoAnswer: in trouble
        """
        with caught_up(self.shelf) as books:
            trouble = books.trouble(OUTAGES, method)
            if trouble not in (Trouble.NO_CONNECTION, Trouble.LOST_REQUEST):
                lower = {name.lower(): value for name, value in headers.items()}
                given = self._given(books, method, path, lower, body, trouble)
        if trouble is Trouble.NO_CONNECTION:
            raise NoConnection
        if trouble in (Trouble.LOST_REQUEST, Trouble.LOST_ANSWER):
            raise NoAnswer
        return given

    def _given(
        self, books: Books, method: str, path: str, headers: Mapping[str, str], body: str, trouble: Trouble | None
    ) -> Answer:
        told = {"Content-Type": "application/json", "Request-Id": new_id("req_")}
        key = headers.get("idempotency-key", "") if method == "POST" else ""
        asked = f"{method} {path}\n{body}"
        try:
            _check_caller(headers)
            if trouble in REFUSALS:
                raise refusal(trouble)
            if key and (known := books.replay(key, asked)):
                return known[0], told | {"Idempotent-Replayed": "true"}, known[1].encode()
            status, text = HTTPStatus.OK.value, json.dumps(_worked(books, method, path, body))
            if trouble is Trouble.BROKEN_LATE:
                status, text = 500, json.dumps(refusal(Trouble.BROKEN).body)
            kept = True
        except Problem as problem:
            status, text, kept = problem.status, json.dumps(problem.body), problem.kept
        if key and kept:
            books.remember(key, asked, status, text)
        return status, told, text.encode()


def _worked(books: Books, method: str, path: str, body: str) -> Thing:
    parts = urlsplit(path)
    return answered(books, method, parts.path, unfolded(body if method == "POST" else parts.query))


def _check_caller(headers: Mapping[str, str]) -> None:
    key = headers.get("authorization", "").removeprefix("Bearer ")
    if not key:
        raise Problem("You did not provide an API key.", status=HTTPStatus.UNAUTHORIZED)
    if not key.startswith(("sk_test_", "rk_test_")):
        raise Problem("Invalid API Key provided.", status=HTTPStatus.UNAUTHORIZED)
    version = headers.get("stripe-version")
    if version != stripe.api_version:
        raise Problem(f"Invalid Stripe API version: {version}. The fake speaks that of its library.")
