"""What seats of an event cost, in words."""

from django import template
from django.utils import timezone

from events.models import Event
from events.services import prices

register = template.Library()


@register.filter
def price_lines(event: Event) -> list[str]:
    """Every price with its name and the tax that is in it; empty: free of charge."""
    return prices.lines(event, timezone.now())


@register.filter
def price_glance(event: Event) -> str:
    """The least and the most."""
    return prices.at_a_glance(event, timezone.now())
