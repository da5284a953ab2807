"""The first page after signing in: what is on, and what needs somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest
from accounts.models import Grant, Organisation
from core.models import OutboxMessage
from core.scopes import Scopes
from core.web import page
from events.enums import Status
from events.models import Event, Meeting, Project, Seats
from workspace.rules import SOON, needs
from workspace.views.accessibility import feedback_lines

PAST = 20
"""How many of the events that are over are still one press away."""


@dataclass(frozen=True)
class Line:
    """One event on the desk, with what it asks for."""

    event: Event
    meeting: Meeting | None
    needs: tuple[str, ...]
    seats: Seats | None


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    owned = list(_owned(request))
    grants = Grant.objects
    reach = grants.scopes_of_any_kind(request.user)
    managed = grants.scopes(request.user, Permission.MANAGE_EVENTS)
    events = Event.objects.in_reach_of(reach).exclude(status=Status.CANCELLED).on_the_desk().with_meetings()
    current = [event for event in events if event.ends_at is None or event.ends_at > now]
    lines = sorted((_line(event, now) for event in current), key=lambda line: _when(line, now))
    here, week = timezone.localdate(now), timezone.localdate(now + SOON)
    return page(
        request,
        "workspace/desk.html",
        today=[line for line in lines if line.meeting and timezone.localdate(line.meeting.starts_at) == here],
        week=[line for line in lines if line.meeting and here < timezone.localdate(line.meeting.starts_at) <= week],
        later=[line for line in lines if not line.meeting or timezone.localdate(line.meeting.starts_at) > week],
        past=sorted((event for event in events if event not in current), key=lambda event: event.pk)[::-1][:PAST],
        needing=[line for line in lines if line.needs],
        undelivered=_undelivered(current, managed),
        projects=Project.objects.visible_to(request.user, Permission.SEE_REPORTS).order_by("code"),
        may_plan=bool(managed.keys),
        sees_people=bool(grants.scopes(request.user, Permission.SEE_PEOPLE).keys),
        keeps_register=bool(managed.ids("organisation")),
        owned=owned,
        wanting_mfa=_wanting_mfa(request),
        feedback=feedback_lines(now) if owned else [],
        now=now,
    )


def _owned(request: SignedInRequest) -> QuerySet[Organisation]:
    """The organisations whose members the user may manage."""
    mine = Grant.objects.scopes(request.user, Permission.MANAGE_MEMBERS).ids("organisation")
    return Organisation.objects.filter(pk__in=mine).order_by("name")


def _wanting_mfa(request: SignedInRequest) -> list[str]:
    """Names of organisations where the user's role does not hold before they have set up two-step sign-in."""
    names = Grant.objects.wanting_mfa_of(request.user).values_list("organisation__name", flat=True)
    return sorted(set(names))


def _line(event: Event, now: datetime) -> Line:
    return Line(event, event.next_meeting(now), needs(event, now), event.seats_at(now))


def _when(line: Line, now: datetime) -> datetime:
    return line.meeting.starts_at if line.meeting else now + timedelta(days=3650)


def _undelivered(events: list[Event], managed: Scopes) -> int:
    """Messages that need a person, of the events that the user manages."""
    mine = frozenset(event.scope for event in events if managed.touch(event.scopes))
    return OutboxMessage.objects.in_scopes(mine).needing_a_person().count() if mine else 0
