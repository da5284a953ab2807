from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers


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
