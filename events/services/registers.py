"""What events are planned from: an organisation's projects, and places."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import translation

from accounts.models import Organisation, User
from accounts.services import audit
from events.enums import Period
from events.models import Municipality, Project, ProjectTarget, Venue


@transaction.atomic
def add_venue(
    *,
    name: str,
    street: str,
    postal_code: str,
    post_office: str,
    municipality: Municipality,
    access: str,
    by: User,
    now: datetime,
) -> Venue:
    """Make a place that everybody who plans events may use. Its texts are Finnish until somebody translates them."""
    with translation.override("fi"):
        venue = Venue.objects.create(
            street=street,
            postal_code=postal_code,
            post_office=post_office,
            municipality=municipality,
            name=name,
            access=access,
        )
    _record("venue.create", f"venue:{venue.pk}", "venues", by, now, name=name)
    return venue


@transaction.atomic
def add_project(
    *,
    organisation: Organisation,
    code: str,
    names: dict[str, str],
    period: Period,
    starts_on: date,
    ends_on: date,
    authority: str,
    min_hours: int,
    planned_people: int | None,
    by: User,
    now: datetime,
) -> Project:
    """Make a funding project that `organisation` leads. `names` maps columns such as `name_sv` to words."""
    with translation.override("fi"):
        project = Project.objects.create(
            organisation=organisation,
            code=code,
            period=period,
            starts_on=starts_on,
            ends_on=ends_on,
            min_hours=min_hours,
            **names,
            authority=authority,
        )
    project.implementers.add(organisation)
    if planned_people is not None:
        ProjectTarget.objects.create(project=project, indicator="EECO01", value=planned_people, valid_from=starts_on)
    _record("project.create", project.scope, organisation.scope, by, now, code=code, planned_people=planned_people)
    return project


def _record(action: str, subject: str, scope: str, by: User, now: datetime, **after: Any) -> None:
    audit.changed(actor=by, action=action, subject=subject, scope=scope, now=now, after=after)
