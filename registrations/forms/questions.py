"""The organiser's own questions as a form: one screen of them, asked and judged by the same rules everywhere."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from core.fields import NumberField
from core.forms import Form, PlainDateInput
from core.spoken import spoken
from core.text import printable
from registrations.enums import AnswerKind
from registrations.rules import conditions
from registrations.rules.conditions import Value
from registrations.rules.questions import SCALE, Asked, longest, visible
from registrations.services.questions.telling import in_words

LONGEST_TYPED = 10_000
REMOVE, UPLOAD = "-remove", "-file"
"""What the names of a file's other inputs end in."""


class FileAnswerInput(forms.Widget):
    """A file that is kept already (its key travels along), another one instead, or none."""

    needs_multipart_form = True

    def __init__(self, files: Mapping[str, Mapping[str, Any]]) -> None:
        super().__init__()
        self.files = files

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        attrs = attrs or {}
        here, wrong = attrs.get("id", name), attrs.get("aria-invalid")
        told = format_html(' aria-describedby="{}"', attrs["aria-describedby"]) if "aria-describedby" in attrs else ""
        kept = self.files.get(str(value or ""))
        shown = (
            format_html(
                '<span class="kept-file">{} <label><input type="checkbox" name="{}" value="1"> {}'
                '</label><input type="hidden" name="{}" value="{}"></span>',
                _named(kept), f"{name}{REMOVE}", _("Remove this file"), name, value,
            ) if kept else ""
        )  # fmt: skip
        return format_html(
            '{}<input type="file" class="{}" id="{}" name="{}" accept=".pdf,.png,.jpg,.jpeg,.docx"{}{}>',
            shown,
            Form.text_class,
            here,
            f"{name}{UPLOAD}",
            told,
            format_html(' aria-invalid="{}"', wrong) if wrong else "",
        )


def _named(kept: Mapping[str, Any]) -> SafeString:
    """The name of a file; a link where it can be opened already."""
    if url := kept.get("url"):
        return format_html('<a href="{}" download>{}</a>', url, kept["name"])
    return format_html("<strong>{}</strong>", kept["name"])


class FileAnswerField(forms.CharField):
    """Cleaned to the key of a file that is kept for this form."""

    def __init__(self, *, files: Mapping[str, Mapping[str, Any]], **kwargs: Any) -> None:
        super().__init__(widget=FileAnswerInput(files), max_length=32, **kwargs)
        self.files = files

    def clean(self, value: Any) -> str:
        key = str(super().clean(value))
        if key and key not in self.files:
            raise ValidationError(gettext_lazy("This file is gone. Choose it again."))
        return key


class QuestionsForm(Form):
    """One screen of questions.

    `earlier` holds the answers of the screens before, on which conditions may depend. What is typed into a question
    that is not asked counts for nothing, whatever a browser sends.
    """

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        asked: Sequence[Asked],
        earlier: Mapping[int, Value] | None = None,
        files: Mapping[str, Mapping[str, Any]] | None = None,
        faults: Mapping[str, str] | None = None,
        answers: Mapping[int, Value] | None = None,
        title: str = "",
    ) -> None:
        self.asked = {each.name: each for each in asked}
        self.earlier, self.kept_files, self.faults = dict(earlier or {}), files or {}, faults or {}
        self.language, self.title = get_language() or "fi", title
        self.base_fields = {  # type: ignore[misc]  # a form of questions has fields of its own
            each.name: field_of(each, self.language, self.kept_files) for each in asked
        }
        self.first = dict(answers or {})
        initial = {name: shown_value(each, self.first) for name, each in self.asked.items()} if answers else {}
        super().__init__(data, initial=initial)
        self.answers: dict[int, Value] = {}
        """What was answered rightly, as JSON has it; after `is_valid`."""

    def _clean_fields(self) -> None:
        """In their order: whether a question is asked is known when the answers before it are."""
        known = dict(self.earlier)
        for name, each in self.asked.items():
            if not each.condition.holds(known):
                continue
            value = self._answered(name, each)
            if value is not None:
                known[each.pk] = self.answers[each.pk] = value

    def _answered(self, name: str, each: Asked) -> Value | None:
        if name in self.faults:
            self.add_error(name, self.faults[name])
            return None
        try:
            value = self.fields[name].clean(self[name].data)
        except ValidationError as wrong:
            self.add_error(name, wrong)
            return None
        self.cleaned_data[name] = value
        return canonical(value)

    @cached_property
    def _shown(self) -> dict[str, bool]:
        """By field: whether it is asked, as things stand. Of a blank form: as nothing were answered."""
        if self.is_bound:
            self.errors  # noqa: B018 - judges them
        now = self.answers if self.is_bound else self.first
        seen = {each.pk for each in visible(self.asked.values(), now, earlier=self.earlier)}
        return {name: each.pk in seen for name, each in self.asked.items()}

    @property
    def shown(self) -> list[int]:
        """The keys of the questions that one sees."""
        return [each.pk for name, each in self.asked.items() if self._shown[name]]

    def unseen(self, sent: str) -> bool:
        """Whether answers have brought up questions that the page which was `sent` did not show."""
        seen = set(sent.split(",")) if sent else set()
        return any(str(pk) not in seen for pk in self.shown)

    def rows(self) -> list[dict[str, Any]]:
        """Each question with whether it is asked, and for scripts: what it depends on."""
        return [
            {"field": self[name], "hidden": not self._shown[name], "name": name, "pk": each.pk, "when": when_of(each)}
            for name, each in self.asked.items()
        ]

    def known(self) -> str:
        """For scripts: those earlier answers that a condition of this screen looks at."""
        looked_at = {pk for each in self.asked.values() for pk in each.condition.looks_at}
        return json.dumps({pk: value for pk, value in self.earlier.items() if pk in looked_at})

    def told(self) -> list[tuple[str, str]]:
        """Questions that are asked, with answers in words, of a form that was judged."""
        found = []
        for each in self.asked.values():
            value = self.answers.get(each.pk)
            if value is not None and value not in ("", []):
                named = self.kept_files.get(str(value), {}).get("name", "") if each.kind == AnswerKind.FILE else None
                text = named if named is not None else in_words(each.kind, each.options, value, self.language)
                found.append((spoken(each.labels, self.language), text))
        return found


def when_of(each: Asked) -> str:
    return json.dumps(conditions.written(each.condition)) if each.condition.groups else ""


def canonical(value: Any) -> Value | None:
    """A cleaned value as JSON has it; None: no answer."""
    if value is None or value in ("", []):
        return None
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return printable(value) if isinstance(value, str) else value


def shown_value(each: Asked, answers: Mapping[int, Value]) -> Value | None:
    """An earlier answer as its field shows it."""
    value = answers.get(each.pk)
    return str(value).replace(".", ",") if isinstance(value, float) and each.kind == AnswerKind.NUMBER else value


Plain = dict[str, Any]


def field_of(each: Asked, language: str, files: Mapping[str, Mapping[str, Any]]) -> forms.Field:
    """The field that takes an answer."""
    plain: Plain = {
        "label": spoken(each.labels, language),
        "help_text": spoken(each.helps, language),
        "required": each.required,
    }
    if each.options:
        plain["choices"] = [(option.key, spoken(option.words, language)) for option in each.options]
    if each.kind == AnswerKind.FILE:
        return FileAnswerField(files=files, **plain)
    return FIELDS[each.kind](each, plain)


def _several(each: Asked, plain: Plain) -> forms.Field:
    return SeveralField(least=each.limits.get("least"), most=each.limits.get("most"), **plain)


def _scale(_each: Asked, plain: Plain) -> forms.Field:
    """From 1 to 5; scripts are told that the values are numbers."""
    ends = {SCALE[0]: _("1 (the lowest)"), SCALE[-1]: _("5 (the highest)")}
    choices = [(number, ends.get(number, str(number))) for number in SCALE]
    widget = forms.RadioSelect({"data-number": "1"})
    return forms.TypedChoiceField(choices=choices, coerce=int, empty_value=None, widget=widget, **plain)


def _number(each: Asked, plain: Plain) -> forms.Field:
    within = {"min_value": each.limits.get("least"), "max_value": each.limits.get("most")}
    return NumberField(max_digits=12, decimal_places=3, **within, **plain)


FIELDS: dict[AnswerKind, Callable[[Asked, Plain], forms.Field]] = {
    AnswerKind.TEXT: lambda each, plain: forms.CharField(max_length=longest(each), **plain),
    AnswerKind.LONG: lambda each, plain: forms.CharField(max_length=longest(each), widget=forms.Textarea, **plain),
    AnswerKind.CHOICE: lambda _each, plain: forms.ChoiceField(widget=forms.RadioSelect, **plain),
    AnswerKind.CHOICES: _several,
    AnswerKind.DATE: lambda each, plain: forms.DateField(widget=PlainDateInput, validators=_days(each.limits), **plain),
    AnswerKind.NUMBER: _number,
    AnswerKind.SCALE: _scale,
    AnswerKind.CONSENT: lambda _each, plain: forms.BooleanField(**plain),
}


def _days(limits: Mapping[str, Any]) -> list[Any]:
    made: list[Any] = []
    if earliest := limits.get("earliest"):
        made.append(MinValueValidator(date.fromisoformat(earliest)))
    if latest := limits.get("latest"):
        made.append(MaxValueValidator(date.fromisoformat(latest)))
    return made


class SeveralField(forms.MultipleChoiceField):
    """Any of several, but at least and at most so many."""

    def __init__(self, *, least: int | None, most: int | None, **kwargs: Any) -> None:
        super().__init__(widget=forms.CheckboxSelectMultiple, **kwargs)
        self.least, self.most = least, most

    def clean(self, value: Any) -> list[str]:
        chosen: list[str] = super().clean(value)
        if chosen and self.least is not None and len(chosen) < self.least:
            told = ngettext("Choose at least %(number)s.", "Choose at least %(number)s.", self.least)
            raise ValidationError(told % {"number": self.least})
        if self.most is not None and len(chosen) > self.most:
            told = ngettext("Choose at most %(number)s.", "Choose at most %(number)s.", self.most)
            raise ValidationError(told % {"number": self.most})
        return chosen


def typed(asked: Sequence[Asked], data: QueryDict) -> dict[str, Any]:
    """What a browser sent of these questions, cut to what can be an answer."""
    found: dict[str, Any] = {}
    for each in asked:
        if each.kind == AnswerKind.CHOICES:
            found[each.name] = [value[:100] for value in data.getlist(each.name)[: len(each.options)]]
        else:
            found[each.name] = data.get(each.name, "").replace("\x00", "")[:LONGEST_TYPED]
    return found
