"""As what people apply: changed at any time; one that somebody has chosen stays."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max, ProtectedError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from events.models import LANGUAGES, Event
from registrations.models import ApplicantCategory


class CategoryInUse(Refused):
    code = "category_in_use"
    message = _("Somebody has applied in this category, so it must stay. You can give it another name.")


class NameTaken(Refused):
    code = "name_taken"
    message = _("There is one of this name already.")


@transaction.atomic
def add_category(*, event: Event, names: Mapping[str, str], by: User, now: datetime) -> ApplicantCategory:
    """:raises NameTaken: if there is one of this name"""
    event = _touched(event, now)
    _refuse_twin(event, names, 0)
    last = event.applicant_categories.aggregate(last=Max("position"))["last"] or 0
    made = ApplicantCategory.objects.create(event=event, position=last + 1, **_columns(names))
    _record(event, by, now, made.name_fi)
    return made


@transaction.atomic
def change_category(*, category: ApplicantCategory, names: Mapping[str, str], by: User, now: datetime) -> None:
    """:raises NameTaken: if there is another of this name"""
    event = _touched(category.event, now)
    _refuse_twin(event, names, category.pk)
    ApplicantCategory.objects.filter(pk=category.pk).update(**_columns(names))
    _record(event, by, now, names["fi"])


@transaction.atomic
def remove_category(*, category: ApplicantCategory, by: User, now: datetime) -> None:
    """:raises CategoryInUse: if somebody has applied in it"""
    event = _touched(category.event, now)
    try:
        ApplicantCategory.objects.filter(pk=category.pk).delete()
    except ProtectedError as in_use:
        raise CategoryInUse from in_use
    _record(event, by, now, category.name_fi)


def _touched(event: Event, now: datetime) -> Event:
    """The event, locked, and marked as changed: blank forms of it are kept."""
    event = Event.objects.locked().get(pk=event.pk)
    event.changed_at, event.sequence = now, event.sequence + 1
    event.save(update_fields=["changed_at", "sequence"])
    return event


def _refuse_twin(event: Event, names: Mapping[str, str], pk: int) -> None:
    if event.applicant_categories.filter(name_fi=names["fi"]).exclude(pk=pk).exists():
        raise NameTaken


def _columns(names: Mapping[str, str]) -> dict[str, str]:
    return {f"name_{code}": names.get(code, "") for code in LANGUAGES}


def _record(event: Event, by: User, now: datetime, name: str) -> None:
    audit.changed(
        actor=by, action="applicant_category.change", subject=event.scope, scope=event.scope, now=now,
        after={"name": name},
    )  # fmt: skip
