"""Saving the meetings of an event, however they change places."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from events.models import Event, Meeting

ASIDE = timedelta(days=100_000)
"""Where meetings wait while others take their times."""


class ClashingDates(Refused):
    code = "clashing_dates"
    message = _("Two dates of the event would start at the same time. Move or remove one of them.")


def save(*, event: Event, meetings: Sequence[Meeting]) -> None:
    """Save `meetings`, new and changed ones of `event`; each may take the time that another leaves.

    Called under the event's lock.

    :raises ClashingDates: if two of the event would start at the same time
    """
    mine = [each.pk for each in meetings if each.pk]
    others = Meeting.objects.filter(event=event).exclude(pk__in=mine).values_list("starts_at", flat=True)
    starts = [*others, *(each.starts_at for each in meetings)]
    if len(set(starts)) < len(starts):
        raise ClashingDates
    Meeting.objects.filter(pk__in=mine).update(starts_at=F("starts_at") + ASIDE, ends_at=F("ends_at") + ASIDE)
    for meeting in meetings:
        meeting.save()
