"""Texts as they are shown: in the reader's language, or visibly in another."""

from typing import Any, NamedTuple

from django import template
from django.db.models import Model
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modeltranslation.utils import resolution_order

register = template.Library()

TEXTS = ("title", "summary", "description")
ALL_IN = {
    "fi": _("This text is only in Finnish."),
    "sv": _("This text is only in Swedish."),
    "en": _("This text is only in English."),
    "uk": _("This text is only in Ukrainian."),
}
PARTLY_IN = {
    "fi": _("Some of this text is only in Finnish."),
    "sv": _("Some of this text is only in Swedish."),
    "en": _("Some of this text is only in English."),
    "uk": _("Some of this text is only in Ukrainian."),
}


class Shown(NamedTuple):
    """A text and the language it is in."""

    text: str
    language: str

    def __str__(self) -> str:
        return self.text

    @property
    def is_foreign(self) -> bool:
        return self.language != (get_language() or "fi")

    @property
    def attribute(self) -> SafeString:
        """` lang="fi"` for the element that holds the text, where the page speaks another language."""
        return format_html(' lang="{}"', self.language) if self.is_foreign else mark_safe("")


@register.simple_tag
def shown(row: Model, name: str) -> Shown:
    """The text of a translated field, and its language: `{% shown event "title" as title %}`."""
    here = get_language() or "fi"
    for code in resolution_order(here):
        if text := getattr(row, f"{name}_{code}", None):
            return Shown(text, code)
    return Shown("", here)


@register.simple_tag
def lang_of(row: Model, name: str) -> SafeString:
    """` lang="fi"` where the field's text is not in the reader's language."""
    return shown(row, name).attribute


@register.simple_tag
def only_in(event: Model) -> Any:
    """What to tell a reader whose language some of the event's texts lack; nothing where none is missing."""
    texts = [text for name in TEXTS if (text := shown(event, name)).text]
    foreign = [text for text in texts if text.is_foreign]
    if not foreign:
        return ""
    return (ALL_IN if len(foreign) == len(texts) else PARTLY_IN)[foreign[0].language]
