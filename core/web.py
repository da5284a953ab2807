import ipaddress
from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import ParamSpec, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers, patch_vary_headers

from core.errors import Refused
from core.limits import TooOften

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a piece; a boosted link and a return through the history want the whole page."""
    headers = request.headers
    whole = headers.get("HX-Boosted") or headers.get("HX-History-Restore-Request")
    return bool(headers.get("HX-Request")) and not whole


def page(
    request: HttpRequest,
    template: str,
    partial: str = "",
    /,
    *,
    status: int = 200,
    **context: object,
) -> TemplateResponse:
    """Render `template`, or only its `partial` when htmx asks for a piece."""
    name = f"{template}#{partial}" if partial and wants_part(request) else template
    response = TemplateResponse(request, name, context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response


def private(view: Callable[P, R]) -> Callable[P, R]:
    """A view whose answer is for one person: kept by no cache, listed by no search engine."""

    @wraps(view)
    def closed(*args: P.args, **kwargs: P.kwargs) -> R:
        response = view(*args, **kwargs)
        add_never_cache_headers(response)
        response["X-Robots-Tag"] = "noindex"
        return response

    return closed


def too_often(response: HttpResponse, refusal: Refused | None) -> HttpResponse:
    """`response`; where something was done too often, with 429 (RFC 6585) and Retry-After in seconds."""
    if isinstance(refusal, TooOften):
        response.status_code = HTTPStatus.TOO_MANY_REQUESTS
        response["Retry-After"] = str(refusal.seconds)
    return response


def client_address(request: HttpRequest) -> str:
    """Whose request this is: the network of an IPv6 address, because one household has billions of them.

    Behind our proxy the address is what the proxy saw, the last in the list; what stands before it anyone can write.
    """
    seen: str = request.META.get("REMOTE_ADDR", "")
    if settings.ENV.behind_proxy:
        seen = request.headers.get("X-Forwarded-For", seen).rpartition(",")[2].strip()
    try:
        address = ipaddress.ip_address(seen)
    except ValueError:
        return seen
    return str(address) if address.version == 4 else str(ipaddress.ip_network((address, 64), strict=False))  # noqa: PLR2004 - a protocol's name
