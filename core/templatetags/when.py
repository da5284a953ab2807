"""Dates as people say them: "ti 8.12. klo 17–19"."""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language, pgettext

register = template.Library()


@register.filter
def day(moment: datetime | date | None) -> str:
    """`ti 8.12.`, with the year when it is not this one."""
    if moment is None:
        return ""
    local = _local(moment)
    this_year = timezone.localdate().year == local.year
    form = pgettext("day", "D j M") if this_year else pgettext("day with year", "D j M Y")
    return _lower(date_format(local, form))


@register.filter
def full_day(value: date) -> str:
    """`8.12.2026`, for periods and versions."""
    return date_format(_local(value), pgettext("full day", "j M Y"))


@register.filter
def month(value: datetime) -> str:
    """A short name of the month: `marras`. Django cuts Finnish ones to three letters, which nobody writes."""
    if get_language() == "fi":
        return date_format(timezone.localtime(value), "F").removesuffix("kuu")
    return date_format(timezone.localtime(value), "M")


@register.filter
def month_and_year(value: date) -> str:
    """`joulukuu 2026`."""
    return _lower(date_format(value, pgettext("month and year", "F Y")))


@register.filter
def clock(moment: datetime | None) -> str:
    """`17.00` in Finnish, `17:00` elsewhere."""
    return date_format(timezone.localtime(moment), pgettext("clock", "H:i")) if moment else ""


@register.filter
def moment(value: datetime | None) -> str:
    """`ti 8.12. klo 17.00`."""
    if value is None:
        return ""
    return pgettext("day and clock", "%(day)s at %(clock)s") % {"day": day(value), "clock": clock(value)}


@register.simple_tag
def span(starts: datetime, ends: datetime) -> str:
    """`ti 8.12. klo 17.00–19.00`, or both days when it goes past midnight."""
    if timezone.localdate(starts) != timezone.localdate(ends):
        return f"{moment(starts)} – {moment(ends)}"
    hours = f"{clock(starts)}–{clock(ends)}"
    return pgettext("day and clock", "%(day)s at %(clock)s") % {"day": day(starts), "clock": hours}


@register.filter
def isodate(value: datetime | date) -> str:
    return timezone.localtime(value).isoformat() if isinstance(value, datetime) else value.isoformat()


def _local(value: datetime | date) -> datetime | date:
    return timezone.localtime(value) if isinstance(value, datetime) else value


def _lower(text: str) -> str:
    """English capitalises its days, the other three do not."""
    return text if get_language() == "en" else text[:1].lower() + text[1:]
