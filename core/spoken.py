"""What is written in several languages, in one of them: where that is empty, the nearest that there is stands in."""

from collections.abc import Mapping

from django.conf import settings
from django.db.models import Model
from django.utils.translation import get_language
from modeltranslation.utils import resolution_order


def spoken(words: Mapping[str, str], language: str) -> str:
    """The text in `language`, or in the first that has one of those that stand in for it, Finnish last."""
    return next((words[code] for code in resolution_order(language) if words.get(code)), "")


def here(row: Model, name: str) -> str:
    """The column `name` of `row`, which stands there once for each language, in the reader's."""
    words = {code: getattr(row, f"{name}_{code}") for code, _language in settings.LANGUAGES}
    return spoken(words, get_language() or settings.LANGUAGE_CODE)
