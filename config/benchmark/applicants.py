"""People who have applied, each with points, through the services themselves."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from accounts.models import User
from config.demo.people import residents
from core.secrets import digest
from events.models import Event
from registrations.enums import HoldKind
from registrations.models import Application, Hold
from registrations.services import seats, selection, terms


def build(*, event: Event, number: int, by: User, now: datetime, say: Callable[[str], object]) -> Event:
    """Let so many people apply to `event`."""
    terms.change(event=event, values={"by_application": True}, by=by, now=now - timedelta(days=20))
    event = Event.objects.get(pk=event.pk)
    plan = selection.Plan(names={"fi": "Motivaatio"}, weight=1, max_points=10)
    criterion = selection.add_criterion(event=event, plan=plan, by=by, now=now)
    assessor = selection.add_assessor(event=event, user=by, by=by, now=now)
    moment = now - timedelta(days=10)
    for who in residents(timezone.localdate(now), number):
        token = seats.hold(event=event, kind=HoldKind.APPLY, now=moment)
        held = Hold.objects.get(token_digest=digest(token))
        seats.register(hold=held, contact=who.contact, answers=None, support_needs="", now=moment)
    for each in Application.objects.filter(event=event).select_related("registration"):
        points = {criterion.pk: each.number % 11}
        selection.give_scores(application=each, assessor=assessor, points=points, now=now)
    say(f"{number} applicants.")
    return event
