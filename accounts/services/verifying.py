"""Whether the audit log is still what was sealed."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max, Q

from accounts import rules
from accounts.models import AuditEntry, AuditSeal, Organisation
from accounts.services import audit, sealing

UNSEALED = timedelta(hours=1)
"""So long the entry of a cut may wait for its seal."""
BACKDATED = timedelta(days=1)
"""An entry so much older than those of the seal before is doubted: only a clock that went wrong makes one by itself."""


@dataclass(kw_only=True)
class Chain:
    """What was found of one organisation's chain. `wrong` names the first thing that is not as it was sealed.

    `doubts` are what was sealed as it is, but can hardly have been written when it says.
    """

    organisation: int | None
    name: str
    seals: int = 0
    cut: int = 0
    entries: int = 0
    unsealed: int = 0
    wrong: str = ""
    doubts: list[str] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Cuts:
    """A chain's cuts: the entries that tell of them, by moment, and how far the cuts have come by `now`.

    What was told before the newest cut seal was made has been cut itself, in its time.
    """

    told: Mapping[datetime, list[AuditEntry]]
    come_to: datetime | None
    now: datetime

    def known(self, seal: AuditSeal, cut_at: datetime) -> bool:
        if self.come_to and cut_at < self.come_to:
            return True
        told = [entry.after for entry in self.told.get(cut_at, ())]
        return any(after.get("first_seal", 0) <= seal.number <= after.get("last_seal", 0) for after in told)


def chains(*, now: datetime) -> list[Chain]:
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
    return [_check(Chain(organisation=pk, name=names.get(pk or 0, ""), unsealed=waiting[pk]), now) for pk in every]


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


def _check(chain: Chain, now: datetime) -> Chain:
    before, newest, cuts = None, None, _cuts(chain.organisation, now)
    for seal in AuditSeal.objects.filter(organisation=chain.organisation).in_order().iterator():
        entries = _entries(seal)
        chain.wrong = chain.wrong or _fault(chain, seal, before, entries) or _wrongly_cut(chain, seal, entries, cuts)
        chain.doubts += _backdated(seal, entries, newest)
        chain.seals += 1
        chain.cut += seal.cut_at is not None
        chain.entries += len(entries)
        before, newest = seal, max((entry.at for entry in entries), default=None)
    return chain


def _fault(chain: Chain, seal: AuditSeal, before: AuditSeal | None, entries: list[AuditEntry]) -> str:
    wanted, here = chain.seals + 1, f"seal {seal.number}"
    if seal.number != wanted:
        return f"seal {wanted} is missing"
    if seal.previous != (before.hash if before else ""):
        return f"{here} does not follow the seal before it"
    if seal.hash != rules.seal_hash(seal):
        return f"{here} was changed"
    if before and seal.sealed_at < before.sealed_at:
        return f"{here} is older than the seal before it"
    return "" if seal.cut_at else _fault_within(seal, entries)


def _fault_within(seal: AuditSeal, entries: list[AuditEntry]) -> str:
    rows = [rules.canonical(entry) for entry in entries]
    if odd := rules.odd_one(seal.marks, entries, rows):
        return f"seal {seal.number}: {odd}"
    return "" if seal.digest == rules.digest(rows) else f"seal {seal.number}: an entry was changed"


def _cuts(organisation: int | None, now: datetime) -> Cuts:
    scope, told = sealing.scope_of(organisation), defaultdict(list)
    sealed = Q(seal__isnull=False, seal__organisation=organisation) | Q(seal=None, at__gt=now - UNSEALED)
    for entry in AuditEntry.objects.filter(sealed, action="audit.cut", subject=scope, scope=scope):
        told[entry.at].append(entry)
    done = AuditSeal.objects.filter(organisation=organisation, cut_at__isnull=False)
    return Cuts(told=told, come_to=done.aggregate(newest=Max("sealed_at"))["newest"], now=now)


def _wrongly_cut(chain: Chain, seal: AuditSeal, entries: list[AuditEntry], cuts: Cuts) -> str:
    here = f"seal {seal.number} was cut"
    if not seal.cut_at:
        return ""
    if chain.cut < chain.seals:
        return f"{here} before an older one"
    if seal.cut_at > cuts.now:
        return f"{here} at a moment that has not come"
    if seal.cut_at - seal.sealed_at < sealing.keep():
        return f"{here} before its time"
    if entries:
        return f"{here} and has entries"
    return "" if cuts.known(seal, seal.cut_at) else f"{here} and no entry tells of it"


def _backdated(seal: AuditSeal, entries: list[AuditEntry], newest: datetime | None) -> list[str]:
    """Rows are sealed within minutes: what is dated before those of the seal `newest` is from was not written then."""
    if newest is None:
        return []
    old = [entry.pk for entry in entries if entry.at < newest - BACKDATED]
    return [f"seal {seal.number}: entry {pk} is dated more than a day before the seal before it" for pk in old]


def _entries(seal: AuditSeal) -> list[AuditEntry]:
    return list(AuditEntry.objects.filter(seal=seal).order_by("pk"))
