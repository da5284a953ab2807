"""Texts that people write themselves: words with `{{placeholders}}`, which become plain text and HTML alike.

A blank line parts paragraphs, `**two stars**` make words bold, addresses become links. Nothing else has a meaning, so
nothing that somebody types, or that stands in a value, can become code.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.utils.html import escape, urlize
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from core.errors import Refused

PLACEHOLDER = re.compile(r"\{\{\s*(\w+)\s*\}\}")
BLANK = re.compile(r"\n\s*\n")
BOLD = "**"
PARAGRAPH = '<p style="margin:0 0 16px">{}</p>'


class UnknownPlaceholder(Refused):
    code = "unknown_placeholder"

    def __init__(self, names: Collection[str]) -> None:
        self.message = format_lazy(
            _("There is no placeholder {names} in this message. Choose one from the list."), names=_in_braces(names)
        )


class MissingPlaceholder(Refused):
    code = "missing_placeholder"

    def __init__(self, names: Collection[str]) -> None:
        self.message = format_lazy(
            _("The message does not work without {names}. Put it where it fits best."), names=_in_braces(names)
        )


class BrokenPlaceholder(Refused):
    code = "broken_placeholder"
    message = _("A placeholder has two braces on each side, and one word in between: {{first_name}}.")


@dataclass(frozen=True)
class Piece:
    """A value that is more than words, the same thing in plain text and in HTML; it stands by itself."""

    text: str
    html: str


Value = str | Piece


@dataclass(frozen=True)
class Filled:
    """A text with its values in place: `text` plain, `html` escaped."""

    text: str
    html: str


def placeholders(text: str) -> list[str]:
    """The names in `text`, each once, as they come."""
    return list(dict.fromkeys(PLACEHOLDER.findall(text)))


def check(text: str, *, known: Collection[str], needed: Collection[str] = ()) -> None:
    """Say what is wrong with the placeholders of `text`.

    :raises BrokenPlaceholder: if braces are left over
    :raises UnknownPlaceholder: if a name is none of `known`
    :raises MissingPlaceholder: if one of `needed` is missing
    """
    rest = PLACEHOLDER.sub("", text)
    if "{{" in rest or "}}" in rest:
        raise BrokenPlaceholder
    written = placeholders(text)
    if strange := [name for name in written if name not in known]:
        raise UnknownPlaceholder(strange)
    if missing := [name for name in needed if name not in written]:
        raise MissingPlaceholder(missing)


def line(text: str, values: Mapping[str, Value]) -> str:
    """`text` in one line, for a subject."""
    return " ".join(PLACEHOLDER.sub(lambda found: _plain(values.get(found[1], "")), text).split())


def fill(text: str, values: Mapping[str, Value]) -> Filled:
    """Put `values` into `text`. A paragraph of which nothing is left is left out."""
    parts = [
        part for paragraph in BLANK.split(text.replace("\r\n", "\n").strip()) for part in _parts(paragraph, values)
    ]
    return Filled(text="\n\n".join(part.text for part in parts), html="\n".join(part.html for part in parts))


def _parts(paragraph: str, values: Mapping[str, Value]) -> Iterator[Piece]:
    """A paragraph's words, and the pieces that stand among them, one after the other."""
    words: list[_Word] = []
    for number, token in enumerate(PLACEHOLDER.split(paragraph)):
        value = values.get(token, "") if number % 2 else token
        if isinstance(value, Piece):
            yield from _joined(words)
            yield value
            words = []
        else:
            words.append(_Word(value, written=number % 2 == 0))
    yield from _joined(words)


@dataclass(frozen=True)
class _Word:
    """A stretch of a paragraph: `written` in the text itself, or a value."""

    text: str
    written: bool


def _joined(words: Sequence[_Word]) -> Iterator[Piece]:
    """The words as one paragraph; none if they say nothing."""
    bold = sum(word.text.count(BOLD) for word in words if word.written) // 2 * 2  # stars without a partner are stars
    plain, rich = [], []
    for word in words:
        pieces = word.text.split(BOLD) if word.written and bold else [word.text]
        for number, piece in enumerate(pieces):
            if number and bold:
                rich.append("<strong>" if bold % 2 == 0 else "</strong>")
                bold -= 1
            elif number:
                plain.append(BOLD)
                rich.append(BOLD)
            plain.append(piece)
            rich.append(_linked(piece) if word.written else escape(piece))
    text = "\n".join(row.strip() for row in "".join(plain).strip().splitlines())
    if text:
        yield Piece(text, PARAGRAPH.format("".join(rich).strip().replace("\n", "<br>")))


def _linked(text: str) -> str:
    return str(urlize(text, autoescape=True)) if "://" in text or "@" in text else escape(text)


def _plain(value: Value) -> str:
    return value.text if isinstance(value, Piece) else value


def _in_braces(names: Collection[str]) -> str:
    return ", ".join("{{" + name + "}}" for name in names)
