"""What a resident sees: the catalogue, an event, its calendar file."""

from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.collation import alphabetical
from core.web import page
from events.forms import CatalogueFilter
from events.models import Event, EventQuerySet, Municipality
from events.rules import door_of
from events.services.calendar import calendar

A_PAGE = 20


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    towns = sorted(Municipality.objects.hosting(), key=lambda town: alphabetical(town.name))
    form = CatalogueFilter(request.GET or None, municipalities=towns)
    found = _filtered(form, now)
    paginator = Paginator(found.select_related("organisation").with_meetings(), A_PAGE)
    events = paginator.get_page(request.GET.get("page"))
    cards = [{"event": event, "meeting": event.next_meeting(now), "door": door_of(event, now)} for event in events]
    choices = [form["when"], form["kind"], form["municipality"]]
    return page(
        request,
        "events/catalogue.html",
        "results",
        form=form,
        choices=choices,
        cards=cards,
        events=events,
        paginator=paginator,
    )


@login_not_required
@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    now = timezone.now()
    found = _public(slug)
    return page(
        request,
        "events/event.html",
        unfinished=request.get_signed_cookie(f"form-{found.pk}", default=""),
        event=found,
        project=found.project,
        meeting=found.next_meeting(now),
        door=door_of(found, now),
        now=now,
    )


@login_not_required
@require_safe
def calendar_file(request: HttpRequest, slug: str) -> HttpResponse:
    response = HttpResponse(
        calendar(event=_public(slug), now=timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="{slug}.ics"'
    return response


def remember_form(response: HttpResponse, event_pk: int, token: str) -> None:
    """Let this browser find the way back to a form that it has begun. A necessary cookie, gone after a day."""
    response.set_signed_cookie(
        f"form-{event_pk}",
        token,
        max_age=24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def forget_form(response: HttpResponse, event_pk: int) -> None:
    response.delete_cookie(f"form-{event_pk}", samesite="Lax")


def _public(slug: str) -> Event:
    found = Event.objects.public().select_related("organisation", "project").with_meetings().filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _filtered(form: CatalogueFilter, now: datetime) -> EventQuerySet:
    wanted = form.cleaned_data if form.is_valid() else getattr(form, "cleaned_data", {})
    events = Event.objects.published()
    if wanted.get("q"):
        events = events.matching(wanted["q"])
    if wanted.get("kind"):
        events = events.filter(kind=wanted["kind"])
    if wanted.get("municipality"):
        events = events.in_municipality(wanted["municipality"])
    until = _until(wanted["when"], now) if wanted.get("when") else None
    return events.upcoming_at(now, until=until)


def _until(when: str, now: datetime) -> datetime:
    """The end of the local day that `when` reaches to."""
    days = {"today": 1, "week": 8, "month": 31}[when]
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return midnight + timedelta(days=days)
