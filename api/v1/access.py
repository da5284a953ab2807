"""Who asks, what they may, and how often. Read on every request, so that a revoked token is dead at once."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security.base import AuthBase

from api.enums import Scope
from api.models import ApiToken
from api.services import tokens
from api.v1.problems import ApiError
from core import rates
from core.web import client_address

MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class Allowance:
    """What is left of a caller's minute."""

    limit: int
    used: int
    seconds_left: int

    @property
    def headers(self) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": str(max(0, self.limit - self.used)),
            "X-RateLimit-Reset": str(self.seconds_left),
        }


class ApiRequest(HttpRequest):
    """What an endpoint behind `Bearer` receives; exists for the type checker."""

    auth: ApiToken
    allowance: Allowance


class Anyone(AuthBase):
    """Lets everybody read. A token that is sent along is judged all the same, and its own limit counts then."""

    openapi_type = "http"
    scope: Scope | None = None

    def __call__(self, request: HttpRequest) -> object:
        """Return the token, or something else that is true where none was sent.

        :raises ApiError: 401, 429
        """
        now = timezone.now()
        sent = "Authorization" in request.headers
        token = _token(request, now) if sent else None
        _count(request, token, now)
        if sent and token is None:
            raise _stranger("token_invalid", _("This token does not open anything: unknown, expired or revoked."))
        return token or self


class Bearer(Anyone):
    """Lets in who has a token with `scope`."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope: Scope = scope

    def __call__(self, request: HttpRequest) -> object:
        """Return the token.

        :raises ApiError: 401, 403, 429
        """
        token = super().__call__(request)
        if not isinstance(token, ApiToken):
            raise _stranger("token_missing", _("Send a token: Authorization: Bearer miitti_…"))
        if not token.allows(self.scope):
            detail = _("This token may not do that: it lacks the scope %(scope)s.") % {"scope": self.scope.value}
            raise ApiError(HTTPStatus.FORBIDDEN, "scope_missing", detail)
        return token


def _token(request: HttpRequest, now: datetime) -> ApiToken | None:
    scheme, _space, text = request.headers["Authorization"].partition(" ")
    return tokens.find(text=text.strip(), now=now) if scheme.lower() == "bearer" else None


def _stranger(code: str, detail: str) -> ApiError:
    return ApiError(HTTPStatus.UNAUTHORIZED, code, detail, headers={"WWW-Authenticate": 'Bearer realm="Miitti"'})


def _count(request: HttpRequest, token: ApiToken | None, now: datetime) -> None:
    who, limit = (
        (token.key, token.per_minute)
        if token
        else (f"address:{client_address(request)}", settings.API_ANONYMOUS_PER_MINUTE)
    )
    window = rates.count(f"api:{who}", seconds=MINUTE, now=now)
    request.allowance = Allowance(  # type: ignore[attr-defined]
        limit=limit, used=window.used, seconds_left=window.seconds_left
    )
    if window.used > limit:
        raise ApiError(
            HTTPStatus.TOO_MANY_REQUESTS,
            "too_many_requests",
            _("That was too often. Wait as many seconds as Retry-After says."),
            headers={"Retry-After": str(window.seconds_left)},
        )
