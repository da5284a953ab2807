import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

from core.errors import RETRY_AFTER, is_busy
from core.limits import TooOften
from core.web import too_often

log = logging.getLogger("miitti.request")


class RequestLog:
    """One line a request: the route's name, never its path, because paths carry personal links."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        log.info(
            "request",
            extra={
                "method": request.method,
                "route": match.view_name if match else "",
                "status": response.status_code,
                "ms": round((time.perf_counter() - started) * 1000),
            },
        )
        return response


class TryAgain:
    """A database too busy (a lock, SQLite's writer, the connection pool) is no fault: say "try again", with 503.

    Nothing has been changed then, and a machine that gets 503 comes back by itself. What was tried too often is
    answered by 429 where no view has an answer of its own.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, TooOften):
            return too_often(render(request, "429.html", {"refusal": exception}), exception)
        if not is_busy(exception):
            return None
        log.warning("busy", extra={"route": request.resolver_match.view_name if request.resolver_match else ""})
        response = render(request, "503.html", status=503)
        response["Retry-After"] = str(RETRY_AFTER)
        return response


class PrivatePages:
    """What a signed-in user sees stays out of every cache, also the browser's own behind its Back button."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "public" in response.get("Cache-Control", ""):  # a picture, the same for everybody
            return response
        if request.user.is_authenticated:
            add_never_cache_headers(response)
        return response
