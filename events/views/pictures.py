from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from events.models import PictureFile

FOR_EVER = "public, max-age=31536000, immutable"


@login_not_required
@require_safe
def show(request: HttpRequest, digest: str, width: int) -> HttpResponse:
    """One picture at one width. Its address names its content, so whoever has it need never ask again."""
    body = PictureFile.objects.filter(picture__digest=digest, width=width).values_list("body", flat=True).first()
    if body is None:
        raise Http404
    response = HttpResponse(bytes(body), content_type="image/webp")
    response["Cache-Control"] = FOR_EVER
    response["X-Content-Type-Options"] = "nosniff"
    return response
