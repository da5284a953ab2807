from decimal import Decimal

from django import template
from django.utils.formats import number_format

register = template.Library()

NO_BREAK = "\N{NO-BREAK SPACE}"


@register.filter
def euros(cents: int) -> str:
    """`5500` → `55,00 €`, with the reader's decimal sign."""
    return f"{number_format(Decimal(cents) / 100, 2)}{NO_BREAK}€"
