"""Small building blocks of pages."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from core import plots
from core.richtext import render

register = template.Library()


@register.filter
def control(field: BoundField) -> str:
    """Which frame a field needs: `check`, `choices` or `input`."""
    widget = field.field.widget
    if isinstance(widget, CheckboxInput):
        return "check"
    return "choices" if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)) else "input"


@register.inclusion_tag("forms/summary.html")
def error_summary(*forms: BaseForm | list[BaseForm] | str) -> dict[str, Any]:
    """All errors of a page's forms in one box, each a link to its field. A form that the page lacks is passed over."""
    flat = [form for each in forms for form in (each if isinstance(each, list) else [each])]
    present = [form for form in flat if isinstance(form, BaseForm)]
    return {"forms": present, "wrong": any(form.is_bound and form.errors for form in present)}


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """This page's query string with `changes`; an empty value takes its key out, and every change returns to page 1."""
    kept = {key: value for key, value in context["request"].GET.items() if key != "page"}
    kept.update({key: str(value) for key, value in changes.items()})
    return "?" + urlencode({key: value for key, value in kept.items() if value})


@register.inclusion_tag("components/bars.html")
def named_bars(rows: Sequence[tuple[object, int]], *, key: str, title: str, about: str) -> dict[str, Any]:
    """A lying bar for each name and number, drawn beside the table that has the same figures.

    :param key: what the parts' ids begin with; once on a page
    """
    names, numbers = zip(*rows, strict=True) if rows else ((), ())
    drawn = list(zip(names, numbers, plots.lying(numbers), strict=True))
    return {"rows": drawn, "height": plots.ROW * len(drawn), "key": key, "title": title, "about": about}


@register.filter
def share(part: int, whole: int) -> int:
    """Whole percent of `whole`, between 0 and 100."""
    return min(100, round(100 * part / whole)) if whole else 0


@register.filter
def with_code(text: str) -> SafeString:
    """`text` as HTML, with what stands between backticks as code."""
    parts = text.split("`")
    marked = [format_html("<code>{}</code>", part) if number % 2 else part for number, part in enumerate(parts)]
    return format_html_join("", "{}", ((part,) for part in marked))


@register.filter
def richtext(source: str) -> SafeString:
    """Organisers' rich text as HTML: see `core.richtext`."""
    return render(source)


@register.filter
def answer(field: BoundField) -> str:
    """What was answered, in words: the label of a choice, the text of anything else."""
    value = field.value()
    choices = getattr(field.field, "labels", None) or dict(getattr(field.field, "choices", ()))
    return str(choices.get(value, value)) if value not in (None, "") else ""
