"""Memberships: who has which role where."""

from datetime import datetime

from django.db import transaction

from accounts.enums import Role
from accounts.models import Grant, Organisation, User
from accounts.services import audit


@transaction.atomic
def grant(*, user: User, organisation: Organisation, role: Role, scope: str, by: User | None, now: datetime) -> Grant:
    """Give `user` one role within `scope`; an earlier role there is replaced."""
    made, _new = Grant.objects.update_or_create(
        user=user,
        scope=scope,
        defaults={"organisation": organisation, "role": role, "granted_at": now, "granted_by": by, "expires_at": None},
    )
    audit.changed(
        actor=by, action="grant.give", subject=f"user:{user.pk}", scope=scope, now=now, after={"role": str(role)}
    )
    return made


@transaction.atomic
def revoke(*, user: User, scope: str, by: User, now: datetime) -> None:
    """Take `user`'s role within `scope` away at once."""
    Grant.objects.filter(user=user, scope=scope).delete()
    audit.changed(actor=by, action="grant.revoke", subject=f"user:{user.pk}", scope=scope, now=now)
