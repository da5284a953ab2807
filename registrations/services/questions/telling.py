"""Answers in words, as they were asked."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core.spoken import spoken
from core.templatetags.when import full_day
from registrations.enums import AnswerKind
from registrations.models import Answer
from registrations.rules.conditions import Value
from registrations.rules.questions import Option
from registrations.services.questions.reading import options_of, words


def value_of(answer: Answer) -> Any:
    """What was answered, whether it lies open or not.

    :raises WrongKey: when it was read, if no key opens it
    """
    return json.loads(answer.secret) if answer.secret is not None else answer.plain


def in_words(kind: str, options: Sequence[Option], value: Value | None, language: str) -> str:
    """A value as people read it; a file is told by its name, see `text_of`."""
    if value is None or value in ("", []):
        return ""
    names: Mapping[str, str] = {option.key: spoken(option.words, language) for option in options}
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    if isinstance(value, list):
        return ", ".join(names.get(each, each) for each in value)
    if kind == AnswerKind.DATE:
        return full_day(date.fromisoformat(str(value)))
    if kind == AnswerKind.NUMBER:
        return f"{value:g}".replace(".", "," if language != "en" else ".") if isinstance(value, float) else str(value)
    return names.get(str(value), str(value))


def text_of(answer: Answer, language: str) -> str:
    """An answer, read `whole`, in the words of its own wording."""
    wording = answer.wording
    if wording.kind == AnswerKind.FILE:
        return answer.file.name if hasattr(answer, "file") else ""
    return in_words(wording.kind, options_of(wording), value_of(answer), language)


def label_of(answer: Answer, language: str) -> str:
    """The question as it was put when it was answered."""
    return spoken(words(answer.wording, "label"), language)
