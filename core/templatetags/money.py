"""Sums of money as people read them; in code they are whole cents."""

from django import template
from django.utils import formats

register = template.Library()


@register.filter
def euros(cents: int) -> str:
    """`6903` as “69,03 €”, in the way of the language that is active."""
    return f"{formats.number_format(cents / 100, decimal_pos=2, use_l10n=True, force_grouping=True)}\N{NO-BREAK SPACE}€"


@register.filter
def percent(basis_points: int) -> str:
    """`2550` as “25,5 %”."""
    shown = f"{basis_points / 100:g}".replace(".", formats.get_format("DECIMAL_SEPARATOR", use_l10n=True))
    return f"{shown}\N{NO-BREAK SPACE}%"
