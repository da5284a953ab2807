"""What Stripe's library raises, in our words. Its messages may quote what was sent, so that none of them goes on."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

import stripe
from requests import ConnectTimeout
from urllib3.exceptions import MaxRetryError, NewConnectionError

from registrations.gateways.payments import NotFound, PaymentError, Rejected, Unavailable, Uncertain

MISSING = "resource_missing"
IN_USE = "idempotency_key_in_use"
"""Another request with this key is being worked on right now."""


@contextmanager
def in_our_words(*, writes: bool) -> Iterator[None]:
    """Ask Stripe inside.

    :param writes: whether what is asked changes something, so that a broken answer leaves a doubt
    :raises PaymentError: in place of every error of Stripe's
    """
    try:
        yield
    except stripe.StripeError as error:
        raise _ours(error, writes=writes) from None


def _ours(error: stripe.StripeError, *, writes: bool) -> PaymentError:
    doubtful: type[PaymentError] = Uncertain if writes else Unavailable
    request, code = error.request_id or "", _code(error)
    match error:
        case stripe.APIConnectionError():
            kind, code = (Unavailable if _never_left(error) else doubtful), "connection"
        case stripe.RateLimitError():
            kind, code = Unavailable, "rate_limit"
        case stripe.AuthenticationError() | stripe.PermissionError():
            kind, code = Unavailable, "key"  # a new key helps; what was asked is not at fault
        case stripe.InvalidRequestError() if code == MISSING or error.http_status == HTTPStatus.NOT_FOUND:
            kind = NotFound
        case stripe.InvalidRequestError() | stripe.IdempotencyError() | stripe.CardError():
            kind = Rejected
        case stripe.StripeError(http_status=HTTPStatus.CONFLICT) if code != IN_USE:
            kind = Unavailable
        case _:
            kind = doubtful
    return kind(code or str(error.http_status or ""), request=request)


def _code(error: stripe.StripeError) -> str:
    """Stripe's code, else the name of what is wrong, else the kind of error."""
    told = error.error
    return error.code or next((word for name in ("code", "param", "type") if (word := getattr(told, name, None))), "")


def _never_left(error: stripe.APIConnectionError) -> bool:
    """Whether no connection came about, so that Stripe cannot have read anything."""
    cause = error.__cause__
    if isinstance(cause, ConnectTimeout):
        return True
    reason = cause.args[0] if cause and cause.args else None
    return isinstance(reason, MaxRetryError) and isinstance(reason.reason, NewConnectionError)
