"""How every form looks: Helsinki Design System's classes, an error beside the field and all of them in a summary."""

from typing import Any, ClassVar

from django import forms
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core import widgets
from core.text import printable


class Renderer(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        found = widgets.written(template_name, context["widget"]) if "widget" in context else None
        return found if found is not None else super().render(template_name, context, request)


class AccessibleMixin:
    """Give inputs their classes and tie each to its help and its error."""

    fields: dict[str, forms.Field]
    text_class = "hds-text-input__input"
    groups = (forms.RadioSelect, forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            widget = field.widget
            chosen = isinstance(field, forms.ChoiceField)
            field.error_messages["required"] = _("Choose one.") if chosen else _("Fill this in.")
            if isinstance(widget, forms.Textarea):
                widget.attrs.setdefault("rows", 4)
            if not isinstance(widget, (*self.groups, forms.CheckboxInput)):
                widget.attrs["class"] = f"{widget.attrs.get('class', '')} {self.text_class}".strip()


class Form(AccessibleMixin, forms.Form):
    """A plain form in our clothes.

    `shown_if` maps a field to the `field=value` (or values, with a bar between) that it belongs to. Scripts hide it
    otherwise; without scripts its help text says when to answer. `expected` names fields that are usually filled though
    they may be empty; they are not marked optional.
    """

    shown_if: ClassVar[dict[str, str]] = {}
    expected: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, condition in self.shown_if.items():
            self.fields[name].shown_if = condition  # type: ignore[attr-defined]
        for name in self.expected & set(self.fields):
            self.fields[name].expected = True  # type: ignore[attr-defined]

    def _post_clean(self) -> None:
        """Take out what word processors leave behind and no other format can hold."""
        super()._post_clean()  # type: ignore[misc]
        for name, value in self.cleaned_data.items():
            if isinstance(value, str):
                self.cleaned_data[name] = printable(value)


class PlainDateInput(forms.DateInput):
    """The browser's own date picker, which speaks ISO 8601 whatever the language."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class PlainDateTimeInput(forms.DateTimeInput):
    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")
