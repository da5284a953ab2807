"""Those who want nothing but what belongs to a registration of theirs (RFC 2369, RFC 8058).

Their addresses are not kept, only digests under a key of their own, which nobody can read in the database alone; the
links are signed with it too. A new `SECRET_KEY` makes nobody be written to again who refused.
"""

import hashlib
import hmac
import secrets
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from events.models import Event
from registrations.models import NoLetters, NoLettersKey

SALT = "no letters"


def url(*, event: Event, email: str) -> str:
    """Where whoever reads `email` can refuse further letters of the event's organiser; it holds no address."""
    key = _key()
    token = signing.dumps([f"organisation:{event.organisation_id}", _digest(email, key)], key=key, salt=SALT)
    return settings.SITE_URL + reverse("registrations:no_letters", args=[token])


def scope_of(token: str) -> str | None:
    """Whose letters a link refuses; None where it is no link of ours."""
    read = _read(token)
    return read[0] if read else None


@transaction.atomic
def refuse(*, token: str, now: datetime) -> bool:
    """Write down that the address wants no letters; return False where the link is none of ours."""
    read = _read(token)
    if read is None:
        return False
    NoLetters.objects.get_or_create(scope=read[0], address_digest=read[1], defaults={"since": now})
    return True


@transaction.atomic
def allow(*, token: str) -> bool:
    """Take it back."""
    read = _read(token)
    if read is None:
        return False
    NoLetters.objects.filter(scope=read[0], address_digest=read[1]).delete()
    return True


def among(*, event: Event, emails: Collection[str]) -> set[str]:
    """Which of these addresses want nothing from the event's organiser."""
    key = _key()
    digests = {email: _digest(email, key) for email in emails}  # several spellings have the same
    rows = NoLetters.objects.filter(scope=f"organisation:{event.organisation_id}")
    found = set(rows.filter(address_digest__in=set(digests.values())).values_list("address_digest", flat=True))
    return {email for email, digest in digests.items() if digest in found}


def _read(token: str) -> tuple[str, str] | None:
    try:
        scope, digest = signing.loads(token, key=_key(), salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return scope, digest


def _key() -> bytes:
    """:raises WrongKey: see `core.encrypted`; better no letter leaves than one to somebody who refused it"""
    kept, _made = NoLettersKey.objects.get_or_create(pk=1, defaults={"key": secrets.token_bytes(32)})
    key: bytes = kept.key
    return key


def _digest(email: str, key: bytes) -> str:
    """Keyed, so that a list of addresses cannot be tried against the table without the key."""
    return hmac.new(key, email.strip().lower().encode(), hashlib.sha256).hexdigest()
