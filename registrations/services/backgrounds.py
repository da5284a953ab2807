"""Whose background form is still to be filled in."""

from collections.abc import Iterable

from esf.models import StartNotice
from events.models import Event
from registrations.models import Registration


def missing(*, event: Event, registrations: Iterable[Registration]) -> set[int]:
    """Keys of those whose person has given no notice to the event's project; empty where the event asks for none."""
    rows = list(registrations)
    if not event.project_id or not event.asks_start_notice:
        return set()
    given = StartNotice.objects.filter(project=event.project_id, person__in={each.person_id for each in rows})
    filled = set(given.values_list("person", flat=True))
    return {each.pk for each in rows if each.person_id not in filled}
