"""Which words a letter has: those that organisers wrote nearest to its event, or the built-in ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from core import kept
from core.errors import Refused
from core.models import LetterText

SECONDS = 20
"""So old a process's memory of the written texts may be; the one that saves knows at once."""


class EditedMeanwhile(Refused):
    code = "edited_meanwhile"
    message = _("Somebody else has changed this message meanwhile. What you typed is below: compare, and save again.")


@dataclass(frozen=True)
class Text:
    """A subject and a body, with placeholders (`core.wording`)."""

    subject: str
    body: str


@dataclass(frozen=True)
class Place:
    """Which letter: of which scope, of which kind of thing there ("": any), at which moment, in which language."""

    scope: str
    kind: str
    moment: str
    language: str


def nearest(*, scopes: Sequence[str], kind: str, moment: str, language: str) -> Text | None:
    """What was written for the first of `scopes` that has a text of its own, there first for `kind`; None: nothing."""
    written = _written(tuple(scopes))
    wanted = ((scope, of, moment, language) for scope in scopes for of in (kind, ""))
    return next((written[key] for key in wanted if key in written), None)


def find(place: Place) -> LetterText | None:
    return LetterText.objects.filter(**place.__dict__).first()


@transaction.atomic
def save(*, place: Place, text: Text, edition: int, now: datetime) -> LetterText:
    """Write the words of a letter. The caller has checked the placeholders.

    :param edition: of the text that was edited; 0: there was none
    :raises EditedMeanwhile: if it has another edition by now
    """
    words = {"subject": text.subject, "body": text.body, "changed_at": now}
    if edition:
        rows = LetterText.objects.filter(**place.__dict__, edition=edition)
        if not rows.update(edition=edition + 1, **words):
            raise EditedMeanwhile
        saved = LetterText.objects.get(**place.__dict__)
    else:
        try:
            with transaction.atomic():
                saved = LetterText.objects.create(**place.__dict__, **words)
        except IntegrityError as error:
            raise EditedMeanwhile from error
    transaction.on_commit(kept.forget)
    return saved


@transaction.atomic
def forget(*, place: Place) -> bool:
    """Go back to the built-in words; return whether there were others."""
    gone, _by_model = LetterText.objects.filter(**place.__dict__).delete()
    transaction.on_commit(kept.forget)
    return bool(gone)


@kept.kept(seconds=SECONDS)
def _written(scopes: tuple[str, ...]) -> dict[tuple[str, str, str, str], Text]:
    rows = LetterText.objects.filter(scope__in=scopes)
    return {(row.scope, row.kind, row.moment, row.language): Text(row.subject, row.body) for row in rows}
