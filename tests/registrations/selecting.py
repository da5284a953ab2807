"""Events that people apply to, and those who do."""

import datetime as dt
import uuid

from django.utils import timezone

from accounts.enums import Role
from core.models import OutboxMessage
from core.services import outbox
from events import shelf
from events.models import Event
from registrations.enums import HoldKind
from registrations.models import ApplicantCategory, Application, Registration
from registrations.services import letters, selection, terms
from tests import factories as make
from tests.factories import NOW

BEFORE = NOW - dt.timedelta(days=3)


def event(*, seats=2, first=NOW + dt.timedelta(days=30), **values):
    """One that people apply to."""
    made = make.event(seats=seats, first=first)
    plain = {"by_application": True}
    terms.change(event=made, values=plain | values, by=make.organiser(made), now=BEFORE)
    return Event.objects.select_related("own_terms").get(pk=made.pk)


def apply(event, who=None, *, now=NOW, category=None):
    """An application, by the visitor's own steps."""
    registration = make.register(event, who, kind=HoldKind.APPLY, now=now)
    if category:
        Application.objects.filter(registration=registration).update(category=category)
    return Application.objects.select_related("registration", "event__own_terms").get(registration=registration)


def several(event, number, **how):
    return [apply(event, now=how.get("now", NOW) + dt.timedelta(minutes=place)) for place in range(number)]


def again(*applications):
    """As they are now."""
    rows = {each.pk: each for each in Application.objects.select_related("registration__offer", "event__own_terms")}
    found = [rows[each.pk] for each in applications]
    return found if len(found) != 1 else found[0]


def stages(*applications):
    rows = dict(Application.objects.values_list("pk", "stage"))
    return [rows[each.pk] for each in applications]


def status(application):
    return Registration.objects.get(pk=application.registration_id).status


def choice(stage, *applications, **more):
    return selection.Choice(
        stage=stage, seen={each.pk: Application.objects.get(pk=each.pk).stage for each in applications}, **more
    )


def decide(event, stage, *applications, by=None, now=NOW, nonce=None, **more):
    return selection.decide(
        event=event,
        choice=choice(stage, *applications, **more),
        nonce=nonce or uuid.uuid4(),
        by=by or make.user(),
        now=now,
    )


def plan(event, stage, *applications, now=NOW, **more):
    return selection.plan(event=shelf.by_pk(event.pk), choice=choice(stage, *applications, **more), now=now)


def letters_to(application):
    rows = OutboxMessage.objects.filter(recipient=application.registration.email).order_by("pk")
    return [message.payload["keys"]["letter"].removeprefix("application_") for message in rows]


def deliver():
    outbox.deliver_due(clock=lambda: timezone.now() + dt.timedelta(days=3650), at_most=1000)


def assessor(event, **fields):
    user = make.member(Role.ASSESSOR, event, organisation=event.organisation, **fields)
    return selection.add_assessor(event=event, user=user, by=make.user(), now=NOW)


def criteria(event, *weights, most=5):
    return [
        selection.add_criterion(
            event=event,
            plan=selection.Plan(names={"fi": f"Peruste {number}"}, weight=weight, max_points=most),
            by=make.user(),
            now=NOW,
        )
        for number, weight in enumerate(weights, start=1)
    ]


def score(application, assessor, criteria, *points):
    given = {each.pk: number for each, number in zip(criteria, points, strict=True)}
    selection.give_scores(application=application, assessor=assessor, points=given, now=NOW)


def category(event, name):
    return ApplicantCategory.objects.get(event=event, name_fi=name)


def link(application):
    """The token of a personal link to an application."""
    return letters.personal_url(registration=application.registration, now=NOW).rstrip("/").rpartition("/")[2]
