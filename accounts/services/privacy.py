"""What people are told about their data: first notices, so that no form is ever shown without one, and those that
owners publish after them. A version is never edited: people have been told what it says.
"""

import tomllib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from accounts.enums import NoticePart, NoticePurpose
from accounts.models import PrivacyNotice, User
from accounts.services import audit
from core import kept as memory
from core.errors import Refused
from core.kept import kept

SCOPE = "privacy"
"""Of the audit log: the notices are the installation's."""
Parts = Mapping[str, Mapping[str, str]]
"""`{language: {part: text}}`, parts by `NoticePart`."""

FILE = Path(__file__).resolve().parent.parent / "data" / "privacy_notices.toml"


class PublishedMeanwhile(Refused):
    code = "published_meanwhile"
    message = _("A newer version has been published since you opened this page. Read it first, and begin anew.")


class PartMissing(Refused):
    code = "part_missing"
    message = _("Write every part in every language.")


@kept(seconds=60)
def current(purpose: NoticePurpose) -> PrivacyNotice:
    """The newest version published for `purpose`; a newer one is seen within a minute, on screens and in records."""
    return PrivacyNotice.objects.current(purpose)


def in_force(purpose: NoticePurpose, at: datetime) -> PrivacyNotice:
    """The version that was published by `at`; the first one where that was before any."""
    rows = PrivacyNotice.objects.filter(purpose=purpose)
    return rows.filter(published_at__lte=at).order_by("-version").first() or rows.order_by("version")[0]


@transaction.atomic
def load_first(*, now: datetime) -> None:
    """Publish version 1 of each purpose that has no notice yet."""
    for purpose, texts in tomllib.loads(FILE.read_text(encoding="utf-8")).items():
        if not PrivacyNotice.objects.filter(purpose=purpose).exists():
            columns = {f"text_{code}": text.strip() for code, text in texts.items()}
            PrivacyNotice.objects.create(purpose=purpose, version=1, published_at=now, **columns)


@transaction.atomic
def publish(*, purpose: NoticePurpose, parts: Parts, follows: int, by: User, now: datetime) -> PrivacyNotice:
    """Publish the version after `follows`, the newest that `by` has seen; forms show and record it from now on.

    :raises PartMissing: if a part is empty in one of the languages
    :raises PublishedMeanwhile: if `follows` is not the newest any more
    """
    languages = [code for code, _name in settings.LANGUAGES]
    if any(not parts.get(language, {}).get(part, "").strip() for language in languages for part in NoticePart):
        raise PartMissing
    newest = PrivacyNotice.objects.filter(purpose=purpose).order_by("-version").first()
    if newest is None or newest.version != follows:
        raise PublishedMeanwhile
    kept_parts = {code: {part.value: parts[code][part].strip() for part in NoticePart} for code in languages}
    columns = {f"text_{code}": _as_text(kept_parts[code], code) for code in languages}
    notice = PrivacyNotice(purpose=purpose, version=follows + 1, published_at=now, parts=kept_parts, **columns)
    try:
        with transaction.atomic():
            notice.save(force_insert=True)
    except IntegrityError as clash:
        raise PublishedMeanwhile from clash
    audit.changed(
        actor=by,
        action="privacy_notice.publish",
        subject=f"privacy_notice:{notice.pk}",
        scope=SCOPE,
        now=now,
        after={"purpose": purpose.value, "version": notice.version},
    )
    transaction.on_commit(memory.forget)
    return notice


def _as_text(parts: Mapping[str, str], language: str) -> str:
    """All of it as one text, for whatever shows no headings."""
    with translation.override(language):
        return "\n\n".join(f"{part.label}\n{parts[part]}" for part in NoticePart)
