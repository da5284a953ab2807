"""A privacy notice, part by part, in every language."""

from typing import Any

from django import forms
from django.conf import settings
from django.forms import BoundField

from accounts.enums import NoticePart
from accounts.models import PrivacyNotice
from accounts.services.privacy import Parts
from core.forms import Form

LONGEST = 4000


class PrivacyForm(Form):
    """A field for each part in each language, such as `basis_sv`; begins with what the newest version says."""

    follows = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, newest: PrivacyNotice, **kwargs: Any) -> None:
        kept = {_name(part, language): text for language, texts in newest.parts.items() for part, text in texts.items()}
        super().__init__(*args, initial={"follows": newest.version} | kept, **kwargs)
        for language, _label in settings.LANGUAGES:
            for part in NoticePart:
                widget = forms.Textarea({"rows": 3, "lang": language, "class": self.text_class})
                field = forms.CharField(label=part.label, max_length=LONGEST, widget=widget)
                self.fields[_name(part, language)] = field

    @property
    def by_language(self) -> list[tuple[str, str, list[BoundField]]]:
        """(code, name, fields) of each language."""
        return [
            (code, str(name), [self[_name(part, code)] for part in NoticePart]) for code, name in settings.LANGUAGES
        ]

    @property
    def parts(self) -> Parts:
        """Of a valid form."""
        return {
            code: {part.value: self.cleaned_data[_name(part, code)] for part in NoticePart}
            for code, _label in settings.LANGUAGES
        }


def _name(part: str, language: str) -> str:
    return f"{part}_{language}"
