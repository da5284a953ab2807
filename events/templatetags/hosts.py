"""The map of an event's hosts."""

from collections.abc import Iterable

from django import template

from events.models import Stand
from events.services import maps

register = template.Library()


@register.simple_tag
def stand_map(stands: Iterable[Stand]) -> maps.Drawing | None:
    return maps.stands_of(stands)
