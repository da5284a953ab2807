"""An organisation's first event: what is done, and what comes next."""

from collections.abc import Collection
from typing import NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Organisation
from events.enums import Status
from events.models import Event, Project, Venue


class Step(NamedTuple):
    """`now` is the one to take next; `url` is empty where it cannot be taken yet."""

    title: str
    help: str
    url: str
    done: bool
    now: bool = False


def first_steps(organisations: Collection[int], owned: list[Organisation], events: list[Event]) -> list[Step]:
    """The way to the first published event; nothing for those who have one, or who plan for no organisation."""
    if not organisations or any(event.status != Status.DRAFT for event in events):
        return []
    towns = Organisation.objects.filter(pk__in=organisations).values("municipality_code")
    draft = events[0] if events else None
    steps = [
        Step(
            _("Add the place where you meet"),
            _("Once for all events. An event online needs none: go straight to the event."),
            reverse("events:add_venue"),
            Venue.objects.filter(municipality__in=towns).exists(),
        ),
        *(_project(organisation) for organisation in owned[:1]),
        Step(
            _("Describe your event"),
            _("Title, a sentence or two, day and place. It stays a draft until you publish it."),
            reverse("events:create"),
            draft is not None,
        ),
        Step(
            _("Look at it and publish"),
            _("The draft's page says what is missing, and shows how visitors will see it."),
            reverse("workspace:event", args=[draft.pk]) if draft else "",
            done=False,
        ),
    ]
    following = steps[-1] if draft else next(step for step in steps if not step.done)
    return [step._replace(now=step is following) for step in steps]


def _project(organisation: Organisation) -> Step:
    return Step(
        _("Add the funding project"),
        _("Only if one pays. Its code stands in the funding decision, for example S39901."),
        reverse("events:add_project", args=[organisation.pk]),
        Project.objects.filter(implementers=organisation).exists(),
    )
