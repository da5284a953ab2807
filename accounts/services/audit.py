"""The log of changes and of reads, written in the transaction of what it tells. No participant's data stand in it."""

from datetime import datetime
from typing import Any

from accounts.models import AuditEntry, User
from core.compiled import insert


def changed(
    *,
    actor: User | None,
    action: str,
    subject: str,
    scope: str,
    now: datetime,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    """Record that `actor` (None: the person themselves, by their link, or the worker) changed `subject`."""
    insert(
        AuditEntry(
            at=now, actor=actor, action=action, subject=subject, scope=scope, before=before or {}, after=after or {}
        )
    )


def read(*, actor: User, action: str, subject: str, scope: str, now: datetime, people: int) -> None:
    """Record that `actor` was shown the personal data of so many `people`."""
    insert(AuditEntry(at=now, actor=actor, action=action, subject=subject, scope=scope, after={"people": people}))
