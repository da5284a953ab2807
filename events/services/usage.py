"""What refers to a place or a project, in words, so that nothing is deleted under somebody's feet."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import models, router, transaction
from django.db.models import ProtectedError
from django.db.models.deletion import Collector
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.enums import Permission
from accounts.models import User
from accounts.services import audit, members
from core.errors import Refused
from events.models import Event, Meeting, MetricValue, Project, Venue

NAMED = 5
"""So many events are named, the others only counted."""


class InUse(Refused):
    """Something refers to it; `uses` says what, in words."""

    code = "in_use"
    message = _("It cannot be deleted, because something refers to it.")

    def __init__(self, uses: list[str]) -> None:
        super().__init__()
        self.uses = uses

    def __str__(self) -> str:
        return " ".join([str(self.message), "; ".join(self.uses)])


@transaction.atomic
def delete_venue(*, venue: Venue, by: User, now: datetime) -> None:
    """:raises InUse: if a date of an event is there"""
    key, name = f"venue:{venue.pk}", venue.name
    _delete(venue, by)
    audit.changed(actor=by, action="venue.delete", subject=key, scope="venues", now=now, before={"name": name})


@transaction.atomic
def delete_project(*, project: Project, by: User, now: datetime) -> None:
    """Delete a project that nothing has happened in, with its plans and the roles given in it.

    :raises InUse: if events, participants or recorded figures belong to it
    """
    scope, code = project.scope, project.code
    _delete(project, by)
    members.revoke_all(organisation=project.organisation, scope=scope, by=by, now=now)
    audit.changed(
        actor=by,
        action="project.delete",
        subject=scope,
        scope=project.organisation.scope,
        now=now,
        before={"code": code},
    )


def uses(*, thing: Venue | Project, by: User) -> list[str]:
    """What refers to `thing`, in words; nothing when it can be deleted. Events hidden from `by` are only counted."""
    recorded = list(MetricValue.objects.filter(metric__project=thing)) if isinstance(thing, Project) else []
    try:
        Collector(using=router.db_for_write(type(thing), instance=thing)).collect([thing])
    except ProtectedError as in_use:
        return _in_words([*in_use.protected_objects, *recorded], by)
    return _in_words(recorded, by)


def _delete(thing: Venue | Project, by: User) -> None:
    if found := uses(thing=thing, by=by):
        raise InUse(found)
    thing.delete()


def _in_words(things: Iterable[models.Model], by: User) -> list[str]:
    kinds: dict[type[models.Model], list[models.Model]] = defaultdict(list)
    for thing in things:
        kinds[type(thing)].append(thing)
    events = {event.pk for event in kinds.pop(Event, [])}
    events |= {meeting.event_id for meeting in kinds.pop(Meeting, []) if isinstance(meeting, Meeting)}
    seen = Event.objects.filter(pk__in=Event.objects.listed().values("pk")) | Event.objects.visible_to(
        by, Permission.MANAGE_EVENTS
    )
    titles = dict(seen.filter(pk__in=events).distinct().values_list("pk", "title"))
    found = [_named(sorted(titles.values()))] if titles else []
    if hidden := len(events - set(titles)):
        text = ngettext("%(number)s event of somebody else", "%(number)s events of others", hidden)
        found.append(text % {"number": hidden})
    if figures := kinds.pop(MetricValue, []):
        text = ngettext("%(number)s recorded figure", "%(number)s recorded figures", len(figures))
        found.append(text % {"number": len(figures)})
    if others := sum(map(len, kinds.values())):
        text = ngettext("%(number)s record of participants", "%(number)s records of participants", others)
        found.append(text % {"number": others})
    return found


def _named(titles: list[str]) -> str:
    text = ngettext("%(number)s event: %(titles)s", "%(number)s events: %(titles)s", len(titles))
    more = ["…"] if len(titles) > NAMED else []
    return text % {"number": len(titles), "titles": ", ".join([*titles[:NAMED], *more])}
