"""The first privacy notices, so that no form is ever shown without one; later versions are the organisation's own."""

import tomllib
from datetime import datetime
from pathlib import Path

from django.db import transaction

from accounts.models import PrivacyNotice

FILE = Path(__file__).resolve().parent.parent / "data" / "privacy_notices.toml"


@transaction.atomic
def load_first(*, now: datetime) -> None:
    """Publish version 1 of each purpose that has no notice yet."""
    for purpose, texts in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        if not PrivacyNotice.objects.filter(purpose=purpose).exists():
            columns = {f"text_{code}": text.strip() for code, text in texts.items()}
            PrivacyNotice.objects.create(purpose=purpose, version=1, published_at=now, **columns)
