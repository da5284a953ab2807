"""What a confidential event shows its team alone: nobody else is told who was there, nor what followed from it."""

from django.db.models import QuerySet

from core.scopes import Scopes
from events.models import Event, Meeting

MEETING = "meeting:"
"""What the source of an attended day begins with that a check-in has handed down."""


def events(within: Scopes) -> QuerySet[Event]:
    """Confidential ones of which one is not of the team."""
    return Event.objects.filter(confidential=True).exclude(pk__in=Event.objects.people_in_reach_of(within).values("pk"))


def sources(of: QuerySet[Event]) -> set[str]:
    """Of the attended days at these events."""
    return {f"{MEETING}{pk}" for pk in Meeting.objects.filter(event__in=of).values_list("pk", flat=True)}
