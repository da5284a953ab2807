"""Of which events of a project one reads the feedback, as the address says it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.forms import Form, PlainDateInput
from core.templatetags.when import full_day
from events.filters import EARLIEST, LATEST
from events.models import Event


def _day(label: Any) -> forms.DateField:
    limits = [MinValueValidator(EARLIEST), MaxValueValidator(LATEST)]
    return forms.DateField(label=label, required=False, widget=PlainDateInput, validators=limits)


class FeedbackFilter(Form):
    """Every field is optional; nonsense is ignored. An event is of the days on which any of its dates is."""

    event = forms.TypedChoiceField(label=_("Event"), required=False, coerce=int, empty_value=None)
    since = _day(pgettext_lazy("day", "From"))
    until = _day(pgettext_lazy("day", "To"))

    def __init__(self, data: Mapping[str, Any], *, events: Iterable[Event]) -> None:
        """`events` have their dates with them."""
        super().__init__({name: data[name] for name in data if data[name]})
        self.events = list(events)
        choices = [("", _("All events")), *((each.pk, each.title) for each in self.events)]
        cast("forms.ChoiceField", self.fields["event"]).choices = choices
        self.is_valid()

    def chosen(self) -> list[Event]:
        chosen, first, last = self._choice()
        return [
            each
            for each in self.events
            if (chosen is None or each.pk == chosen) and (not (first or last) or _is_within(each, first, last))
        ]

    def told(self) -> list[tuple[str, str]]:
        """Each restriction with its name; empty: everything."""
        chosen, first, last = self._choice()
        titles = {each.pk: each.title for each in self.events}
        found = [
            ("event", titles.get(chosen, "") if chosen else ""),
            ("since", full_day(first) if first else ""),
            ("until", full_day(last) if last else ""),
        ]
        return [(str(self.fields[name].label), value) for name, value in found if value]

    def _choice(self) -> tuple[int | None, date | None, date | None]:
        data = self.cleaned_data
        return data.get("event"), data.get("since"), data.get("until")


def _is_within(event: Event, first: date | None, last: date | None) -> bool:
    return any(
        (first is None or day >= first) and (last is None or day <= last)
        for day in (timezone.localdate(each.starts_at) for each in event.timetable)
    )
