"""Whose projects and events are; the audit log asks, to put what was done in them into their organisation's chain."""

from collections.abc import Collection

from events.models import Event, Project


def of_projects(pks: Collection[int]) -> dict[int, int]:
    return dict(Project.objects.filter(pk__in=pks).values_list("pk", "organisation_id"))


def of_events(pks: Collection[int]) -> dict[int, int]:
    return dict(Event.objects.filter(pk__in=pks).values_list("pk", "organisation_id"))
