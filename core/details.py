"""Forms of what people keep describing: texts in every language, and changes by two people at once."""

from datetime import date
from typing import Any, ClassVar, NamedTuple

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.forms import Form
from core.stale import ChangedMeanwhile, fingerprint
from core.templatetags.when import full_day


class Words(NamedTuple):
    """One text that is asked in every language; only the Finnish one may be required."""

    label: str | Promise
    longest: int
    required: bool = False
    rows: int = 0
    help: str | Promise = ""


class WordsForm(Form):
    """A form with texts in every language, each a field such as `name_sv`: last, or first with `words_first`."""

    words: ClassVar[dict[str, Words]] = {}
    words_first: ClassVar[bool] = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spoken = {
            f"{name}_{code}": self._words(asked, code, language)
            for name, asked in self.asked_words().items()
            for code, language in settings.LANGUAGES
        }
        self.fields = spoken | self.fields if self.words_first else self.fields | spoken

    def asked_words(self) -> dict[str, Words]:
        """Which texts this very form asks."""
        return self.words

    def _words(self, asked: Words, code: str, language: str) -> forms.CharField:
        attrs: dict[str, Any] = {"class": self.text_class, "lang": code}
        widget = forms.Textarea({**attrs, "rows": asked.rows}) if asked.rows else forms.TextInput(attrs)
        return forms.CharField(
            label=f"{asked.label} ({language})",
            max_length=asked.longest,
            required=asked.required and code == settings.LANGUAGE_CODE,
            widget=widget,
            help_text=str(asked.help),
            error_messages={"required": _("Fill this in.")},
        )

    def plain_fields(self) -> list[forms.BoundField]:
        """Those that are the same in every language."""
        spoken = {f"{name}_{code}" for name in self.asked_words() for code, _language in settings.LANGUAGES}
        return [field for field in self.visible_fields() if field.name not in spoken]

    def text_blocks(self) -> list[tuple[str, str, list[forms.BoundField]]]:
        """Language code, its own name, and the fields in that language."""
        return [
            (code, language, [self[f"{name}_{code}"] for name in self.asked_words()])
            for code, language in settings.LANGUAGES
        ]

    def text_blocks_in_use(self) -> set[str]:
        """Languages that are Finnish, filled or wrong: those are shown open."""
        return {settings.LANGUAGE_CODE} | {
            code
            for code, _language, fields in self.text_blocks()
            if any(field.value() or field.errors for field in fields)
        }


class SeenForm(Form):
    """A form that changes what is there: it remembers what it showed, see `core.stale`."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=64, required=False)

    def tell(self, refusal: ChangedMeanwhile) -> None:
        """Show what somebody else saved beside what was typed; sent again, the form knows it."""
        self.add_error(None, str(refusal))
        for name, value in refusal.saved.items():
            if name in self.fields and fingerprint({"": value}) != fingerprint({"": self.cleaned_data.get(name)}):
                self.add_error(name, _("Saved now: %(value)s") % {"value": _shown(self.fields[name], value)})
        sent = QueryDict(mutable=True)
        sent.update(self.data)
        sent.setlist(self.add_prefix("seen"), [fingerprint(refusal.saved)])
        self.data = sent


def _shown(field: forms.Field, value: object) -> str:
    if isinstance(field, forms.ChoiceField) and not isinstance(field, forms.ModelChoiceField):
        value = dict(field.choices).get(value, value)  # type: ignore[arg-type]  # a choice's value, or any other
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return full_day(value) if isinstance(value, date) else str(value)
