"""The worker's part of the audit log: it seals what has been written, and cuts off what is too old."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from accounts import rules
from accounts.models import AuditEntry, AuditSeal
from accounts.services import audit
from core.locks import alone

MOST = 1000
"""Rows under one seal at most."""
SETTLED = timedelta(seconds=5)
"""Rows so young are left for the next round, so that there are not many small seals."""
AT_ONCE = 100
"""Seals cut in one transaction at most."""
INSTALLATION = "audit"
"""Scope of what happens to the log of the installation itself."""


def seal_due(*, now: datetime) -> int:
    """Seal what is unsealed, each organisation's rows in its own chain, and return how many rows that were.

    A row with a lower key may be committed after one with a higher: rows are found by having no seal, not by their key.
    """
    sealed = 0
    while made := _seal_some(now):
        sealed += made
    return sealed


def cut(*, now: datetime) -> int:
    """Delete the entries under the seals older than AUDIT_KEEP_YEARS, and return how many. The seals stay."""
    gone = 0
    while (some := _cut_some(now)) is not None:
        gone += some
    return gone


def keep() -> timedelta:
    """Rather some days too long than too short."""
    return timedelta(days=366 * settings.AUDIT_KEEP_YEARS)


def scope_of(organisation: int | None) -> str:
    """The scope of what happens to a chain itself."""
    return f"organisation:{organisation}" if organisation else INSTALLATION


@transaction.atomic
def _seal_some(now: datetime) -> int:
    """Nobody else seals meanwhile: two seals of one chain must not follow the same one."""
    if not alone(__name__):
        return 0
    entries = list(AuditEntry.objects.unsealed().filter(at__lte=now - SETTLED).order_by("pk")[:MOST])
    for organisation, own in _by_owner(entries):
        _seal(organisation, own, now)
    return len(entries)


def _by_owner(entries: list[AuditEntry]) -> Iterator[tuple[int | None, list[AuditEntry]]]:
    owners = audit.owners({entry.scope for entry in entries})
    groups: dict[int | None, list[AuditEntry]] = defaultdict(list)
    for entry in entries:
        groups[owners.get(entry.scope)].append(entry)
    yield from groups.items()


def _seal(organisation: int | None, entries: list[AuditEntry], now: datetime) -> None:
    head = AuditSeal.objects.head(organisation)
    rows = [rules.canonical(entry) for entry in entries]
    seal = AuditSeal(
        organisation_id=organisation,
        number=head.number + 1 if head else 1,
        sealed_at=max(now, head.sealed_at) if head else now,
        first_entry=entries[0].pk,
        last_entry=entries[-1].pk,
        count=len(entries),
        marks=rules.marks(rows),
        digest=rules.digest(rows),
        previous=head.hash if head else "",
    )
    seal.hash = rules.seal_hash(seal)
    seal.save(force_insert=True)
    AuditEntry.objects.filter(pk__in=[entry.pk for entry in entries]).put_under(seal)


@transaction.atomic
def _cut_some(now: datetime) -> int | None:
    """Cut the oldest seals of all chains, and return how many entries went; None when nothing is due."""
    if not alone(__name__):
        return None
    due: dict[int | None, list[AuditSeal]] = defaultdict(list)
    for seal in AuditSeal.objects.to_cut(now - keep())[:AT_ONCE]:
        due[seal.organisation_id].append(seal)
    return sum(_cut(organisation, seals, now) for organisation, seals in due.items()) if due else None


def _cut(organisation: int | None, seals: list[AuditSeal], now: datetime) -> int:
    AuditSeal.objects.filter(pk__in=[seal.pk for seal in seals]).update(cut_at=now)
    gone = AuditEntry.objects.filter(seal__in=seals).forget_cut()
    scope = scope_of(organisation)
    audit.changed(
        actor=None,
        action="audit.cut",
        subject=scope,
        scope=scope,
        now=now,
        after={"entries": gone, "first_seal": seals[0].number, "last_seal": seals[-1].number},
    )
    return gone
