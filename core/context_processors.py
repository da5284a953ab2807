from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language, get_language_from_path

_translated_routes: dict[str, bool] = {}
"""Whether a route lies below the languages' prefixes. There are as many routes as kinds of pages in four languages."""


def site(request: HttpRequest) -> dict[str, object]:
    """What every page's frame shows: the site's name, the demo's mark, this page in the other languages."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "here": get_language(),
        "languages": _languages(request),
    }


def _languages(request: HttpRequest) -> list[dict[str, object]]:
    """The same page in each language: paths are not translated, they only lie below another prefix."""
    here, path = get_language(), _path(request)
    translated = path == "/" or _is_translated(request)
    prefix = get_language_from_path(path) if translated else None
    bare = path.removeprefix(f"/{prefix}") if prefix else path
    return [
        {
            "code": code,
            "name": name,
            "url": f"/{code}{bare}" if translated and code != settings.LANGUAGE_CODE else bare,
            "current": code == here,
        }
        for code, name in settings.LANGUAGES
    ]


def _path(request: HttpRequest) -> str:
    """Where the page can be opened again; the front page when there is no such page."""
    if request.resolver_match is None:
        return "/"
    return request.get_full_path() if request.method in {"GET", "HEAD"} else request.path


def _is_translated(request: HttpRequest) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    if match.route not in _translated_routes:
        found = {translate_url(request.path, code) for code, _name in settings.LANGUAGES}
        _translated_routes[match.route] = len(found) > 1
    return _translated_routes[match.route]
