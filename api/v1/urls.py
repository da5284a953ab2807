"""Everything under /api/v1."""

import json
from collections.abc import Callable
from functools import cache, wraps
from http import HTTPStatus
from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema
from ninja.operation import Operation
from ninja.responses import NinjaJSONEncoder

from api.models import ApiToken
from api.v1 import attendance, events, problems, projects, registrations
from api.v1.document import Document

View = Callable[..., HttpResponse]

PREFIX = "/api/v1/"


class Api(NinjaAPI):
    def get_openapi_operation_id(self, operation: Operation) -> str:
        return operation.view_func.__name__

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: dict[str, Any] | None = None
    ) -> OpenAPISchema:
        return cast("OpenAPISchema", document())


v1 = Api(
    title="Miitti",
    version="1",
    description="Events, seats, registrations, check-in, attendance and indicators. How to begin: /en/api/",
    docs_url=None,
    urls_namespace="api-v1",
    servers=[{"url": "/"}],
)
problems.handle_all(v1)
for each in (events, registrations, attendance, projects):
    v1.add_router("", each.router)


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document of this version as it is served; the same in every installation."""
    plain: dict[str, Any] = json.loads(json.dumps(Document(v1, PREFIX), cls=NinjaJSONEncoder))
    return plain


def doorway(view: View) -> View:
    """`view` as machines meet it: no sign-in page, no CSRF token, their own language, and problems instead of pages."""

    @wraps(view)
    def pass_through(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        with translation.override(translation.get_language_from_request(request)):
            asked, request.method = request.method, "GET" if request.method == "HEAD" else request.method
            try:
                response = view(request, *args, **kwargs)
            except Exception as error:  # noqa: BLE001 - the handlers know them all
                response = v1.on_exception(request, error)
            if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
                response = problems.not_allowed(response["Allow"])
            response.headers.setdefault("Content-Language", translation.get_language())
        request.method = asked
        return _without_body(_finished(request, response)) if asked == "HEAD" else _finished(request, response)

    pass_through.login_required = False  # type: ignore[attr-defined]
    pass_through.csrf_exempt = True  # type: ignore[attr-defined]
    return pass_through


def _finished(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    patch_vary_headers(response, ["Accept-Language", "Authorization"])
    if isinstance(getattr(request, "auth", None), ApiToken):
        add_never_cache_headers(response)
    if allowance := getattr(request, "allowance", None):
        for name, value in allowance.headers.items():
            response[name] = value
    return response


def _without_body(response: HttpResponse) -> HttpResponse:
    """The head that GET would have had (RFC 9110, 9.3.2)."""
    response["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def missing(request: HttpRequest, _rest: str = "") -> HttpResponse:
    raise Http404


addresses = v1.urls
for pattern in addresses[0]:
    pattern.callback = doorway(pattern.callback)  # type: ignore[arg-type]
addresses[0].append(re_path(r"", doorway(missing), name="missing"))

urlpatterns = [path("", addresses)]
