"""Personal links: made by the app that answers them, opened by whoever holds the token."""

from datetime import datetime

from django.db import transaction

from accounts.models import PersonalLink
from core.compiled import insert
from core.secrets import digest, new_token


@transaction.atomic(savepoint=False)
def make(*, purpose: str, key: str, now: datetime, expires_at: datetime | None = None) -> str:
    """Return a new token that opens `key` for `purpose`. It can be shown this once only."""
    token = new_token()
    insert(PersonalLink(purpose=purpose, key=key, token_digest=digest(token), created_at=now, expires_at=expires_at))
    return token


@transaction.atomic
def revoke_all(*, purpose: str, key: str, now: datetime) -> int:
    """Close every link to `key` and return how many were open."""
    return PersonalLink.objects.open_now().filter(purpose=purpose, key=key).update(revoked_at=now)


def find(*, purpose: str, token: str) -> str | None:
    """The key that `token` opens for `purpose`, or None."""
    link = PersonalLink.objects.open_now().filter(purpose=purpose, token_digest=digest(token)).first()
    return link.key if link else None
