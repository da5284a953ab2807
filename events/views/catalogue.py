"""What a resident looks through: the same events as a list, as a month and as a map."""

from calendar import Calendar
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from core.collation import alphabetical
from core.kept import kept
from core.web import page
from events import found
from events.enums import Door
from events.filters import CatalogueFilter
from events.models import Event, Meeting, Municipality, Seats
from events.rules import door_of
from events.services import maps, months

A_PAGE = 20
VIEWS = ("catalogue", "month", "map")


@dataclass(frozen=True)
class Card:
    """One event in the list. `stamp` names everything that its words depend on, except the language."""

    event: Event
    meeting: Meeting | None
    door: Door
    seats: Seats | None
    stamp: str


@login_not_required
@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = filter_of(request, now)
    paginator = Paginator(found.keys(form.wanted(), now), A_PAGE)
    events = paginator.get_page(request.GET.get("page"))
    cards = cards_of(found.read(list(events.object_list)), form, now)
    return _view(
        request,
        form,
        "catalogue",
        number=paginator.count,
        cards=cards,
        cards_stamp=" ".join(card.stamp for card in cards),
        events=events,
        paginator=paginator,
    )


@login_not_required
@require_safe
def month(request: HttpRequest) -> HttpResponse:
    """A calendar month of the chosen events; the choice's own days are left out."""
    now = timezone.now()
    form = filter_of(request, now)
    shown = months.of(request.GET.get("month", ""), today=timezone.localdate(now))
    entries = months.entries(wanted=form.without_days(), month=shown, now=now)
    days = months.days(entries, found.read)
    return _view(
        request,
        form,
        "month",
        month=shown,
        weeks=months.weeks(shown, days),
        days=days,
        weekdays=[day for week in Calendar().monthdatescalendar(shown.first.year, 1)[:1] for day in week],
        day_list=reverse("events:catalogue"),
        day_query=form.query("when", "from", "to"),
        today=timezone.localdate(now),
        number=len({entry.event_id for entry in entries}),
    )


@login_not_required
@require_safe
def event_map(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    form = filter_of(request, now)
    towns = maps.towns(wanted=form.wanted(), now=now)
    points = [town.point(f"{reverse('events:catalogue')}{_in_town(form, town.code)}") for town in towns.on_map]
    return _view(
        request,
        form,
        "map",
        number=towns.events,
        elsewhere=towns.elsewhere,
        places=[(town, _in_town(form, town.code)) for town in towns.all],
        drawn=maps.draw(points, around=_towns_around(get_language() or "fi")),
    )


def filter_of(request: HttpRequest, now: datetime) -> CatalogueFilter:
    return CatalogueFilter(request.GET, municipalities=hosting_towns, now=now)


def cards_of(events: list[Event], form: CatalogueFilter, now: datetime) -> list[Card]:
    """Each event with the meeting that makes it stand where it stands."""
    since, today = form.wanted().since(now), timezone.localdate(now)
    return [_card(event, since, now, today) for event in events]


@kept(seconds=60)
def hosting(language: str) -> tuple[tuple[str, str], ...]:
    """Code and name of the municipalities where some listed event meets, in the alphabet of `language`."""
    towns = sorted(Municipality.objects.hosting(), key=lambda town: alphabetical(town.name))
    return tuple((town.code, town.name) for town in towns)


def hosting_towns() -> tuple[tuple[str, str], ...]:
    return hosting(get_language() or "fi")


def _card(event: Event, since: datetime, now: datetime, today: date) -> Card:
    meeting, door = event.next_meeting(since), door_of(event, now)
    seats = event.seats_at(now)
    free = seats.for_newcomers if seats and door == Door.OPEN else ""
    shown = meeting.pk if meeting else ""
    return Card(event, meeting, door, seats, f"{event.version}/{shown}/{door}/{free}/{today}")


def _view(request: HttpRequest, form: CatalogueFilter, name: str, **context: Any) -> HttpResponse:
    """One of the three views, with the form and the links between them."""
    query = form.query()
    return page(
        request,
        f"events/{name}.html",
        "results",
        form=form,
        first=[form["when"], form["kind"], form["municipality"]],
        dates=[form["from"], form["to"]],
        more=[form["language"], form["audience"]],
        ticks=[form["free"], form["online"]],
        chosen=form.chosen(),
        choices=form.choices(),
        query=query,
        view=name,
        views=[(each, reverse(f"events:{each}") + query) for each in VIEWS],
        **context,
    )


def _in_town(form: CatalogueFilter, code: str) -> str:
    query = form.query("municipality")
    return f"{query}{'&' if query else '?'}municipality={code}"


@kept(seconds=3600)
def _towns_around(language: str) -> tuple[maps.Point, ...]:
    """Every municipality in the register, for orientation."""
    towns = Municipality.objects.valid_on(timezone.localdate()).exclude(latitude=None).order_by("code")
    return tuple(maps.Point(name=town.name, latitude=town.latitude, longitude=town.longitude) for town in towns)  # type: ignore[arg-type]
