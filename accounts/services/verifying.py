"""Whether the audit log is still what was sealed."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from accounts import rules
from accounts.models import AuditEntry, AuditSeal, Organisation
from accounts.services import audit, sealing


@dataclass(kw_only=True)
class Chain:
    """What was found of one organisation's chain. `wrong` names the first thing that is not as it was sealed."""

    organisation: int | None
    name: str
    seals: int = 0
    cut: int = 0
    entries: int = 0
    unsealed: int = 0
    wrong: str = ""


def chains() -> list[Chain]:
    """Check every chain from its first seal to its last."""
    scopes = AuditEntry.objects.unsealed().values_list("scope", flat=True)
    counted = Counter(scopes.iterator())
    owners = audit.owners(counted)
    waiting: Counter[int | None] = Counter()
    for scope, number in counted.items():
        waiting[owners.get(scope)] += number
    sealed = set(AuditSeal.objects.order_by().values_list("organisation", flat=True).distinct())
    every = sorted(sealed | set(waiting), key=lambda pk: pk or 0)
    names = dict(Organisation.objects.filter(pk__in=[pk for pk in every if pk]).values_list("pk", "name"))
    return [_check(Chain(organisation=pk, name=names.get(pk or 0, ""), unsealed=waiting[pk])) for pk in every]


def heads() -> Iterator[tuple[int | None, int, str]]:
    """Organisation, number and hash of each chain's newest seal, to be noted where nobody of this service writes."""
    for pk in sorted(set(AuditSeal.objects.order_by().values_list("organisation", flat=True)), key=lambda pk: pk or 0):
        if head := AuditSeal.objects.head(pk):
            yield pk, head.number, head.hash


def holds(*, organisation: int | None, number: int, noted: str) -> bool:
    """Whether a seal that was noted once is there, unchanged."""
    return AuditSeal.objects.filter(organisation=organisation, number=number, hash=noted).exists()


def lines() -> Iterator[dict[str, Any] | str]:
    """Every seal that has entries, followed by these as they are hashed: all that an auditor needs to count again."""
    for seal in AuditSeal.objects.filter(cut_at=None).in_order().iterator():
        told = {name: getattr(seal, name) for name in ("number", "count", "previous", "digest", "hash")}
        yield {"organisation": seal.organisation_id or "", "sealed_at": rules.instant(seal.sealed_at), **told}
        yield from map(rules.canonical, _entries(seal))


def _check(chain: Chain) -> Chain:
    previous = ""
    for seal in AuditSeal.objects.filter(organisation=chain.organisation).in_order().iterator():
        entries = _entries(seal)
        chain.wrong = chain.wrong or _fault(chain, seal, previous, entries)
        chain.seals += 1
        chain.cut += seal.cut_at is not None
        chain.entries += len(entries)
        previous = seal.hash
    return chain


def _fault(chain: Chain, seal: AuditSeal, previous: str, entries: list[AuditEntry]) -> str:
    wanted, here = chain.seals + 1, f"seal {seal.number}"
    if seal.number != wanted:
        return f"seal {wanted} is missing"
    if seal.previous != previous:
        return f"{here} does not follow the seal before it"
    if seal.hash != rules.seal_hash(seal):
        return f"{here} was changed"
    if seal.cut_at:
        return _wrongly_cut(chain, seal, seal.cut_at, entries)
    rows = [rules.canonical(entry) for entry in entries]
    if odd := rules.odd_one(seal.marks, entries, rows):
        return f"{here}: {odd}"
    return "" if seal.digest == rules.digest(rows) else f"{here}: an entry was changed"


def _wrongly_cut(chain: Chain, seal: AuditSeal, cut_at: datetime, entries: list[AuditEntry]) -> str:
    if chain.cut < chain.seals:
        return f"seal {seal.number} was cut before an older one"
    if cut_at - seal.sealed_at < sealing.keep():
        return f"seal {seal.number} was cut before its time"
    return f"seal {seal.number} was cut and has entries" if entries else ""


def _entries(seal: AuditSeal) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(seal=seal).order_by("pk"))
