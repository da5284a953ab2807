from django import template

from core import delivery_reports

register = template.Library()


@register.filter
def why_returned(status: str) -> str:
    """Why a letter came back, and what can be done, from the status code of its report."""
    return delivery_reports.reason(status)
