"""Job notices: written, published, filled, closed, opened again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services import audit
from core.errors import Refused
from core.stale import refuse_stale
from events.enums import VacancyState
from events.models import Vacancy
from events.rules import vacancy_state
from events.services.projects import in_languages

COLUMNS = (
    *("organisation", "employer", "business_id", "municipality", "apply_url", "apply_email", "apply_phone", "deadline"),
    *in_languages("title", "description"),
)
"""What people change."""


class NoWayToApply(Refused):
    code = "no_way_to_apply"
    message = _("Say how to apply: an address, an e-mail address or a phone number.")


class DeadlinePast(Refused):
    code = "deadline_past"
    message = _("The last day to apply is past. Change it first.")


class NotOpen(Refused):
    code = "vacancy_not_open"
    message = _("This job is not open.")


def values_of(vacancy: Vacancy) -> dict[str, Any]:
    """What a form shows of `vacancy`."""
    return {name: getattr(vacancy, name) for name in COLUMNS}


@transaction.atomic
def create(*, values: Mapping[str, Any], by: User, now: datetime) -> Vacancy:
    """Make a draft of `values`, a value for each of `COLUMNS`."""
    vacancy = Vacancy.objects.create(**values, created_at=now, changed_at=now)
    _record("vacancy.create", vacancy, by, now)
    return vacancy


@transaction.atomic
def change(*, vacancy: Vacancy, values: Mapping[str, Any], seen: str, by: User, now: datetime) -> None:
    """Bring `vacancy` to `values`.

    :param seen: the fingerprint of the values that the form showed
    :raises ChangedMeanwhile: if they have been changed since
    :raises NoWayToApply: if a published one would lack that
    """
    vacancy = _locked(vacancy)
    refuse_stale(seen=seen, values=values_of(vacancy))
    for name, value in values.items():
        setattr(vacancy, name, value)
    if vacancy.published_at:
        _refuse_without_a_way(vacancy)
    vacancy.changed_at = now
    vacancy.save(update_fields=[*values, "changed_at"])
    _record("vacancy.change", vacancy, by, now)


@transaction.atomic
def publish(*, vacancy: Vacancy, by: User, now: datetime) -> None:
    """Show `vacancy` to everyone.

    :raises NoWayToApply: if it does not say how
    :raises DeadlinePast: if nobody could apply any more
    """
    vacancy = _locked(vacancy)
    if vacancy.published_at:
        return
    _refuse_without_a_way(vacancy)
    _refuse_late(vacancy, now)
    _move(vacancy, "vacancy.publish", by, now, published_at=now)


@transaction.atomic
def fill(*, vacancy: Vacancy, by: User, now: datetime) -> None:
    """Somebody has been found.

    :raises NotOpen: if nobody was looked for
    """
    vacancy = _open(vacancy, now)
    _move(vacancy, "vacancy.fill", by, now, filled_at=now)


@transaction.atomic
def close(*, vacancy: Vacancy, by: User, now: datetime) -> None:
    """Nobody is looked for any more.

    :raises NotOpen: if nobody was
    """
    vacancy = _open(vacancy, now)
    _move(vacancy, "vacancy.close", by, now, closed_at=now)


@transaction.atomic
def reopen(*, vacancy: Vacancy, by: User, now: datetime) -> None:
    """Look for somebody again.

    :raises DeadlinePast: if nobody could apply any more
    """
    vacancy = _locked(vacancy)
    _refuse_late(vacancy, now)
    _move(vacancy, "vacancy.reopen", by, now, filled_at=None, closed_at=None)


def _locked(vacancy: Vacancy) -> Vacancy:
    return Vacancy.objects.locked().get(pk=vacancy.pk)


def _open(vacancy: Vacancy, now: datetime) -> Vacancy:
    found = _locked(vacancy)
    if vacancy_state(found, timezone.localdate(now)) != VacancyState.OPEN:
        raise NotOpen
    return found


def _refuse_without_a_way(vacancy: Vacancy) -> None:
    if not (vacancy.apply_url or vacancy.apply_email or vacancy.apply_phone):
        raise NoWayToApply


def _refuse_late(vacancy: Vacancy, now: datetime) -> None:
    if vacancy.deadline < timezone.localdate(now):
        raise DeadlinePast


def _move(vacancy: Vacancy, action: str, by: User, now: datetime, **moments: datetime | None) -> None:
    for name, moment in moments.items():
        setattr(vacancy, name, moment)
    vacancy.changed_at = now
    vacancy.save(update_fields=[*moments, "changed_at"])
    _record(action, vacancy, by, now)


def _record(action: str, vacancy: Vacancy, by: User, now: datetime) -> None:
    audit.changed(
        actor=by,
        action=action,
        subject=vacancy.scope,
        scope=f"organisation:{vacancy.organisation_id}",
        now=now,
        after={"title": vacancy.title, "employer": vacancy.employer, "deadline": vacancy.deadline.isoformat()},
    )
