"""How the audit log is hashed. `docs/audit.md` tells auditors the same; change neither without the other."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from accounts.models import AuditEntry, AuditSeal

MARK = 8
"""Digits that a seal keeps of each entry's hash."""


def canonical(entry: AuditEntry) -> str:
    """An entry as it is hashed: JSON on one line, keys sorted, no spaces."""
    row = [
        *(entry.pk, instant(entry.at), entry.actor_id, entry.action, entry.subject, entry.scope),
        *(entry.before, entry.after, entry.via),
    ]
    return json.dumps(row, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def instant(moment: datetime) -> str:
    """`2026-11-23T12:00:00.000000+00:00`."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def digest(rows: Sequence[str]) -> str:
    """SHA-256 of canonical rows, a line feed between two."""
    return sha256("\n".join(rows).encode()).hexdigest()


def marks(rows: Sequence[str]) -> str:
    return "".join(digest([row])[:MARK] for row in rows)


def seal_hash(seal: AuditSeal) -> str:
    """What a seal's `hash` must be; true also after its entries have been cut."""
    told: list[Any] = [seal.previous, seal.number, seal.organisation_id or "", instant(seal.sealed_at), seal.count]
    return sha256("\n".join(map(str, [*told, seal.digest])).encode()).hexdigest()


def odd_one(sealed: str, entries: Sequence[AuditEntry], rows: Sequence[str]) -> str:
    """Which entry is not as it was when its seal kept the marks `sealed`; nothing when each is."""
    found = [digest([row])[:MARK] for row in rows]
    kept = [sealed[start : start + MARK] for start in range(0, len(sealed), MARK)]
    if found == kept:
        return ""
    at = next((place for place, pair in enumerate(zip(kept, found, strict=False)) if pair[0] != pair[1]), None)
    if at is None:
        at = min(len(kept), len(found))
    here = f"entry {entries[at].pk}" if at < len(entries) else "the end"
    if len(found) == len(kept):
        return f"{here} was changed"
    return f"{here} was added" if len(found) > len(kept) else f"an entry is missing before {here}"
