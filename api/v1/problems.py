"""Every answer that is not what was asked for, as RFC 9457 has it: application/problem+json."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from core.errors import RETRY_AFTER, Refused, is_busy
from registrations.services.attendance import AlreadyIn

log = logging.getLogger("miitti.api")

MEDIA_TYPE = "application/problem+json"
FIRST_ERROR = 400


class FieldError(Schema):
    field: str = Field(description="Where it stands, such as `background.birth_date` or `scans.3.nonce`.")
    message: str


class Problem(Schema):
    """RFC 9457. `code` is stable and for machines; `detail` is for people, in the language of Accept-Language."""

    type: str = Field("about:blank", description="Always `about:blank`; `code` says more.")
    title: str = Field(description="The status in words.")
    status: int
    code: str
    detail: str
    errors: list[FieldError] | None = Field(None, description="With 422: what is wrong, field by field.")
    first_at: datetime | None = Field(None, description="With `already_in`: when the ticket was used.")


class ApiError(Exception):
    """Ends a request with a problem."""

    def __init__(
        self,
        status: int,
        code: str,
        detail: str,
        *,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(code)
        self.problem = describe(status, code, detail, errors=list(errors) or None)
        self.headers = headers or {}


def describe(status: int, code: str, detail: str | Promise, **more: Any) -> Problem:
    return Problem(title=HTTPStatus(status).phrase, status=status, code=code, detail=str(detail), **more)


def refused(refusal: Refused) -> Problem:
    """A rule's no."""
    first = refusal.first.at if isinstance(refusal, AlreadyIn) else None
    return describe(HTTPStatus.CONFLICT, refusal.code, str(refusal), first_at=first)


def wrong_fields(errors: Sequence[FieldError]) -> ApiError:
    detail = _("Something in this request is wrong. The list of errors says what.")
    return ApiError(HTTPStatus.UNPROCESSABLE_ENTITY, "wrong_fields", detail, errors=errors)


def render(problem: Problem, headers: Mapping[str, str] | None = None) -> HttpResponse:
    body = problem.model_dump_json(exclude_none=True)
    return HttpResponse(body, status=problem.status, content_type=MEDIA_TYPE, headers=headers)


def handle_all(api: NinjaAPI) -> None:
    """Let every exception in `api` become a problem."""
    api.add_exception_handler(ApiError, _api_error)
    api.add_exception_handler(Refused, _refused)
    api.add_exception_handler(Http404, _missing)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _unreadable)
    api.add_exception_handler(RequestDataTooBig, _too_big)
    api.add_exception_handler(SuspiciousOperation, _unreadable)
    api.add_exception_handler(Exception, _failed)


def not_allowed(allowed: str) -> HttpResponse:
    problem = describe(
        HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", _("This address does not take this method.")
    )
    return render(problem, {"Allow": allowed})


def _api_error(_request: HttpRequest, error: Any) -> HttpResponse:
    return render(error.problem, error.headers)


def _refused(_request: HttpRequest, error: Any) -> HttpResponse:
    return render(refused(error))


def _missing(_request: HttpRequest, _error: Any) -> HttpResponse:
    return render(describe(HTTPStatus.NOT_FOUND, "not_found", _("There is nothing here, or not for you.")))


def _invalid(_request: HttpRequest, error: Any) -> HttpResponse:
    """What the schemas did not let in. The one header among it has codes of its own."""
    for each in error.errors:
        if each["loc"][0] == "header":
            return _without_key(each["type"] == "missing")
    errors = [FieldError(field=_path(each["loc"]), message=_message(each)) for each in error.errors]
    return render(wrong_fields(errors).problem)


def _without_key(missing: bool) -> HttpResponse:  # noqa: FBT001 - which of the two
    if missing:
        code, detail = "idempotency_key_missing", _("Send an Idempotency-Key, so that nothing can happen twice.")
    else:
        code, detail = "idempotency_key_malformed", _("The Idempotency-Key must be 8 to 200 visible ASCII characters.")
    return render(describe(HTTPStatus.BAD_REQUEST, code, detail))


def _path(location: Sequence[str | int]) -> str:
    """The location without its first words: where it looked, and the name of our variable for a body."""
    return ".".join(map(str, location[2:] if location[0] == "body" else location[1:]))


def _message(error: dict[str, Any]) -> str:
    return _("Fill this in.") if error["type"] == "missing" else str(error["msg"])


def _unreadable(_request: HttpRequest, _error: Any) -> HttpResponse:
    return render(describe(HTTPStatus.BAD_REQUEST, "malformed", _("This request cannot be read: send JSON in UTF-8.")))


def _too_big(_request: HttpRequest, _error: Any) -> HttpResponse:
    return render(describe(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", _("This request is too large.")))


def _failed(request: HttpRequest, error: Any) -> HttpResponse:
    if is_busy(error):
        log.warning("busy", extra={"route": request.resolver_match.view_name if request.resolver_match else ""})
        detail = _("Very much is going on right now. Send the same request again in a moment.")
        return render(describe(HTTPStatus.SERVICE_UNAVAILABLE, "busy", detail), {"Retry-After": str(RETRY_AFTER)})
    log.error("failed", exc_info=error)
    detail = _("Something went wrong on our side.")
    return render(describe(HTTPStatus.INTERNAL_SERVER_ERROR, "failed", detail))
