"""A funding project's own data, as its organisation keeps them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from accounts.models import Organisation, User
from accounts.services import audit
from core.stale import refuse_stale
from events.models import Project, Venue
from events.services import residents, search

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)


def in_languages(*names: str) -> tuple[str, ...]:
    return tuple(f"{name}_{code}" for name in names for code in LANGUAGES)


PROJECT = (
    *("code", "period", "starts_on", "ends_on", "min_hours", "asks_origin", "asks_personal_id"),
    *in_languages("name", "summary", "programme", "authority", "funding_line"),
)
VENUE = (
    *("street", "postal_code", "post_office", "municipality", "latitude", "longitude"),
    *in_languages("name", "access"),
)
"""The columns that people change."""


def values_of(thing: Project | Venue) -> dict[str, Any]:
    """What a form shows of `thing`, and what tells whether somebody has changed it."""
    return {name: getattr(thing, name) for name in (PROJECT if isinstance(thing, Project) else VENUE)}


@transaction.atomic
def change(*, project: Project, values: Mapping[str, Any], seen: str, by: User, now: datetime) -> None:
    """Bring `project` to `values`, a value for each column of `PROJECT`.

    :param seen: the fingerprint of the values that the form showed
    :raises ChangedMeanwhile: if they have been changed since
    """
    project = Project.objects.locked().get(pk=project.pk)
    before = _bring(project, values, seen)
    _record("project.change", project.scope, project.organisation.scope, by, now, before, values)


@transaction.atomic
def change_venue(*, venue: Venue, values: Mapping[str, Any], seen: str, by: User, now: datetime) -> None:
    """Bring `venue` to `values`, a value for each column of `VENUE`.

    :raises ChangedMeanwhile: see `change`
    """
    venue = Venue.objects.locked().get(pk=venue.pk)
    before = _bring(venue, values, seen)
    search.index_at(venue=venue)
    _record("venue.change", f"venue:{venue.pk}", "venues", by, now, before, values)


@transaction.atomic
def set_implementers(*, project: Project, organisations: Iterable[Organisation], by: User, now: datetime) -> None:
    """Say who carries `project` out; the one that leads it always does. Newcomers see their own
    residents in it, and who leaves sees them no longer.
    """
    known = set(project.implementers.all())
    before = sorted(each.name for each in known)
    project.implementers.set({project.organisation, *organisations})
    now_there = set(project.implementers.all())
    residents.make_known(project=project, to=now_there - known)
    forgotten = residents.forget(project=project, by=known - now_there)
    after = sorted(project.implementers.values_list("name", flat=True))
    audit.changed(
        actor=by,
        action="project.implementers",
        subject=project.scope,
        scope=project.organisation.scope,
        now=now,
        before={"implementers": before},
        after={"implementers": after, "forgotten": forgotten},
    )


def _bring(thing: Project | Venue, values: Mapping[str, Any], seen: str) -> dict[str, Any]:
    before = values_of(thing)
    refuse_stale(seen=seen, values=before)
    for name, value in values.items():
        setattr(thing, name, value)
    thing.save(update_fields=list(values))
    return before


def _record(
    action: str, subject: str, scope: str, by: User, now: datetime, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Write down what differs."""
    changed = [name for name in after if (before[name] or None) != (after[name] or None)]
    audit.changed(
        actor=by,
        action=action,
        subject=subject,
        scope=scope,
        now=now,
        before={name: _plain(before[name]) for name in changed},
        after={name: _plain(after[name]) for name in changed},
    )


def _plain(value: object) -> object:
    return value if value is None or isinstance(value, bool | int | float) else str(value)
