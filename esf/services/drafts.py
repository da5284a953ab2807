"""Answers that are begun and not sent: kept encrypted, so that the form can be gone on with on another day or phone."""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from esf.models import NoticeDraft

LONGEST = 2000
"""Characters of one answer; every field's own limit is lower."""

Draft = dict[str, dict[str, str]]
"""What was typed, by screen and field, right or wrong."""


def of(source: str) -> Draft:
    row = NoticeDraft.objects.filter(source=source).first()
    typed: Draft = json.loads(row.answers) if row else {}
    return typed


@transaction.atomic
def save(*, source: str, screen: str, typed: dict[str, str], now: datetime) -> Draft:
    """Keep what was typed on one screen, and return all that is kept."""
    kept = of(source) | {screen: {name: text.replace("\x00", "")[:LONGEST] for name, text in typed.items()}}
    told = json.dumps(kept, ensure_ascii=False)
    NoticeDraft.objects.update_or_create(source=source, defaults={"answers": told, "saved_at": now})
    return kept


@transaction.atomic
def forget(*, source: str) -> None:
    NoticeDraft.objects.filter(source=source).delete()


@transaction.atomic
def forget_due(*, now: datetime) -> int:
    """Delete what nobody went on with for `ESF_DRAFT_DAYS`, and return how many there were."""
    old = NoticeDraft.objects.filter(saved_at__lt=now - timedelta(days=settings.ESF_DRAFT_DAYS))
    return old.delete()[0]
