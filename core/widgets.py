"""How inputs are written. Django renders a template for each option; a background form has four hundred of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django import forms
from django.utils.html import conditional_escape as escape
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

Widget = Mapping[str, Any]


@dataclass(frozen=True)
class Options:
    """What a long list offers, the same to everybody: made once, shown many times."""

    pairs: tuple[tuple[str, str], ...]

    @cached_property
    def labels(self) -> dict[str, str]:
        return dict(self.pairs)

    @cached_property
    def html(self) -> SafeString:
        return format_html_join("\n", '<option value="{}">{}</option>', self.pairs)


class LongSelect(forms.Select):
    """A list of hundreds, whose options (`offered`) are written already; the chosen one is marked."""

    offered = Options(())

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        start = f'value="{escape("" if value is None else value)}"'
        options = self.offered.html.replace(f"{start}>", f"{start} selected>", 1)
        return _element("select", {"name": name, **self.build_attrs(self.attrs, attrs)}, f"\n{options}\n")

    def use_required_attribute(self, initial: Any) -> bool:
        """As a list does whose first option is none, without a look at the other hundreds."""
        return bool(self.offered.pairs) and not self.offered.pairs[0][0]


class LongChoiceField(forms.ChoiceField):
    """A choice out of hundreds."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=LongSelect, **kwargs)
        self.labels: dict[str, str] = {}

    def offer(self, options: Options) -> None:
        self.labels = options.labels
        self.widget.offered = options
        self.choices = lambda: options.pairs

    def valid_value(self, value: Any) -> bool:
        return str(value) in self.labels


def written(template_name: str, widget: Widget) -> SafeString | None:
    """What Django's template of this name would make of `widget`; None where the template is needed."""
    kind = template_name.removeprefix("django/forms/widgets/").removesuffix(".html")
    if kind == "textarea":
        return _element("textarea", _named(widget), f"\n{escape(widget['value'] or '')}")
    if kind in INPUTS:
        return _input(widget)
    if kind in LISTS and not any(group for group, _options, _index in widget["optgroups"]):
        return LISTS[kind](widget)
    return None


def _element(name: str, attributes: Mapping[str, Any], content: str) -> SafeString:
    """`content` is HTML already."""
    return mark_safe(f"<{name}{_attributes(attributes)}>{content}</{name}>")  # noqa: S308 - attributes are escaped


def _attributes(values: Mapping[str, Any]) -> str:
    return "".join(
        f" {escape(name)}" if value is True else f' {escape(name)}="{escape(value)}"'
        for name, value in values.items()
        if value is not False
    )


def _named(widget: Widget) -> dict[str, Any]:
    return {"name": widget["name"], **widget["attrs"]}


def _input(widget: Widget) -> SafeString:
    value = {} if widget["value"] is None else {"value": str(widget["value"])}
    attributes = {"type": widget["type"], "name": widget["name"], **value, **widget["attrs"]}
    return mark_safe(f"<input{_attributes(attributes)}>")  # noqa: S308 - attributes are escaped


def _select(widget: Widget) -> SafeString:
    options = (option for _group, options, _index in widget["optgroups"] for option in options)
    written_options = (
        _element("option", {"value": str(option["value"]), **option["attrs"]}, escape(option["label"]))
        for option in options
    )
    return _element("select", _named(widget), "\n" + "\n".join(written_options) + "\n")


def _choices(widget: Widget) -> SafeString:
    """Radio buttons or check boxes, each in its label."""
    frame = {name: widget["attrs"][name] for name in ("id", "class") if widget["attrs"].get(name)}
    options = (option for _group, options, _index in widget["optgroups"] for option in options)
    rows = (_element("div", {}, f"\n{_labelled(option)}") for option in options)
    return _element("div", frame, "".join(rows) + "\n")


def _labelled(option: Widget) -> str:
    if not option.get("wrap_label"):
        return _input(option)
    target = {"for": option["attrs"]["id"]} if option["attrs"].get("id") else {}
    return _element("label", target, f"{_input(option)} {escape(option['label'])}")


INPUTS = frozenset({"date", "datetime", "email", "hidden", "input", "number", "password", "tel", "text", "time", "url"})
LISTS = {"select": _select, "radio": _choices, "checkbox_select": _choices}
