from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, translate_url
from django.utils.translation import get_language


def site(request: HttpRequest) -> dict[str, object]:
    """What every page's frame shows: the site's name, the demo's mark, this page in the other languages."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "languages": _languages(request),
    }


def _languages(request: HttpRequest) -> list[dict[str, object]]:
    path = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    if not _exists(request):
        path = "/"
    here = get_language()
    return [
        {"code": code, "name": name, "url": translate_url(path, code), "current": code == here}
        for code, name in settings.LANGUAGES
    ]


def _exists(request: HttpRequest) -> bool:
    try:
        resolve(request.path_info)
    except Resolver404:
        return False
    return True
