"""Those who want nothing but what belongs to a registration of theirs (RFC 2369, RFC 8058)."""

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from events.models import Event
from registrations.models import NoLetters

SALT = "no letters"


def url(*, event: Event, email: str) -> str:
    """Where whoever reads `email` can refuse further letters of the event's organiser; it holds no address."""
    token = signing.dumps([f"organisation:{event.organisation_id}", _digest(email)], salt=SALT)
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
    digests = {email: _digest(email) for email in emails}  # several spellings have the same
    rows = NoLetters.objects.filter(scope=f"organisation:{event.organisation_id}")
    found = set(rows.filter(address_digest__in=set(digests.values())).values_list("address_digest", flat=True))
    return {email for email, digest in digests.items() if digest in found}


def _read(token: str) -> tuple[str, str] | None:
    try:
        scope, digest = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError):
        return None
    return scope, digest


def _digest(email: str) -> str:
    """Keyed, so that a list of addresses cannot be tried against the table without the secret."""
    return hmac.new(settings.SECRET_KEY.encode(), email.strip().lower().encode(), hashlib.sha256).hexdigest()
