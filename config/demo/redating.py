"""A demo that was loaded days ago shows today's week again: every date moves on, except birth dates and targets."""

from datetime import date, datetime, timedelta
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from core.models import Installation

OWN_APPS = ("core", "events", "registrations", "esf", "virtualfair")
STAND_STILL = {"birth_date", "valid_from", "valid_to", "dated_on"}


@transaction.atomic
def redate(*, now: datetime) -> int:
    """Move the demo's dates so that they are relative to today, and return by how many days."""
    installation = Installation.objects.select_for_update().filter(demo=True).first()
    today = timezone.localdate(now)
    if installation is None or installation.dated_on >= today:
        return 0
    days = (today - installation.dated_on).days
    for label in OWN_APPS:
        for model in apps.get_app_config(label).get_models():
            _move(model, timedelta(days=days))
    Installation.objects.update(dated_on=today)
    return days


def _move(model: type[models.Model], by: timedelta) -> None:
    fields = [
        field.name
        for field in model._meta.concrete_fields  # noqa: SLF001 - Django's documented model API
        if isinstance(field, models.DateField) and field.name not in STAND_STILL
    ]
    if not fields:
        return
    rows = list(model._default_manager.order_by("-pk"))  # noqa: SLF001 - Django's documented model API
    for row in rows:
        for name in fields:
            setattr(row, name, _later(getattr(row, name), by))
    _save(model, rows, fields)


def _save(model: type[models.Model], rows: list[Any], fields: list[str]) -> None:
    """Latest first, one by one: uniqueness of times holds at every step when all move forward."""
    ordered = sorted(rows, key=lambda row: tuple(str(getattr(row, name) or "") for name in fields), reverse=True)
    for row in ordered:
        model._default_manager.filter(pk=row.pk).update(**{name: getattr(row, name) for name in fields})  # noqa: SLF001


def _later(value: date | datetime | None, by: timedelta) -> date | datetime | None:
    """The same time of day so many days later, also across a change of the clocks."""
    if isinstance(value, datetime):
        local = timezone.localtime(value).replace(tzinfo=None)
        return timezone.make_aware(local + by)
    return value + by if value else None
