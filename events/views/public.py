"""What a resident sees of one event: its page and its calendar file."""

from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from core.web import page
from events import shelf
from events.enums import Door
from events.models import Event, Meeting, SeatPool
from events.rules import door_of, door_of_pool, takes_stands
from events.services.calendar import calendar
from events.views.invitations import is_invited


@login_not_required
@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    found = _public(slug)
    return event_page(request, found, timezone.now(), unfinished=begun_form(request, found.pk))


def event_page(
    request: HttpRequest, event: Event, now: datetime, *, status: int = 200, **context: object
) -> HttpResponse:
    """The page of `event`, as it was read from the shelf."""
    kind = "preview" if "preview" in context else ""
    stands_open, ahead = takes_stands(event, now), (event.ends_at or now) > now
    over = sum(meeting.ends_at < now for meeting in event.timetable)
    return page(
        request,
        "events/event.html",
        status=status,
        event=event,
        project=event.project,
        meeting=event.next_meeting(now),
        seats=event.seats_at(now),
        lines=seat_lines(event, now, invited=is_invited(request, event)),
        sizes=range(1, event.terms.largest_party + 1),
        door=door_of(event, now, invited=is_invited(request, event)),
        stands_open=stands_open,
        stamp=f"{kind}{event.version}/{over}/{stands_open}/{ahead}/{timezone.localdate(now)}",
        now=now,
        **context,
    )


class SeatLine(NamedTuple):
    """Seats that one can choose: of one date, for some people, or both; with what a visitor can do about them."""

    meeting: Meeting | None
    pool: SeatPool
    door: Door
    free: int
    """For who chooses them; some may be another pool's."""


def seat_lines(event: Event, now: datetime, *, invited: bool) -> list[SeatLine]:
    """What there is to choose among: the dates ahead, and for whom their seats are. None where there is no choice."""
    if not event.has_choice:
        return []
    return [
        SeatLine(
            event.meeting_of(leaf.meeting_id),
            leaf,
            door_of_pool(event, leaf, now, invited=invited),
            leaf.free_at(now),
        )
        for pool in event.pools_ahead(now)
        for leaf in pool.leaves
    ]


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


def begun_form(request: HttpRequest, event_pk: int) -> str:
    """The token of the form that this browser has begun for an event, or nothing."""
    return str(request.get_signed_cookie(f"form-{event_pk}", default=""))


def forget_form(response: HttpResponse, event_pk: int) -> None:
    response.delete_cookie(f"form-{event_pk}", samesite="Lax")


def _public(slug: str) -> Event:
    found = shelf.by_slug(slug)
    if found is None or not found.is_public:
        raise Http404
    return found
