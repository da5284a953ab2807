"""The first page after signing in: what is on, and what needs somebody."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.enums import Permission
from accounts.http import SignedInRequest, has_a_role
from accounts.models import Grant, Organisation
from core.models import OutboxMessage
from core.scopes import Scopes
from core.web import page
from esf.models import StartNotice
from events.enums import Status
from events.models import Event, Meeting, Project, Seats
from registrations.models import Registration
from workspace import steps
from workspace.rules import FORMS_CHASED, SOON, needs
from workspace.views.accessibility import feedback_lines

PAST = 20
"""How many of the events that are over are still one press away."""


class Need(NamedTuple):
    """Something to look at, with the address where it is done."""

    code: str
    number: int
    url: str


@dataclass(frozen=True)
class Line:
    """One event on the desk, with what it asks for."""

    event: Event
    meeting: Meeting | None
    needs: list[Need]
    seats: Seats | None


@require_safe
def show(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    owned = list(_owned(request))
    grants = Grant.objects
    reach = grants.scopes_of_any_kind(request.user)
    if not reach.keys and not has_a_role(request.user):
        return redirect("registrations:gathered")
    managed = grants.scopes(request.user, Permission.MANAGE_EVENTS)
    people = grants.scopes(request.user, Permission.SEE_PEOPLE)
    visible = Event.objects.in_reach_of(reach).exclude(status=Status.CANCELLED).on_the_desk().with_meetings()
    events = list(visible.select_related("project").order_by("pk"))
    recent = [event for event in events if event.ends_at is None or event.ends_at > now - FORMS_CHASED]
    current = [event for event in recent if event.ends_at is None or event.ends_at > now]
    forms = _missing_forms([event for event in recent if people.touch(event.people_scopes)])
    lines = sorted((_line(event, now, forms) for event in recent), key=lambda line: _when(line, now))
    ahead = [line for line in lines if line.event in current]
    reported = grants.scopes(request.user, Permission.SEE_REPORTS)
    here, week = timezone.localdate(now), timezone.localdate(now + SOON)
    return page(
        request,
        "workspace/desk.html",
        today=[line for line in ahead if line.meeting and timezone.localdate(line.meeting.starts_at) <= here],
        week=[line for line in ahead if line.meeting and here < timezone.localdate(line.meeting.starts_at) <= week],
        later=[line for line in ahead if not line.meeting or timezone.localdate(line.meeting.starts_at) > week],
        past=sorted((event for event in events if event not in current), key=lambda event: event.pk)[::-1][:PAST],
        needing=[line for line in lines if line.needs],
        undelivered=_undelivered(current, managed),
        projects=Project.objects.in_reach_of(reported).order_by("code"),
        sees_reports=bool(reported.ids("organisation") or reported.ids("project")),
        may_plan=bool(managed.keys),
        sees_people=bool(grants.scopes(request.user, Permission.SEE_PEOPLE).keys),
        refers=bool(grants.scopes(request.user, Permission.REFER).keys),
        keeps_register=bool(managed.ids("organisation")),
        first_steps=steps.first_steps(managed.ids("organisation"), owned, events),
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


def _line(event: Event, now: datetime, forms: dict[int, int]) -> Line:
    missing = forms.get(event.pk, 0)
    seats = event.seats_at(now)
    numbers = {"queue": seats.waiting if seats else 0, "forms": missing}
    desk = reverse("workspace:event", args=[event.pk])
    places = {
        "queue": f"{desk}?status=waiting#people",
        "forms": f"{desk}?form=missing#people",
        "low_fill": reverse("workspace:codes", args=[event.pk]),
    }
    codes = needs(event, now, missing_forms=missing)
    found = [Need(code, numbers.get(code, 0), places.get(code, desk)) for code in codes]
    return Line(event, event.next_meeting(now), found, seats)


def _missing_forms(events: list[Event]) -> dict[int, int]:
    """How many of those who have a seat have not filled the background form, by event. One query."""
    asking = [event.pk for event in events if event.asks_start_notice and event.project_id]
    filled = StartNotice.objects.filter(project=OuterRef("event__project"), person=OuterRef("person"))
    rows = Registration.objects.confirmed().filter(~Exists(filled), event__in=asking)
    return dict(rows.values_list("event").annotate(Count("person", distinct=True))) if asking else {}


def _when(line: Line, now: datetime) -> datetime:
    return line.meeting.starts_at if line.meeting else now + timedelta(days=3650)


def _undelivered(events: list[Event], managed: Scopes) -> int:
    """Messages that need a person, of the events that the user manages."""
    mine = frozenset(event.scope for event in events if managed.touch(event.scopes))
    return OutboxMessage.objects.in_scopes(mine).needing_a_person().count() if mine else 0
