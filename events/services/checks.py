"""What is asked of an event before it is shown to everyone: problems keep it back, doubts are only told."""

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.enums import Counting, Kind, Status
from events.models import Event, Meeting
from events.services.publishing import Problem

NOT_KEPT = gettext_lazy(
    "Background forms of people who are not counted may not be kept. Count them, or do not ask the form."
)


def essentials(event: Event, now: datetime) -> list[Problem]:
    """What any visitor must be told."""
    found: list[Problem] = []
    if event.is_template:
        found.append(_("This is a template. Make an event from it."))
    if event.archived_at:
        found.append(_("It is in the archive. Bring it back first."))
    if not event.timetable:
        found.append(_("Add at least one date."))
    elif event.ends_at and event.ends_at <= now:
        found.append(_("All dates are in the past."))
    if not event.summary:
        found.append(_("Say in one or two sentences what the event is: fill in the summary."))
    if not (event.contact_email or event.contact_phone):
        found.append(_("Give a contact: an e-mail address or a phone number."))
    if event.picture_id and not event.picture_alt:
        found.append(_("Say in words what the picture shows, for those who do not see it."))
    if event.asks_start_notice and event.counting == Counting.NONE:
        found.append(str(NOT_KEPT))
    return found


def places(event: Event, now: datetime) -> list[Problem]:
    """Another event in the same place at the same time."""
    mine = [meeting for meeting in event.timetable if meeting.venue_id]
    if not mine:
        return []
    others = Meeting.objects.filter(
        venue__in={meeting.venue_id for meeting in mine},
        starts_at__lt=max(meeting.ends_at for meeting in mine),
        ends_at__gt=min(meeting.starts_at for meeting in mine),
        event__status=Status.PUBLISHED,
    ).exclude(event=event)
    taken = list(others.select_related("event"))
    return [
        _clash(meeting, other)
        for meeting in mine
        for other in taken
        if other.venue_id == meeting.venue_id
        and other.starts_at < meeting.ends_at
        and other.ends_at > meeting.starts_at
    ]


def _clash(meeting: Meeting, other: Meeting) -> Problem:
    day = timezone.localtime(meeting.starts_at).strftime("%-d.%-m.%Y")
    title = "…" if other.event.confidential else other.event.title
    return _("%(place)s is taken on %(day)s by “%(event)s”.") % {"place": meeting.venue, "day": day, "event": title}


def period(event: Event, now: datetime) -> list[Problem]:
    """Dates that the project's money does not reach."""
    project = event.project
    if project is None:
        return []
    outside = [
        day
        for meeting in event.timetable
        if not project.starts_on <= (day := timezone.localdate(meeting.starts_at)) <= project.ends_on
    ]
    return [
        _("%(day)s is outside the project's period.") % {"day": day.strftime("%-d.%-m.%Y")}
        for day in dict.fromkeys(outside)
    ]


def people(event: Event, now: datetime) -> list[Problem]:
    """Whom to ask, and what somebody will miss."""
    found: list[Problem] = []
    if not event.contact_name:
        found.append(_("No contact person is named."))
    if not (event.access_features or event.access_note):
        found.append(_("Nothing is said about accessibility."))
    if event.kind != Kind.VIRTUAL_FAIR and any(each.mode == "remote" and not each.link for each in event.timetable):
        found.append(_("An online date has no link to join by yet."))
    return found
