"""Open jobs for everyone: the list, one job, the feed, and the list that other sites embed."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

from csp.decorators import csp_replace
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from core import linked_data
from core.collation import alphabetical
from core.kept import kept
from core.templatetags.when import full_day
from core.text import printable
from core.web import page
from events.enums import VacancyState
from events.forms.vacancies import VacancyFilter
from events.models import Municipality, Vacancy, VacancyQuerySet
from events.rules import vacancy_state

A_PAGE, A_FEED, AN_EMBED = 20, 50, 20


@dataclass(frozen=True)
class Line:
    """One job in a list."""

    vacancy: Vacancy
    state: VacancyState


@login_not_required
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = VacancyFilter(request.GET or None, municipalities=_towns)
    rows = Paginator(_filtered(form, now), A_PAGE).get_page(request.GET.get("page"))
    return page(request, "events/jobs.html", "results", form=form, rows=rows, lines=_lines(rows, now))


@login_not_required
@require_safe
def show(request: HttpRequest, vacancy_pk: int) -> HttpResponse:
    """A job's page. It stays, with its state, when nobody can apply any more."""
    vacancy = get_object_or_404(Vacancy.objects.public().select_related("municipality"), pk=vacancy_pk)
    state = vacancy_state(vacancy, timezone.localdate())
    return page(
        request,
        "events/job.html",
        vacancy=vacancy,
        state=state,
        facts=_posting(vacancy) if state == VacancyState.OPEN else "",
    )


@login_not_required
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """RSS 2.0 of the open jobs, the newest first."""
    link = settings.SITE_URL + reverse("events:jobs")
    made = Rss201rev2Feed(
        title=_("Open jobs") + f" – {settings.SITE_NAME}",
        link=link,
        description=_("Jobs that employers of the region look for somebody for."),
        language=get_language(),
        feed_url=settings.SITE_URL + reverse("events:jobs_feed"),
    )
    newest = Vacancy.objects.open_on(timezone.localdate()).select_related("municipality")
    for vacancy in newest.order_by("-published_at", "-pk")[:A_FEED]:
        address = settings.SITE_URL + vacancy.get_absolute_url()
        made.add_item(
            title=printable(f"{vacancy.title}, {vacancy.employer}"),
            link=address,
            description=printable(_in_short(vacancy)),
            pubdate=vacancy.published_at,
            updateddate=vacancy.changed_at,
            unique_id=f"{settings.SITE_URL}/vacancies/{vacancy.pk}/",
        )
    return HttpResponse(made.writeString("utf-8"), content_type=Rss201rev2Feed.content_type)


@login_not_required
@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})
def embed(request: HttpRequest) -> HttpResponse:
    """A list for a frame on somebody else's page: no cookie, no script, links open in a window of their own."""
    now = timezone.now()
    form = VacancyFilter(request.GET or None, municipalities=_towns)
    return page(request, "events/jobs_embed.html", lines=_lines(_filtered(form, now)[:AN_EMBED], now))


@kept(seconds=60)
def any_open() -> bool:
    """Whether the frame of every page leads to the jobs."""
    return Vacancy.objects.open_on(timezone.localdate()).exists()


def _filtered(form: VacancyFilter, now: datetime) -> VacancyQuerySet:
    wanted = form.wanted()
    rows = Vacancy.objects.listed_at(now)
    if wanted.get("q"):
        rows = rows.matching(wanted["q"])
    if wanted.get("municipality"):
        rows = rows.filter(municipality=wanted["municipality"])
    return rows


def _lines(rows: Iterable[Vacancy], now: datetime) -> list[Line]:
    return [Line(vacancy, vacancy_state(vacancy, timezone.localdate(now))) for vacancy in rows]


def _towns() -> tuple[tuple[str, str], ...]:
    return _towns_in(get_language() or settings.LANGUAGE_CODE)


@kept(seconds=60)
def _towns_in(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of the municipalities that the listed jobs are in, in the alphabet of `language`."""
    listed = Vacancy.objects.listed_at(timezone.now()).order_by().values("municipality")
    towns = sorted(Municipality.objects.filter(pk__in=listed), key=lambda town: alphabetical(town.name))
    return tuple((town.code, town.name) for town in towns)


def _in_short(vacancy: Vacancy) -> str:
    place = vacancy.municipality.name if vacancy.municipality else ""
    until = _("Apply by %(day)s.") % {"day": full_day(vacancy.deadline)}
    return " ".join(filter(None, [f"{place}." if place else "", until, vacancy.description]))


def _posting(vacancy: Vacancy) -> SafeString:
    """schema.org/JobPosting; the last moment to apply is the end of the deadline's day in Finland."""
    place = vacancy.municipality
    address = {"@type": "PostalAddress", "addressLocality": place.name, "addressCountry": "FI"} if place else None
    return linked_data.block(
        {
            "@type": "JobPosting",
            "title": vacancy.title,
            "description": vacancy.description or vacancy.title,
            "datePosted": timezone.localdate(vacancy.published_at).isoformat(),
            "validThrough": timezone.make_aware(datetime.combine(vacancy.deadline, time(23, 59, 59))).isoformat(),
            "url": settings.SITE_URL + vacancy.get_absolute_url(),
            "directApply": bool(vacancy.apply_url),
            "hiringOrganization": {
                "@type": "Organization",
                "name": vacancy.employer,
                **({"taxID": vacancy.business_id} if vacancy.business_id else {}),
            },
            "jobLocation": {"@type": "Place", "address": address} if address else None,
        }
    )
