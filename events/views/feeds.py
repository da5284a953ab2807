"""The catalogue for programs: feeds of any choice, the sitemap, robots.txt, and the seats of this moment."""

from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import views as sitemaps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.text import key_of
from events import shelf
from events.enums import Door
from events.models import Event
from events.rules import door_of, door_of_pool
from events.services import feeds
from events.sitemaps import SITEMAPS
from events.views.catalogue import filter_of

CACHED = "public, max-age=300"
AT_ONCE = 20


@login_not_required
@require_safe
def rss(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = filter_of(request, now)
    text = feeds.rss(
        events=feeds.announced(wanted=form.wanted(), now=now)[: feeds.NEWS],
        title=_title(form.labels()),
        description=_("Courses, card trainings, recruitment fairs and open groups. Taking a seat needs no account."),
        link=settings.SITE_URL + reverse("events:catalogue") + form.query(),
        address=settings.SITE_URL + request.path + form.query(),
        now=now,
    )
    return _cached(HttpResponse(text, content_type="application/rss+xml; charset=utf-8"))


@login_not_required
@require_safe
def ics(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = filter_of(request, now)
    events = feeds.announced(wanted=form.wanted(), now=now)
    file = feeds.ics(events=events, name=_title(form.labels()), now=now)
    return _cached(HttpResponse(file, content_type="text/calendar; charset=utf-8"))


@login_not_required
@require_safe
def seats(request: HttpRequest) -> HttpResponse:
    """The doors of some events right now, `?events=7.8` (`7-3`: and those of its dates), as a piece of a page.

    One query for events on the shelf.
    """
    asked = [each.partition("-")[0] for each in request.GET.get("events", "").split(".")[:AT_ONCE]]
    keys = [key for each in asked if (key := key_of(each))]
    now = timezone.now()
    events = shelf.read(Event.objects.public().filter(confidential=False, pk__in=keys)) if keys else []
    response = render(
        request, "events/seats.html", {"doors": [each for event in events for each in _doors(event, now)]}
    )
    response["Cache-Control"] = "no-store"
    return response


def _doors(event: Event, now: datetime) -> Iterator[tuple[str, Door, int]]:
    """Under the keys by which pages name them, with free seats: the event, and whatever seats one can choose."""
    seats = event.seats_at(now)
    yield str(event.pk), door_of(event, now), seats.for_newcomers if seats else 0
    for leaf in event.leaves if event.has_choice else ():
        yield f"{event.pk}-{leaf.pk}", door_of_pool(event, leaf, now), leaf.free_at(now)


@login_not_required
@require_safe
def sitemap_index(request: HttpRequest) -> HttpResponse:
    return sitemaps.index(request, sitemaps=SITEMAPS, sitemap_url_name="sitemap")


@login_not_required
@require_safe
def sitemap(request: HttpRequest, section: str) -> HttpResponse:
    return sitemaps.sitemap(request, sitemaps=SITEMAPS, section=section)


@login_not_required
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    context = {"sitemap": settings.SITE_URL + reverse("sitemap_index")}
    return render(request, "robots.txt", context, content_type="text/plain; charset=utf-8")


def _title(labels: list[str]) -> str:
    """`Events: Hartola, Course – Miitti`."""
    events = _("Events")
    return f"{events}: {', '.join(labels)} – {settings.SITE_NAME}" if labels else f"{events} – {settings.SITE_NAME}"


def _cached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = CACHED
    return response
