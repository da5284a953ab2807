"""Codes on postcards and posters: made, opened, closed. Whoever registers by one is counted where it was printed."""

import re
import secrets
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from accounts.models import User
from accounts.services import audit
from events.models import Event, InvitationCode
from events.models.invitations import CODE

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
LENGTH = 6


@transaction.atomic
def make(*, event: Event, source: str, by: User, now: datetime) -> InvitationCode:
    """Make a code that leads to `event`; `source` says where it will be printed."""
    made = _insert(event, source, by, now)
    _record("invitation.make", made, by, now)
    return made


@transaction.atomic
def close(*, invitation: InvitationCode, by: User, now: datetime) -> None:
    """Let `invitation` open nothing any more. What was done with it stays counted."""
    if InvitationCode.objects.open().filter(pk=invitation.pk).update(closed_at=now):
        _record("invitation.close", invitation, by, now)


def visit(*, invitation: InvitationCode) -> None:
    """Count one more opening."""
    InvitationCode.objects.filter(pk=invitation.pk).update(visits=F("visits") + 1)


def find(typed: str) -> InvitationCode | None:
    """The open code that somebody means, of an event that is public: small letters, spaces and dashes are no matter."""
    code = plain(typed)
    return InvitationCode.objects.open().leading_to_public().filter(code=code).first() if code else None


def of_event(*, event_pk: int, code: str) -> InvitationCode | None:
    """The open code that lets into this event; None for any other."""
    return InvitationCode.objects.open().filter(event=event_pk, code=code).first() if code else None


def plain(typed: str) -> str:
    """A code as we write it, or nothing when it cannot be one."""
    code = "".join(typed.split()).replace("-", "").upper()
    return code if re.fullmatch(CODE, code) else ""


def _insert(event: Event, source: str, by: User, now: datetime, tries: int = 10) -> InvitationCode:
    """A random code; another one when somebody has it. There are some 900 million."""
    code = "".join(secrets.choice(ALPHABET) for _i in range(LENGTH))
    try:
        with transaction.atomic():
            return InvitationCode.objects.create(event=event, code=code, source=source, created_at=now, created_by=by)
    except IntegrityError:
        if tries == 1:
            raise
        return _insert(event, source, by, now, tries - 1)


def _record(action: str, invitation: InvitationCode, by: User, now: datetime) -> None:
    event = invitation.event
    audit.changed(
        actor=by,
        action=action,
        subject=event.scope,
        scope=f"organisation:{event.organisation_id}",
        now=now,
        after={"code": invitation.code, "source": invitation.source},
    )
