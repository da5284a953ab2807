"""A table of employers: kept, judged as often as one likes, and imported once."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.employer_columns import FACTS, PERSON, columns_of
from accounts.employer_rows import Judge, Judged, Verdict, facts_of, person_of
from accounts.enums import Stage
from accounts.models import (
    Employer,
    EmployerContact,
    EmployerImport,
    EmployerQuerySet,
    EmployerStage,
    Organisation,
    User,
)
from accounts.models.employers import name_key
from accounts.services import audit
from accounts.services.employer_contacts import default_deletion
from accounts.services.employers import record
from core.sheets_in import Row, Table

KEPT = timedelta(days=1)
A_BATCH = 500

Counts = dict[Verdict, int]


@transaction.atomic
def keep(*, organisation: Organisation, table: Table, by: User, now: datetime) -> EmployerImport:
    """Keep a table for a day, so that it need not be brought twice. Nothing is imported yet.

    :raises NoNames, HeadingTwice: if its columns cannot be understood
    """
    columns_of(table.header)
    return EmployerImport.objects.create(
        organisation=organisation,
        by=by,
        at=now,
        expires_at=now + KEPT,
        read_as=table.read_as[:200],
        header=list(table.header),
        rows=[[row.number, list(row.cells)] for row in table.rows],
    )


def judge(*, brought: EmployerImport, towns: Mapping[str, str], now: datetime) -> list[Judged]:
    """What would come of each row if it were imported now. Nothing is saved.

    :param towns: see `Judge`
    """
    return _judged(brought, Employer.objects.filter(organisation=brought.organisation_id), towns, now)


@transaction.atomic
def apply(*, brought: EmployerImport, towns: Mapping[str, str], by: User, now: datetime) -> Counts:
    """Import the right rows, judged anew, and return how many there were of each kind.

    Done twice, it imports once, and what colleagues have changed since stays: the second time there are no rows.

    The organisation's row is locked, and then the table and the employers: two imports, or an import and a colleague,
    come in turn.
    """
    Organisation.objects.locked().get(pk=brought.organisation_id)
    if EmployerImport.objects.locked().get(pk=brought.pk).applied_at:
        return counted([])
    judged = _judged(brought, Employer.objects.locked().filter(organisation=brought.organisation_id), towns, now)
    _create([row for row in judged if row.verdict == Verdict.NEW], brought, by, now)
    _change([row for row in judged if row.verdict == Verdict.CHANGED], by, now)
    found = counted(judged)
    EmployerImport.objects.filter(pk=brought.pk).update(applied_at=now)
    audit.changed(
        actor=by,
        action="employer.import",
        subject=brought.key,
        scope=brought.organisation.scope,
        now=now,
        after={str(verdict): number for verdict, number in found.items()},
    )
    return found


def counted(judged: Iterable[Judged]) -> Counts:
    """How many rows there are of each kind."""
    found = dict.fromkeys(Verdict, 0)
    for row in judged:
        found[row.verdict] += 1
    return found


@transaction.atomic
def forget_due(*, now: datetime) -> int:
    """Delete the tables that have been kept for a day, and return how many."""
    deleted, _kinds = EmployerImport.objects.filter(expires_at__lte=now).delete()
    return deleted


def _judged(brought: EmployerImport, known: EmployerQuerySet, towns: Mapping[str, str], now: datetime) -> list[Judged]:
    known = known.order_by("pk").prefetch_related("contacts")
    judging = Judge(header=brought.header, known=known, towns=towns, today=timezone.localdate(now))
    return [judging.judge(Row(number, tuple(cells))) for number, cells in brought.rows]


def _create(rows: list[Judged], brought: EmployerImport, by: User, now: datetime) -> None:
    today = timezone.localdate(now)
    made = [
        Employer(
            organisation_id=brought.organisation_id,
            **facts_of(row.values),
            name_key=name_key(row.name),
            stage=row.values.get("stage", Stage.CONTACTED),
            stage_since=row.values.get("stage_from", today),
            created_at=now,
            changed_at=now,
        )
        for row in rows
    ]
    Employer.objects.bulk_create(made, A_BATCH)
    EmployerStage.objects.bulk_create([_stage_row(employer, by, now) for employer in made], A_BATCH)
    people = [_person(employer, row, now) for employer, row in zip(made, rows, strict=True) if person_of(row.values)]
    EmployerContact.objects.bulk_create(people, A_BATCH)
    for employer, row in zip(made, rows, strict=True):
        record("employer.create", employer, by, now, after={**facts_of(row.values), "stage": str(employer.stage)})


def _change(rows: list[Judged], by: User, now: datetime) -> None:
    """Bring known employers to what the rows say, and write down what changed, as if each had been changed by hand."""
    employers = [row.employer for row in rows if row.employer]
    people = [_person_changed(row.employer, row, by, now) for row in rows if row.employer and row.person_changes]
    for row in rows:
        if row.employer:
            _facts_changed(row.employer, row, by, now)
    stages = [each for row in rows if row.employer for each in _stage_changed(row.employer, row, by, now)]
    _save_all(Employer, employers, *FACTS, "name_key", "stage", "stage_since", "changed_at")
    EmployerStage.objects.bulk_create(stages, A_BATCH)
    EmployerContact.objects.bulk_create([each for each in people if each.pk is None], A_BATCH)
    _save_all(EmployerContact, [each for each in people if each.pk], *PERSON.values())


def _save_all(model: type[models.Model], rows: list[Any], *columns: str) -> None:
    """What `bulk_update` does, in a tenth of its time: it composes a condition for each row and column."""
    model._default_manager.bulk_create(  # noqa: SLF001 - Django's documented model API
        rows, A_BATCH, update_conflicts=True, unique_fields=["id"], update_fields=list(columns)
    )


def _facts_changed(employer: Employer, row: Judged, by: User, now: datetime) -> None:
    facts = {name: value for name, value in facts_of(row.values).items() if getattr(employer, name) != value}
    if facts:
        before = {name: str(getattr(employer, name)) for name in facts}
        record("employer.change", employer, by, now, before=before, after=dict(facts))
    for name, value in facts.items():
        setattr(employer, name, value)
    employer.name_key, employer.changed_at = name_key(employer.name), now


def _stage_changed(employer: Employer, row: Judged, by: User, now: datetime) -> list[EmployerStage]:
    before, stage = employer.stage, row.values.get("stage", employer.stage)
    if stage == before:
        return []
    since = row.values.get("stage_from", timezone.localdate(now))
    employer.stage, employer.stage_since = stage, since
    after = {"stage": str(stage), "from_day": since.isoformat()}
    record("employer.stage", employer, by, now, before={"stage": before}, after=after)
    return [_stage_row(employer, by, now)]


def _person_changed(employer: Employer, row: Judged, by: User, now: datetime) -> EmployerContact:
    after = {"done": "change" if row.contact else "add", "columns": sorted(person_of(row.values))}
    record("employer.contact", employer, by, now, after=after)
    return _person(employer, row, now)


def _stage_row(employer: Employer, by: User, now: datetime) -> EmployerStage:
    return EmployerStage(employer=employer, stage=employer.stage, from_day=employer.stage_since, by=by, at=now)


def _person(employer: Employer, row: Judged, now: datetime) -> EmployerContact:
    """The row's contact person, known or new, as the row says."""
    contact = row.contact or EmployerContact(employer=employer, delete_after=default_deletion(now))
    for column, value in person_of(row.values).items():
        setattr(contact, column, value)
    return contact
