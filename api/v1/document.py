"""The OpenAPI document. What follows from how an endpoint is made (its errors, scope, headers) is written from that."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, TypeVar

from django.utils import translation
from ninja import NinjaAPI
from ninja.errors import ConfigError
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation

from api.services.idempotency import KeyReused
from api.v1.access import Anyone
from api.v1.problems import MEDIA_TYPE, Problem
from core.errors import Refused

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

WORDS = {
    200: "Here it is.",
    201: "Done.",
    400: "The Idempotency-Key is missing or malformed, or the body is no JSON.",
    401: "No token, or one that is unknown, expired or revoked.",
    403: "The token lacks the scope.",
    404: "There is nothing here, or not for you.",
    409: "A rule says no; `code` says which.",
    413: "The body is too large.",
    422: "Something in the request is wrong; `errors` names each field.",
    429: "Too many requests; Retry-After says how many seconds to wait.",
    503: "Too busy; send the same request again after Retry-After seconds.",
}
HEADERS = {
    "Retry-After": "Seconds to wait.",
    "WWW-Authenticate": "Bearer.",
    "Link": "The next page (RFC 8288), where there is one.",
    "Idempotent-Replayed": "`true` when this is the answer to an earlier sending of the same request.",
    "X-RateLimit-Limit": "Requests allowed in a minute.",
    "X-RateLimit-Remaining": "Requests left in this minute.",
    "X-RateLimit-Reset": "Seconds until the next minute.",
}
NAMES = {
    400: "Unreadable",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    409: "Conflict",
    413: "TooLarge",
    422: "WrongFields",
    429: "TooMany",
    503: "Busy",
}
MORE_HEADERS = {
    401: ["WWW-Authenticate"],
    409: ["Idempotent-Replayed"],
    429: ["Retry-After"],
    503: ["Retry-After"],
}
BEARER = {
    "type": "http",
    "scheme": "bearer",
    "description": "A token of your organisation, `miitti_…`, made by its owner on the desk.",
}
LIMITS = ("X-RateLimit-Limit", "X-RateLimit-Remaining", "X-RateLimit-Reset")


def may_refuse(*refusals: type[Refused]) -> Callable[[Endpoint], Endpoint]:
    """Say in the document which rules may refuse what the endpoint asks for."""

    def remember(endpoint: Endpoint) -> Endpoint:
        endpoint.refusals = refusals  # type: ignore[attr-defined]
        return endpoint

    return remember


class Document(OpenAPISchema):
    """The framework's document, and what it cannot know."""

    def __init__(self, api: NinjaAPI, path_prefix: str) -> None:
        with translation.override("en"):
            super().__init__(api, path_prefix)
        schema = Problem.model_json_schema(ref_template=REF_TEMPLATE, mode="serialization")
        self.schemas.update(schema.pop("$defs"), Problem=schema)
        used = str((self["paths"], self.schemas))
        self["components"] = {
            "schemas": {name: each for name, each in sorted(self.schemas.items()) if f"schemas/{name}'" in used},
            "responses": {NAMES[status]: self._problem(status) for status in NAMES},
            "headers": {name: {"description": text, "schema": {"type": "string"}} for name, text in HEADERS.items()},
            "securitySchemes": {"Bearer": BEARER},
        }
        _tidy(self)

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """:raises ConfigError: if two things have one name, of which the later would hide the earlier"""
        for name, schema in definitions.items():
            if self.schemas.setdefault(name, schema) != schema:
                raise ConfigError(f"Two different schemas are called {name}.")

    def responses(self, operation: Operation) -> dict[int, dict[str, Any]]:
        found = super().responses(operation)
        for status, answer in found.items():
            answer |= {"description": WORDS[status], "headers": _refer(_headers(operation))}
        for status in _errors(operation):
            found[status] = {"$ref": f"#/components/responses/{NAMES[status]}"}
        if HTTPStatus.CONFLICT in found:
            found[HTTPStatus.CONFLICT] = {**self._problem(HTTPStatus.CONFLICT), "x-codes": _codes(operation)}
        return dict(sorted(found.items()))

    def operation_security(self, operation: Operation) -> list[dict[str, list[str]]]:
        """The scope stands as the role that the token must have (OpenAPI 3.1); public endpoints take none, too."""
        scope = _door(operation).scope
        return [{"Bearer": [scope.value]}] if scope else [{}, {"Bearer": []}]

    def operation_parameters(self, operation: Operation) -> list[dict[str, Any]]:
        """Without null, which a query string cannot say."""
        found = super().operation_parameters(operation)
        for each in found:
            kinds = each["schema"].pop("anyOf", None)
            each["schema"] |= kinds[0] if kinds else {}
        return found

    def _problem(self, status: int) -> dict[str, Any]:
        return {
            "description": WORDS[status],
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            "headers": _refer([*MORE_HEADERS.get(status, ()), *LIMITS]),
        }


def _door(operation: Operation) -> Anyone:
    door = operation.auth_callbacks[0]
    assert isinstance(door, Anyone)  # noqa: S101 - every endpoint has one, or the document cannot be made
    return door


def _errors(operation: Operation) -> list[int]:
    sends = "POST" in operation.methods
    return [
        *([400, 409] if sends else []),
        401,
        *([403] if _door(operation).scope else []),
        *([404] if "{" in operation.path else []),
        *([413] if sends else []),
        422,
        429,
        503,
    ]


def _headers(operation: Operation) -> list[str]:
    """Of a good answer."""
    more = ["Idempotent-Replayed"] if "POST" in operation.methods else []
    return [*more, *(["Link"] if _is_list(operation) else []), *LIMITS]


def _is_list(operation: Operation) -> bool:
    """Whether its answer has a next page."""
    answer = next(iter(operation.response_models.values())).model_fields["response"].annotation
    return "next" in answer.model_fields


def _refer(names: list[str]) -> dict[str, dict[str, str]]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def _tidy(part: Any) -> None:
    """Take out the titles that pydantic makes of names."""
    if isinstance(part, dict):
        if isinstance(part.get("title"), str) and "version" not in part:
            del part["title"]
        for value in part.values():
            _tidy(value)
    elif isinstance(part, list):
        for value in part:
            _tidy(value)


def _codes(operation: Operation) -> dict[str, str]:
    refusals = (*getattr(operation.view_func, "refusals", ()), KeyReused)
    return {refusal.code: str(refusal.message) for refusal in refusals}
