"""The log of changes and of reads, written in the transaction of what it tells. No participant's data stand in it."""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any

from accounts.models import AuditEntry, Organisation, User
from core.compiled import insert

Owners = Callable[[Collection[int]], dict[int, int]]
"""Of some primary keys: the organisation that each belongs to, by one query."""

SECRET = re.compile(r"token|password|secret|digest|link|session|cookie|private_key", re.IGNORECASE)
HIDDEN = "…"

_owners: dict[str, Owners] = {}
_via: ContextVar[str] = ContextVar("via", default="")


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
    """Record that `actor` (None: the person themselves, by their link, or the worker) changed `subject`.

    What stands under a key that sounds like a secret is left out.
    """
    insert(
        AuditEntry(
            at=now, actor=actor, action=action, subject=subject, scope=scope,
            before=_open(before or {}), after=_open(after or {}), via=_via.get(),
        )
    )  # fmt: skip


def read(
    *, actor: User, action: str, subject: str, scope: str, now: datetime, people: int, columns: list[str] | None = None
) -> None:
    """Record that `actor` was shown the personal data of so many `people`, and which `columns` of it."""
    after = {"people": people, "columns": columns} if columns else {"people": people}
    insert(AuditEntry(at=now, actor=actor, action=action, subject=subject, scope=scope, after=after, via=_via.get()))


def people_read(
    *, actor: User, scope: str, people: int, now: datetime, subject: str = "", columns: list[str] | None = None
) -> None:
    """Record that `actor` has seen so many people of `scope` on a page; of nobody nothing is recorded."""
    if people:
        read(
            actor=actor, action="people.read", subject=subject or scope, scope=scope, now=now, people=people,
            columns=columns,
        )  # fmt: skip


@contextmanager
def through(key: str) -> Iterator[None]:
    """Let what is recorded meanwhile say that `key`, a token, acted for its maker."""
    before = _via.set(key)
    try:
        yield
    finally:
        _via.reset(before)


def owner_of(kind: str, owners: Owners) -> None:
    """Ask `owners` whose the scopes of one kind are; called once per kind, from an app's `ready`."""
    _owners[kind] = owners


def owners(scopes: Iterable[str]) -> dict[str, int]:
    """The organisation that each scope belongs to. What is of no known kind, or gone, is the installation's."""
    asked: dict[str, dict[int, str]] = defaultdict(dict)
    for scope in scopes:
        kind, _colon, pk = scope.partition(":")
        if kind in _owners and pk.isdecimal():
            asked[kind][int(pk)] = scope
    return {
        keys[pk]: organisation
        for kind, keys in asked.items()
        for pk, organisation in _owners[kind](keys.keys()).items()
    }


def organisations(pks: Collection[int]) -> dict[int, int]:
    """An organisation's own scope is its own."""
    return {pk: pk for pk in Organisation.objects.filter(pk__in=pks).values_list("pk", flat=True)}


def _open(values: dict[str, Any]) -> dict[str, Any]:
    return {key: HIDDEN if SECRET.search(key) else _without_secrets(value) for key, value in values.items()}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, dict):
        return _open(value)
    return [_without_secrets(each) for each in value] if isinstance(value, list | tuple) else value
