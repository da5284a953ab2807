"""Sums of money as people read them; in code they are whole cents."""

from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"


@register.filter
def euros(cents: int) -> str:
    """`6903` as “69,03 €”, with the reader's decimal sign."""
    return f"{number_format(Decimal(cents) / 100, 2, force_grouping=True)}{NO_BREAK}€"


@register.filter
def percent(basis_points: int) -> str:
    """`2550` as “25,5 %”."""
    return f"{number_format((Decimal(basis_points) / 100).normalize())}{NO_BREAK}%"
