"""The register of employers: its rows, and the stage that each has come to."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.enums import Stage
from accounts.models import Employer, EmployerStage, Organisation, User
from accounts.models.employers import name_key
from accounts.services import audit
from core.errors import Refused
from core.stale import refuse_stale

COLUMNS = ("name", "business_id", "municipality_code", "industry", "size", "website")
"""What people change."""


class KnownAlready(Refused):
    code = "employer_known_already"
    message = _("This employer is in the register already, perhaps in the archive: look there by name or business ID.")


class StageAhead(Refused):
    code = "stage_ahead"
    message = _("A stage begins today or has begun earlier.")


class Archived(Refused):
    code = "employer_archived"
    message = _("This employer is in the archive. Bring it back first.")


def values_of(employer: Employer) -> dict[str, Any]:
    """What a form shows of `employer`."""
    return {name: getattr(employer, name) for name in COLUMNS}


def stage_of(employer: Employer) -> dict[str, Any]:
    """What the form of stages has seen."""
    return {"stage": employer.stage, "from_day": employer.stage_since}


@transaction.atomic
def create(
    *, organisation: Organisation, values: Mapping[str, Any], stage: Stage, from_day: date, by: User, now: datetime
) -> Employer:
    """Take an employer, a value for each of `COLUMNS`, into the organisation's register.

    :raises KnownAlready: if its business ID is there, or its name without one
    :raises StageAhead: if `from_day` has not come
    """
    Organisation.objects.locked().get(pk=organisation.pk)
    employer = Employer(organisation=organisation, created_at=now, stage=stage, stage_since=from_day)
    _bring(employer, values, now)
    _refuse_ahead(from_day, now)
    employer.save(force_insert=True)
    EmployerStage.objects.create(employer=employer, stage=stage, from_day=from_day, by=by, at=now)
    record("employer.create", employer, by, now, after={**_plain(values), "stage": str(stage)})
    return employer


@transaction.atomic
def change(*, employer: Employer, values: Mapping[str, Any], seen: str, by: User, now: datetime) -> None:
    """Bring `employer` to `values`, a value for each of `COLUMNS`.

    :param seen: the fingerprint of the values that the form showed
    :raises ChangedMeanwhile: if they have been changed since
    :raises KnownAlready: if another one has its business ID, or its name without one
    """
    Organisation.objects.locked().get(pk=employer.organisation_id)
    employer = locked(employer)
    before = values_of(employer)
    refuse_stale(seen=seen, values=before)
    _bring(employer, values, now)
    employer.save()
    changed = [name for name in values if before[name] != values[name]]
    record(
        "employer.change",
        employer,
        by,
        now,
        before=_plain({name: before[name] for name in changed}),
        after=_plain({name: values[name] for name in changed}),
    )


@transaction.atomic
def move(
    *, employer: Employer, stage: Stage, from_day: date, note: str, seen: str, by: User, now: datetime
) -> EmployerStage:
    """Record that `employer` came to `stage` on a day. A day before the newest one completes its history only.

    :param seen: the fingerprint of `stage_of` that the form showed
    :raises ChangedMeanwhile: if it has moved since
    :raises StageAhead: if `from_day` has not come
    :raises Archived: if the employer is in the archive
    """
    employer = locked(employer)
    refuse_stale(seen=seen, values=stage_of(employer))
    _refuse_ahead(from_day, now)
    if employer.archived_at:
        raise Archived
    before = employer.stage
    made = EmployerStage.objects.create(employer=employer, stage=stage, from_day=from_day, note=note, by=by, at=now)
    newest = employer.stages.order_by("-from_day", "-pk")[0]
    employer.stage, employer.stage_since, employer.changed_at = newest.stage, newest.from_day, now
    employer.save(update_fields=["stage", "stage_since", "changed_at"])
    after = {"stage": str(stage), "from_day": from_day.isoformat()}
    record("employer.stage", employer, by, now, before={"stage": before}, after=after)
    return made


@transaction.atomic
def archive(*, employer: Employer, by: User, now: datetime) -> None:
    """Take `employer` out of the lists. Its history stays countable."""
    _set_aside(locked(employer), now, by, now)


@transaction.atomic
def bring_back(*, employer: Employer, by: User, now: datetime) -> None:
    """Put `employer` into the lists again."""
    _set_aside(locked(employer), None, by, now)


def locked(employer: Employer) -> Employer:
    """The employer as it is now, with its row locked until the transaction ends."""
    return Employer.objects.locked().get(pk=employer.pk)


def record(
    action: str,
    employer: Employer,
    by: User | None,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Write it down. No contact person's data may stand in `before` and `after`."""
    audit.changed(
        actor=by,
        action=action,
        subject=employer.key,
        scope=employer.scope,
        now=now,
        before=before,
        after=after,
    )


def _bring(employer: Employer, values: Mapping[str, Any], now: datetime) -> None:
    """Set `values`. The organisation's row is locked, so that no twin can come meanwhile."""
    for name, value in values.items():
        setattr(employer, name, value)
    employer.name_key, employer.changed_at = name_key(employer.name), now
    others = Employer.objects.filter(organisation=employer.organisation_id).exclude(pk=employer.pk)
    if employer.business_id:
        twins = others.filter(business_id=employer.business_id)
    else:
        twins = others.filter(business_id="", name_key=employer.name_key)
    if twins.exists():
        raise KnownAlready


def _refuse_ahead(day: date, now: datetime) -> None:
    if day > timezone.localdate(now):
        raise StageAhead


def _set_aside(employer: Employer, moment: datetime | None, by: User, now: datetime) -> None:
    employer.archived_at, employer.changed_at = moment, now
    employer.save(update_fields=["archived_at", "changed_at"])
    record("employer.archive", employer, by, now, after={"archived": moment is not None})


def _plain(values: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in values.items()}
