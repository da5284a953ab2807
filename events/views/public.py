"""What a resident sees: the catalogue, an event, its calendar file."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.collation import alphabetical
from core.kept import kept
from core.web import page
from events import shelf
from events.enums import Door
from events.forms import CatalogueFilter
from events.models import Event, EventQuerySet, Meeting, Municipality
from events.rules import door_of, takes_stands
from events.services.calendar import calendar
from events.views.invitations import is_invited

A_PAGE = 20


@dataclass(frozen=True)
class Card:
    """One event in the list. `stamp` names everything that its words depend on, except the language."""

    event: Event
    meeting: Meeting | None
    door: Door
    stamp: str


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = CatalogueFilter(request.GET or None, municipalities=hosting_towns)
    paginator = Paginator(_filtered(form, now), A_PAGE)
    events = paginator.get_page(request.GET.get("page"))
    today = timezone.localdate(now)
    cards = [_card(event, now, today) for event in shelf.read(cast("EventQuerySet", events.object_list))]
    return page(
        request,
        "events/catalogue.html",
        "results",
        form=form,
        choices=[form["when"], form["kind"], form["municipality"]],
        chosen=form.chosen(),
        cards=cards,
        cards_stamp=" ".join(card.stamp for card in cards),
        events=events,
        paginator=paginator,
    )


def _card(event: Event, now: datetime, today: date) -> Card:
    meeting, door = event.next_meeting(now), door_of(event, now)
    free = event.pool.free if event.pool and door == Door.OPEN else ""
    shown = meeting.pk if meeting else ""
    return Card(event, meeting, door, f"{event.version}/{shown}/{door}/{free}/{today}")


@login_not_required
@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    found = _public(slug)
    unfinished = request.get_signed_cookie(f"form-{found.pk}", default="")
    return event_page(request, found, timezone.now(), unfinished=unfinished)


def event_page(
    request: HttpRequest, event: Event, now: datetime, *, status: int = 200, **context: object
) -> HttpResponse:
    """The page of `event`, as it was read from the shelf."""
    over = sum(meeting.ends_at < now for meeting in event.timetable)
    return page(
        request,
        "events/event.html",
        status=status,
        event=event,
        project=event.project,
        meeting=event.next_meeting(now),
        door=door_of(event, now, invited=is_invited(request, event)),
        stands_open=takes_stands(event, now),
        stamp=f"{event.version}/{over}/{takes_stands(event, now)}/{timezone.localdate(now)}",
        now=now,
        **context,
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
    found = shelf.by_slug(slug)
    if found is None or not found.is_public:
        raise Http404
    return found


@kept(seconds=60)
def hosting(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of the municipalities where some published event meets, in the alphabet of `language`."""
    towns = sorted(Municipality.objects.hosting(), key=lambda town: alphabetical(town.name))
    return tuple((town.code, town.name) for town in towns)


def hosting_towns() -> tuple[tuple[str, str], ...]:
    return hosting(get_language() or "fi")


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
