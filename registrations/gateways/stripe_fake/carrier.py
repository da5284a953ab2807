"""Carries the requests of Stripe's library to the fake, inside the process: all of its reading and writing runs."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import stripe
from requests import ConnectTimeout, ReadTimeout
from requests.structures import CaseInsensitiveDict

from registrations.gateways.stripe_fake.fake import Fake
from registrations.gateways.stripe_fake.problems import NoAnswer, NoConnection


class Carrier(stripe.HTTPClient):
    name = "fake"

    def __init__(self, fake: Fake) -> None:
        super().__init__()
        self._fake = fake

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        try:
            status, told, body = self._fake.answer(method.upper(), path, headers or {}, post_data or "")
        except NoConnection:
            raise _broken("Nobody is there.") from ConnectTimeout()
        except NoAnswer:
            raise _broken("No answer in time.") from ReadTimeout()
        return body.decode(), status, CaseInsensitiveDict(told)

    def close(self) -> None:
        """Nothing is open."""


def _broken(message: str) -> stripe.APIConnectionError:
    return stripe.APIConnectionError(message)  # type: ignore[no-untyped-call]
