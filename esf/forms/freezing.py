"""The words of the forms as they stand, to be frozen as a version: see `esf.services.wordings`."""

import json
from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation

from core.widgets import LongChoiceField
from esf.forms.background import BackgroundForm
from esf.forms.ending import EndForm, FollowUpForm
from esf.forms.newsletter import SubscribeForm
from esf.services.wordings import Frozen

ASKED: dict[type[forms.Form], frozenset[str] | None] = {
    BackgroundForm: None,
    EndForm: None,
    FollowUpForm: None,
    SubscribeForm: frozenset({"newsletter_consent"}),
}
"""Forms, and which of their questions; None: all."""


def words_now() -> Frozen:
    """Every question of the forms in every language. The register of municipalities has versions of its own."""
    found: Frozen = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for form, some in ASKED.items():
                for name, field in form.base_fields.items():
                    if some is not None and name not in some:
                        continue
                    found.setdefault(name, {})[language] = _words(field)
    return found


def as_toml(questions: Frozen) -> str:
    """A TOML string is a JSON string as long as no control characters are in it; our words have none."""
    lines = []
    for name, languages in questions.items():
        for language, words in languages.items():
            lines += [f"[{name}.{language}]", *(f"{key} = {_quoted(words[key])}" for key in ("label", "help"))]
            if options := words.get("options"):
                lines += [
                    f"[{name}.{language}.options]",
                    *(f"{key} = {_quoted(text)}" for key, text in options.items()),
                ]
            lines.append("")
    return "\n".join(lines)


def _words(field: forms.Field) -> dict[str, Any]:
    listed = field.choices if isinstance(field, forms.ChoiceField) and not isinstance(field, LongChoiceField) else []
    options = {str(code): str(text) for code, text in listed if code}  # type: ignore[union-attr]
    return {"label": str(field.label), "help": str(field.help_text), "options": options}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
