"""Tokens of machines: made by an owner, shown once, dead from the moment they are revoked."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from accounts.services import audit
from api.enums import Scope
from api.models import ApiToken
from core.errors import Refused
from core.secrets import digest, new_token

PREFIX = "miitti_"
"""So that people, and the scanners of code hosts, know what they have found."""
HINT = len(PREFIX) + 4


class ExpiredAtBirth(Refused):
    code = "expired_at_birth"
    message = _("Choose a day in the future.")


class IssuedAlready(Refused):
    """The same form was sent a second time, as a browser does that loads its page anew."""

    code = "issued_already"
    message = _(
        "This token has been made already, and it was shown then. If nobody copied it, revoke it and make another."
    )


@transaction.atomic
def issue(
    *,
    organisation: Organisation,
    name: str,
    scopes: Iterable[Scope],
    expires_at: datetime | None,
    by: User,
    now: datetime,
    attempt: UUID | None = None,
) -> str:
    """Make a token that may do what `scopes` say, and return its text. It can be shown this once only.

    :raises ExpiredAtBirth: if it would never be good
    :raises IssuedAlready: if this `attempt` has made one before
    """
    if attempt and ApiToken.objects.filter(attempt=attempt).exists():
        raise IssuedAlready
    if expires_at is not None and expires_at <= now:
        raise ExpiredAtBirth
    text = PREFIX + new_token()
    token = ApiToken.objects.create(
        organisation=organisation,
        name=name,
        digest=digest(text),
        hint=text[:HINT],
        scopes=sorted({scope.value for scope in scopes}),
        created_at=now,
        created_by=by,
        expires_at=expires_at,
        attempt=attempt,
    )
    audit.changed(
        actor=by,
        action="api_token.issue",
        subject=token.key,
        scope=organisation.scope,
        now=now,
        after={"name": name, "scopes": token.scopes, "expires_at": expires_at.isoformat() if expires_at else None},
    )
    return text


@transaction.atomic
def revoke(*, token: ApiToken, by: User, now: datetime) -> None:
    """Let `token` die at once. A second time changes nothing: who did it first stays."""
    alive = ApiToken.objects.filter(pk=token.pk, revoked_at=None)
    if alive.update(revoked_at=now, revoked_by=by):
        audit.changed(
            actor=by,
            action="api_token.revoke",
            subject=token.key,
            scope=f"organisation:{token.organisation_id}",
            now=now,
        )


def find(*, text: str, now: datetime) -> ApiToken | None:
    """The open token that `text` is, or None. The day of its use is noted, once a day."""
    if not text.startswith(PREFIX):
        return None
    token = ApiToken.objects.open_at(now).select_related("created_by").filter(digest=digest(text)).first()
    today = timezone.localdate(now)
    if token and token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
    return token
