from datetime import date, datetime

from django import template

from core.templatetags.when import full_day, moment
from workspace.people_table import Column, Row

register = template.Library()


@register.simple_tag
def cell(column: Column, row: Row) -> object:
    """What a column says of a row, dates as pages write them."""
    value = column.value(row)
    if isinstance(value, datetime):
        return moment(value)
    return full_day(value) if isinstance(value, date) else "" if value is None else value
