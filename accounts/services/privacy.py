"""The first privacy notices, so that no form is ever shown without one; later versions are the organisation's own."""

import tomllib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.enums import NoticePurpose
from accounts.models import PrivacyNotice
from core.kept import kept

FILE = Path(__file__).resolve().parent.parent / "data" / "privacy_notices.toml"


@kept(seconds=60)
def current(purpose: NoticePurpose) -> PrivacyNotice:
    """The newest version published for `purpose`; a newer one is seen within a minute, on screens and in records."""
    return PrivacyNotice.objects.current(purpose)


@transaction.atomic
def load_first(*, now: datetime) -> None:
    """Publish version 1 of each purpose that has no notice yet."""
    for purpose, texts in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        if not PrivacyNotice.objects.filter(purpose=purpose).exists():
            columns = {f"text_{code}": text.strip() for code, text in texts.items()}
            PrivacyNotice.objects.create(purpose=purpose, version=1, published_at=now, **columns)
