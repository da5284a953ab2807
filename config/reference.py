"""What every database needs before its first visitor: the municipality register and privacy notices."""

from django.utils import timezone

from accounts.models import PrivacyNotice
from accounts.services import privacy
from events.models import Municipality
from events.services import register


def load() -> None:
    """Bring reference data in. Idempotent, and cheap when it is there."""
    if not Municipality.objects.exclude(latitude=None).exists():
        register.load()
    if not PrivacyNotice.objects.exists():
        privacy.load_first(now=timezone.now())
