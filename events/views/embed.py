"""The list inside somebody else's page: a tiny page that may be framed, and the script that frames it."""

from csp.constants import SELF
from csp.decorators import csp_replace, csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from core.web import page
from events import found
from events.views.catalogue import cards_of, filter_of

SHOWN = 10
CACHED = "public, max-age=300"


@login_not_required
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def framed(request: HttpRequest) -> HttpResponse:
    """The next events of a choice. It sets no cookie, and its links leave the frame."""
    now = timezone.now()
    form = filter_of(request, now)
    keys = found.keys(form.wanted(), now)
    cards = cards_of(found.read(list(keys[:SHOWN])), form, now)
    context = {"cards": cards, "more": max(0, len(keys) - SHOWN), "query": form.query()}
    return render(request, "embed/events.html", context)


@login_not_required
@require_safe
def script(request: HttpRequest) -> HttpResponse:
    """One script tag puts the frame after itself. Old browsers run it too."""
    context = {"frame": settings.SITE_URL + reverse("events:framed"), "origin": settings.SITE_URL}
    response = render(request, "embed/events.js", context, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = CACHED
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@login_not_required
@require_safe
@csp_update({"frame-src": [SELF]})
def builder(request: HttpRequest) -> HttpResponse:
    """Explains the embedding and writes the lines to copy, for the choice in the address."""
    form = filter_of(request, timezone.now())
    return page(
        request,
        "embed/builder.html",
        form=form,
        fields=[form[name] for name in ("q", "municipality", "kind", "language", "audience", "when")],
        ticks=[form["free"], form["online"]],
        query=form.query(),
        script=settings.SITE_URL + reverse("events:embed_script") + form.query(),
        frame=settings.SITE_URL + reverse("events:framed") + form.query(),
        shown_here=reverse("events:framed") + form.query(),
    )
