from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.utils.cache import patch_vary_headers


def wants_part(request: HttpRequest) -> bool:
    return bool(request.headers.get("HX-Request")) and not request.headers.get("HX-Boosted")


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
